"""The Celery application and its timetable."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

# Read here and not in the settings, which are not ready when the timetable is made. Trials ring it every second.
OUTBOX_SWEEP_SECONDS = float(os.environ.get("OUTBOX_SWEEP_SECONDS", "15"))


def every(seconds: float, task: str) -> dict[str, Any]:
    """One that has waited for a whole turn is dropped, since the next is there: turns never pile up in front of the
    work they ask for."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app = Celery("trait_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # A job whose queueing was lost (broker down at commit) or whose worker died is found again.
    "sweep-jobs": every(60.0, "core.tasks.sweep_jobs"),
    # An invitation whose e-mail was lost on the way (broker down, worker killed) leaves all the same.
    "sweep-invitations": every(60.0, "accounts.tasks.sweep_invitations"),
    # E-mails of campaigns: wakes a sender where some may leave, settles what a killed worker held.
    "sweep-outbox": every(OUTBOX_SWEEP_SECONDS, "campaigns.tasks.sweep_outbox"),
    # Campaigns whose hour was chosen.
    "launch-campaigns": every(60.0, "campaigns.tasks.launch_campaigns"),
    # Relaunches, calls and deadlines: decided once a day and a structure, at its first permitted hour.
    "campaign-days": every(5 * 60.0, "campaigns.tasks.run_days"),
    # A structure made by hand finds its letters and settings all the same.
    "prepare-structures": every(5 * 60.0, "campaigns.tasks.prepare_structures"),
    # Messages that came back, where a mailbox is read for them.
    "read-bounces": every(5 * 60.0, "campaigns.tasks.read_bounces"),
    # Companies to ask for a need that waits no more: what was left when it closed.
    "stop-vain-soliciting": {"task": "opportunities.tasks.stop_vain_soliciting", "schedule": crontab(minute=10)},
    # What import files say of people stays no longer than it serves.
    "purge-imports": {"task": "companies.tasks.purge_imports", "schedule": crontab(hour=3, minute=20)},
    "purge-youth-imports": {"task": "youth.tasks.purge_imports", "schedule": crontab(hour=3, minute=30)},
    # Letters to print name people: their file goes a while after the post took them.
    "purge-letters": {"task": "campaigns.tasks.purge_letters", "schedule": crontab(hour=3, minute=50)},
    # A young person's file ends two years after the last contact, or on the day it says.
    "purge-files": {"task": "youth.tasks.purge_expired_files", "schedule": crontab(hour=3, minute=40)},
}
