"""A real server to take what leaves, an hour that is permitted, and a campaign under way; one in preparation, and
three companies it may write to."""

import pytest

from campaigns.actions.campaigns import create_campaign
from campaigns.enums import LetterKind
from tests.campaigns.choosing import NOW, choose
from tests.campaigns.sending import Clock, point_to, quick
from tests.factories import CampaignFactory, CompanyFactory, ContactFactory, LetterVersionFactory
from tests.smtp import SmtpSink


@pytest.fixture
def sink(settings):
    with SmtpSink() as server:
        point_to(settings, server)
        yield server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rates(structure):
    return quick(structure)


@pytest.fixture
def campaign(structure, rates):
    return CampaignFactory(structure=structure, running=True, name="Pacte 2027")


@pytest.fixture
def letter(structure):
    """Of each kind, one that lacks nothing."""
    texts = [LetterVersionFactory(structure=structure, kind=kind) for kind in LetterKind.values]
    return texts[0]


@pytest.fixture
def draft(structure, letter, adviser):
    return create_campaign(structure=structure, values={"name": "Pacte de rentrée"}, by=adviser, now=NOW)


@pytest.fixture
def companies(structure):
    found = CompanyFactory.create_batch(3, structure=structure)
    for number, company in enumerate(found):
        ContactFactory(company=company, email=f"c{number}@entreprise.example", is_main=True)
    return found


@pytest.fixture
def chosen(draft, companies, adviser):
    return choose(draft, adviser)
