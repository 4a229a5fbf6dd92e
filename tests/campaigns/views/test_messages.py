import re

import pytest
from django.urls import reverse

from campaigns.enums import MessageState, SuppressionReason
from campaigns.models import Message, Suppression
from tests.campaigns.sending import MORNING, message_of, queued


@pytest.fixture
def uncertain(structure, adviser):
    recipients = queued(structure, 2)
    Message.objects.update(
        state=MessageState.UNCERTAIN, attempted_at=MORNING, subject="Un pacte", text="Bonjour,\n\nVous"
    )
    return recipients


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_uncertain_is_shown_with_two_ways_out(adviser_client, structure, count, django_assert_max_num_queries):
    recipients = queued(structure, count)
    Message.objects.update(state=MessageState.UNCERTAIN)
    with django_assert_max_num_queries(15):
        page = adviser_client.get(reverse("campaigns:message_list"))
    for recipient in recipients:
        assert str(recipient.company) in page.content.decode()
    assert page.content.decode().count('name="has_left" value="yes"') == count


def test_rows_stay_on_their_page(adviser_client, uncertain, suppression):
    """What the style calls `messages` floats over the page: what the server says after a gesture, and no list."""
    for name in ("message_list", "suppression_list"):
        page = adviser_client.get(reverse(f"campaigns:{name}")).content.decode()
        assert re.findall(r'<ul class="(?:[^"]* )?messages[ "]', page) == []
        assert "sent-mails" in page


@pytest.mark.parametrize(
    ("answer", "state"), [("yes", "sent"), ("no", "queued"), ("", "uncertain"), ("x", "uncertain")]
)
def test_a_person_says_what_became_of_it(adviser_client, uncertain, answer, state):
    message = message_of(uncertain[0])
    page = adviser_client.post(reverse("campaigns:message_settle", args=[message.pk]), {"has_left": answer})
    assert page.status_code == 302
    message.refresh_from_db()
    assert message.state == state
    assert message_of(uncertain[1]).state == MessageState.UNCERTAIN


def test_said_twice_it_is_told_so(adviser_client, uncertain):
    url = reverse("campaigns:message_settle", args=[message_of(uncertain[0]).pk])
    adviser_client.post(url, {"has_left": "yes"})
    page = adviser_client.post(url, {"has_left": "no"}, follow=True)
    assert "n’est plus incertain" in page.content.decode()
    assert message_of(uncertain[0]).state == MessageState.SENT


def test_the_words_are_kept_as_they_left(adviser_client, uncertain):
    page = adviser_client.get(reverse("campaigns:message_detail", args=[message_of(uncertain[0]).pk]))
    assert "Bonjour,\n\nVous" in page.content.decode()


def test_a_failure_says_why_and_is_tried_again(adviser_client, structure):
    (recipient,) = queued(structure, 1)
    Message.objects.update(state=MessageState.FAILED, server_code=450, server_answer="4.2.1 busy", attempts=5)
    page = adviser_client.get(reverse("campaigns:message_list"), {"etat": "echec"}).content.decode()
    assert "450</span> 4.2.1 busy" in page
    Message.objects.update(bounced_at=MORNING, server_code=250, server_answer="550 5.1.1 unknown")
    came_back = adviser_client.get(reverse("campaigns:message_list"), {"etat": "echec"}).content.decode()
    assert "250</span>" not in came_back
    Message.objects.update(bounced_at=None)
    adviser_client.post(reverse("campaigns:message_queue", args=[message_of(recipient).pk]))
    assert message_of(recipient).state == MessageState.QUEUED


@pytest.fixture
def suppression(structure):
    return Suppression.objects.create(
        structure=structure, email="fermee@entreprise.example", reason=SuppressionReason.BOUNCED, at=MORNING
    )


def test_addresses_put_aside_are_found(adviser_client, suppression):
    url = reverse("campaigns:suppression_list")
    assert suppression.email in adviser_client.get(url, {"q": "FERMEE"}).content.decode()
    assert "Aucune adresse trouvée" in adviser_client.get(url, {"q": "zzz"}).content.decode()
    assert suppression.email not in adviser_client.get(url, {"levees": "oui"}).content.decode()


def test_one_is_put_aside_by_hand(adviser_client, adviser):
    data = {"email": "Non@Entreprise.example", "note": "l’a demandé par téléphone"}
    adviser_client.post(reverse("campaigns:suppression_create"), data)
    row = Suppression.objects.standing().get()
    assert (row.email, row.reason, row.by) == ("non@entreprise.example", SuppressionReason.BY_HAND, adviser)
    refused = adviser_client.post(reverse("campaigns:suppression_create"), {"email": "a@b\nBcc: c@d.fr", "note": "x"})
    assert refused.status_code == 200
    assert Suppression.objects.count() == 1


def test_one_is_lifted_with_a_reason(adviser_client, suppression):
    url = reverse("campaigns:suppression_lift", args=[suppression.pk])
    assert adviser_client.post(url, {"note": ""}).status_code == 200
    assert Suppression.objects.standing().exists()
    adviser_client.post(url, {"note": "boîte rétablie"})
    assert not Suppression.objects.standing().exists()
    assert adviser_client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["message_list", "suppression_list", "suppression_create"])
def test_counsellors_meet_none_of_it(as_user, counsellor, name):
    assert as_user(counsellor).get(reverse(f"campaigns:{name}")).status_code == 403


def test_another_structure_sees_none_of_it(as_user, outsider, uncertain, suppression):
    client, message = as_user(outsider), message_of(uncertain[0])
    assert client.get(reverse("campaigns:message_detail", args=[message.pk])).status_code == 404
    assert client.post(reverse("campaigns:message_settle", args=[message.pk]), {"has_left": "yes"}).status_code == 404
    assert client.post(reverse("campaigns:suppression_lift", args=[suppression.pk]), {"note": "x"}).status_code == 404
    assert str(uncertain[0].company) not in client.get(reverse("campaigns:message_list")).content.decode()
