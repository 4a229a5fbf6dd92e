"""Periodic work of the bottom layer."""

from celery import shared_task
from django.apps import apps
from django.utils import timezone


@shared_task
def sweep_jobs(**kwargs) -> None:
    """Every minute: wake the jobs whose message or worker was lost."""
    from core.jobs import sweep_structure  # noqa: PLC0415 -- leaf

    for structure_id in apps.get_model("accounts", "Structure").objects.order_by("pk").values_list("pk", flat=True):
        sweep_structure(structure_id=structure_id, now=timezone.now())
