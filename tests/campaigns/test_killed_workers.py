"""Twenty times in the benchmark, four here: the whole worker is killed while it sends."""

import os
import re

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks.killing import Trial
from campaigns.models import Message, Recipient
from companies.models import SolicitationEntry
from tests.campaigns.sending import queued, quick

COUNT = 120


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_leaves_twice(structure, tmp_path):
    quick(structure)
    queued(structure, COUNT, now=timezone.now())
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        # REDIS_URL already names the Redis database of this test process.
        "PYTEST_XDIST_WORKER": "gw0",
        "DATABASE_URL": re.sub(r"/[^/]*$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"]),
    }
    outcome = Trial(structure, environment, tmp_path, seconds_each=0.01).run(kills=4)
    assert (outcome.lost, outcome.twice) == (0, 0), outcome
    assert outcome.states == {"sent": COUNT}
    assert outcome.found + outcome.queued_again == outcome.uncertain
    assert set(outcome.taken) == set(Message.objects.values_list("message_id", flat=True))
    # And each was told once.
    assert SolicitationEntry.objects.count() == COUNT
    assert not Recipient.objects.exclude(state="asked").exists()
