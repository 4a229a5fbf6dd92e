"""What the timetable rings, and what becomes of a turn nobody had time for."""

from celery.schedules import crontab

from config.celery import app


def test_turns_that_return_within_the_hour_never_pile_up():
    """A worker that was busy, or away, finds one of each and not hundreds before the work they ask for."""
    often = {
        name: entry for name, entry in app.conf.beat_schedule.items() if not isinstance(entry["schedule"], crontab)
    }
    assert {"sweep-outbox", "sweep-jobs", "campaign-days"} <= set(often)
    for name, entry in often.items():
        assert entry["options"]["expires"] == entry["schedule"], name


def test_nightly_turns_wait_for_a_worker():
    nightly = [entry for entry in app.conf.beat_schedule.values() if isinstance(entry["schedule"], crontab)]
    assert nightly
    assert not any(entry.get("options", {}).get("expires") for entry in nightly)
