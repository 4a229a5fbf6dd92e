import datetime as dt

import pytest

from companies.actions import SolicitationDraft, forget_solicitation, record_solicitation, record_solicitations
from companies.enums import SolicitationChannel
from companies.models import SolicitationEntry, SolicitationLimit
from companies.queries import past_requests, solicitation_limits
from companies.solicitations import Limit
from tests.factories import CompanyFactory, InteractionFactory

DAY = dt.date(2026, 11, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


def test_a_request_is_written_down(company, adviser):
    record_solicitation(company=company, channel=SolicitationChannel.EMAIL, on=DAY, by=adviser, title="Pacte")
    ((entry,),) = past_requests([company.pk]).values()
    assert (entry.on, entry.channel, entry.by, entry.title) == (DAY, "email", "Léa Morin", "Pacte")
    assert entry.label == "E-mail\u00a0: Pacte"


def test_the_same_source_is_written_once(company, adviser):
    source = InteractionFactory(company=company, by=adviser)
    for _ in range(2):
        record_solicitation(company=company, channel="call", on=DAY, by=adviser, title="Appel", source=source)
    assert SolicitationEntry.objects.count() == 1
    forget_solicitation(source=source)
    assert SolicitationEntry.objects.count() == 0


def test_a_title_too_long_is_cut(company, adviser):
    record_solicitation(company=company, channel="letter", on=DAY, by=adviser, title="x" * 400)
    assert len(SolicitationEntry.objects.get().title) == 200


@pytest.mark.parametrize("count", [1, 3])
def test_many_requests_cost_one_query(structure, count, django_assert_num_queries):
    companies = CompanyFactory.create_batch(count, structure=structure)
    sources = [InteractionFactory(company=company) for company in companies]
    drafts = [
        SolicitationDraft(company=source.company, channel="letter", on=DAY, title="Pacte", source=source)
        for source in sources
    ]
    record_solicitations(drafts=drafts[:1], by=None)
    with django_assert_num_queries(3):  # a savepoint around one INSERT
        record_solicitations(drafts=drafts, by=None)
    assert SolicitationEntry.objects.count() == count


def test_past_requests_begin_on_a_day(company, adviser):
    for days in (5, 100):
        day = DAY - dt.timedelta(days=days)
        record_solicitation(company=company, channel="event", on=day, by=None, title=f"Forum {days}")
    found = past_requests([company.pk], since=DAY - dt.timedelta(days=30))
    assert [entry.title for entry in found[company.pk]] == ["Forum 5"]
    assert found[company.pk][0].by == ""


def test_limits_are_those_of_the_structure(structure, other_structure):
    SolicitationLimit.objects.create(structure=structure, service_level="light", requests=5, days=60)
    SolicitationLimit.objects.create(structure=other_structure, service_level="", requests=1, days=10)
    assert solicitation_limits(structure.pk) == {"light": Limit(5, 60)}
