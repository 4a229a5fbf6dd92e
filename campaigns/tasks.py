"""Work of campaigns outside of requests. Arguments are ids; who is woken twice finds nothing left to do."""

import datetime as dt
import logging
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from accounts.models import Structure, User
from campaigns.models import LetterVersion, Recipient
from core.jobs import run_job
from core.mail import Result
from core.scope import structure_scope

logger = logging.getLogger(__name__)

# Connections to the mail server of one run: one is spoken to while the letters of another are written and told.
LANES = 4
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@shared_task
def send_outbox(*, structure_id: int, **kwargs: object) -> None:
    """Send what may leave now; what is left, the next sweep sends."""
    from campaigns.actions.sending import send_outbox as send  # noqa: PLC0415 -- leaf

    structure = Structure.objects.filter(pk=structure_id).first()
    if structure:
        send(structure=structure, clock=timezone.now, lanes=LANES)


class NotTaken(Exception):
    """The mail server is away, or puts off."""


@shared_task(autoretry_for=(NotTaken,), retry_backoff=30, max_retries=3)
def send_test_mail(*, structure_id: int, letter_id: int, recipient_id: int, user_id: int, **kwargs: object) -> None:
    """A letter to oneself; nothing when one of the rows is gone."""
    from campaigns.actions.sending import send_test_mail as send  # noqa: PLC0415 -- leaf

    structure, person = Structure.objects.filter(pk=structure_id).first(), User.objects.filter(pk=user_id).first()
    with structure_scope([structure_id]):
        letter = LetterVersion.objects.filter(pk=letter_id).first()
        rows = Recipient.objects.select_related("campaign__structure", "company", "contact", "adviser")
        recipient = rows.filter(pk=recipient_id).first()
    if structure is None or person is None or letter is None or recipient is None:
        return
    outcome = send(structure=structure, letter=letter, recipient=recipient, by=person, now=timezone.now())
    if outcome.result in (Result.DEFERRED, Result.ABSENT):
        raise NotTaken(outcome.code)


@shared_task
def sweep_outbox(**kwargs: object) -> None:
    """Settle leases that ran out, cancel what may no longer leave, wake a sender where something waits."""
    from campaigns.actions.sweeping import sweep_outbox as sweep  # noqa: PLC0415 -- leaf

    waiting = []
    for structure in Structure.objects.order_by("pk"):
        try:
            swept = sweep(structure=structure, now=timezone.now())
        except Exception:
            logger.exception("the outbox of structure %s could not be swept", structure.pk)
            continue
        if swept.waiting:
            waiting.append((swept.last_tried or NEVER, structure.pk))
    # Whoever has waited longest comes first: the last ones of a single worker's queue would else expire, every time.
    for _, pk in sorted(waiting):
        # One that waits in the queue longer than some sweeps is of no more use.
        send_outbox.apply_async(kwargs={"structure_id": pk}, expires=60)


@shared_task
def launch_campaigns(**kwargs: object) -> None:
    """Those whose hour has come. One structure's trouble keeps no other waiting."""
    from campaigns.actions.campaigns import launch_due_campaigns  # noqa: PLC0415 -- leaf

    _for_each_structure(launch_due_campaigns)


@shared_task
def run_days(**kwargs: object) -> None:
    """What the day brings: relaunches, calls, deadlines passed; taken once a day by whoever comes first."""
    from campaigns.actions.relaunches import run_day  # noqa: PLC0415 -- leaf

    _for_each_structure(run_day)


@shared_task
def prepare_structures(**kwargs: object) -> None:
    """Texts and settings for those that came without (`create_structure` gives them at once)."""
    from campaigns.actions.settings import prepare_structure  # noqa: PLC0415 -- leaf

    _for_each_structure(prepare_structure)


@shared_task
def purge_letters(**kwargs: object) -> None:
    """Every night: files of letters that serve no more."""
    from campaigns.actions.prints import purge_batches  # noqa: PLC0415 -- leaf

    _for_each_structure(purge_batches)


@shared_task
def read_bounces(**kwargs: object) -> None:
    from campaigns.actions.mailbox import read_bounces as read  # noqa: PLC0415 -- leaf

    read(now=timezone.now())


# Thousands of pages on a slow machine; within the hour after which a broker gives the work to another.
@shared_task(soft_time_limit=54 * 60, time_limit=55 * 60)
def print_letters(*, job_id: int, structure_id: int, **kwargs: object) -> None:
    from campaigns.actions.prints import print_letters as work  # noqa: PLC0415 -- leaf

    now = timezone.now()
    run_job(job_id=job_id, structure_id=structure_id, work=lambda job, progress: work(job, progress, now=now))


def _for_each_structure(action: Callable[..., object]) -> None:
    """In a transaction of its own each, behind the wall of that structure."""
    for structure in Structure.objects.order_by("pk"):
        try:
            with structure_scope([structure.pk]):
                action(structure=structure, now=timezone.now())
        except Exception:
            logger.exception("%s failed for structure %s", action.__name__, structure.pk)
