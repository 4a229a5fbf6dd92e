"""A real server to take what leaves, an hour that is permitted, and a campaign under way."""

import pytest

from tests.campaigns.sending import Clock, point_to, quick
from tests.factories import CampaignFactory
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
