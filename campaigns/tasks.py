"""Work of campaigns outside of requests. Arguments are ids; who is woken twice finds nothing left to do."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Structure


@shared_task
def send_outbox(*, structure_id: int, **kwargs: object) -> None:
    """Send what may leave now; what is left, the next sweep sends."""
    from campaigns.actions.sending import send_outbox as send  # noqa: PLC0415 -- leaf

    structure = Structure.objects.filter(pk=structure_id).first()
    if structure:
        send(structure=structure, clock=timezone.now)


@shared_task
def sweep_outbox(**kwargs: object) -> None:
    """Settle leases that ran out, cancel what may no longer leave, wake a sender where something waits."""
    from campaigns.actions.sweeping import sweep_outbox as sweep  # noqa: PLC0415 -- leaf

    for structure in Structure.objects.order_by("pk"):
        if sweep(structure=structure, now=timezone.now()).waiting:
            # One that waits in the queue longer than the next sweep is of no more use.
            send_outbox.apply_async(kwargs={"structure_id": structure.pk}, expires=60)
