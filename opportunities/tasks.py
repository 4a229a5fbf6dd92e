"""Leaves of this app: ids in, one action out."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Structure
from core.scope import structure_scope


@shared_task
def stop_vain_soliciting(**kwargs: object) -> None:
    """Every hour: what is still to be asked for needs that wait no more, whatever kept it from being dropped."""
    from opportunities.actions.prospecting import stop_vain_soliciting as stop  # noqa: PLC0415 -- leaf

    for structure_id in Structure.objects.order_by("pk").values_list("pk", flat=True):
        with structure_scope([structure_id]):
            stop(structure_id=structure_id, now=timezone.now())
