"""The Celery application and its timetable."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

# Read here and not in the settings, which are not ready when the timetable is made. Trials ring it every second.
OUTBOX_SWEEP_SECONDS = float(os.environ.get("OUTBOX_SWEEP_SECONDS", "15"))

app = Celery("trait_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # A job whose queueing was lost (broker down at commit) or whose worker died is found again.
    "sweep-jobs": {"task": "core.tasks.sweep_jobs", "schedule": 60.0},
    # An invitation whose e-mail was lost on the way (broker down, worker killed) leaves all the same.
    "sweep-invitations": {"task": "accounts.tasks.sweep_invitations", "schedule": 60.0},
    # E-mails of campaigns: wakes a sender where some may leave, settles what a killed worker held.
    "sweep-outbox": {"task": "campaigns.tasks.sweep_outbox", "schedule": OUTBOX_SWEEP_SECONDS},
    # Campaigns whose hour was chosen.
    "launch-campaigns": {"task": "campaigns.tasks.launch_campaigns", "schedule": 60.0},
    # Relaunches, calls and deadlines: decided once a day and a structure, at its first permitted hour.
    "campaign-days": {"task": "campaigns.tasks.run_days", "schedule": 5 * 60.0},
    # A structure made by hand finds its letters and settings all the same.
    "prepare-structures": {"task": "campaigns.tasks.prepare_structures", "schedule": 5 * 60.0},
    # Messages that came back, where a mailbox is read for them.
    "read-bounces": {"task": "campaigns.tasks.read_bounces", "schedule": 5 * 60.0},
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
