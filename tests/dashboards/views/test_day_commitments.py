import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.answers import give_answer
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(structure, adviser):
    campaign = CampaignFactory(structure=structure, running=True)
    recipient = RecipientFactory(campaign=campaign, company__adviser=adviser, company__legal_name="Charpentes du Suin")
    give_answer(recipient=recipient, values={"visits": "yes"}, now=timezone.now())


def test_the_day_shows_what_one_s_companies_promised(promised, as_user, adviser, colleague):
    page = as_user(adviser).get(reverse("dashboards:day")).content.decode()
    assert "Engagements à reprendre" in page
    # In the column of what is to be done, which a phone shows first.
    assert page.index('id="day-commitments"') < page.rindex('<div class="stack">')
    assert "Charpentes du Suin" in page
    assert 'id="day-commitments"' not in as_user(colleague).get(reverse("dashboards:day")).content.decode()


def test_a_counsellor_s_day_shows_none(promised, as_user, counsellor):
    assert 'id="day-commitments"' not in as_user(counsellor).get(reverse("dashboards:day")).content.decode()
