"""The Celery application and its timetable."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("trait_union")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # A job whose queueing was lost (broker down at commit) or whose worker died is found again.
    "sweep-jobs": {"task": "core.tasks.sweep_jobs", "schedule": 60.0},
}
