"""The Celery application and its timetable."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("trait_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # A job whose queueing was lost (broker down at commit) or whose worker died is found again.
    "sweep-jobs": {"task": "core.tasks.sweep_jobs", "schedule": 60.0},
    # An invitation whose e-mail was lost on the way (broker down, worker killed) leaves all the same.
    "sweep-invitations": {"task": "accounts.tasks.sweep_invitations", "schedule": 60.0},
    # What import files say of people stays no longer than it serves.
    "purge-imports": {"task": "companies.tasks.purge_imports", "schedule": crontab(hour=3, minute=20)},
    "purge-youth-imports": {"task": "youth.tasks.purge_imports", "schedule": crontab(hour=3, minute=30)},
    # A young person's file ends two years after the last contact, or on the day it says.
    "purge-files": {"task": "youth.tasks.purge_expired_files", "schedule": crontab(hour=3, minute=40)},
}
