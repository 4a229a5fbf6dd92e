"""Leaves of this app: ids in, one action or one e-mail out."""

import smtplib
from functools import partial

from celery import shared_task
from django.utils import timezone

from accounts.enums import Role
from accounts.mails import build_mail
from accounts.models import Structure, User
from core.jobs import run_job
from core.scope import structure_scope

RETRY = {
    "autoretry_for": (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError),
    "dont_autoretry_for": (smtplib.SMTPRecipientsRefused,),
    "retry_backoff": 30,
    "retry_backoff_max": 3600,
    "max_retries": 8,
}


@shared_task
def purge_expired_files(**kwargs: object) -> None:
    """Every night: files whose time has passed are made anonymous, each in its own transaction."""
    from youth.actions import purge_expired_files as purge  # noqa: PLC0415 -- leaf

    for structure_id in Structure.objects.order_by("pk").values_list("pk", flat=True):
        purge(structure_id=structure_id, now=timezone.now())


@shared_task
def preview_import(*, job_id: int, structure_id: int, **kwargs: object) -> None:
    from youth.actions.imports import PIPELINE  # noqa: PLC0415 -- leaf

    run_job(job_id=job_id, structure_id=structure_id, work=PIPELINE.preview_import)


@shared_task
def apply_import(*, job_id: int, structure_id: int, **kwargs: object) -> None:
    from youth.actions.imports import PIPELINE  # noqa: PLC0415 -- leaf

    work = partial(PIPELINE.apply_import, now=timezone.now())
    run_job(job_id=job_id, structure_id=structure_id, work=work)


@shared_task
def undo_import(*, job_id: int, structure_id: int, **kwargs: object) -> None:
    from youth.actions.imports import PIPELINE  # noqa: PLC0415 -- leaf

    work = partial(PIPELINE.undo_import, now=timezone.now())
    run_job(job_id=job_id, structure_id=structure_id, work=work)


@shared_task
def purge_imports(**kwargs: object) -> None:
    """Every night: files and staged rows that serve no more."""
    from youth.actions.imports import PIPELINE  # noqa: PLC0415 -- leaf

    for structure_id in Structure.objects.order_by("pk").values_list("pk", flat=True):
        with structure_scope([structure_id]):
            PIPELINE.purge_imports(structure_id=structure_id, now=timezone.now())


@shared_task(**RETRY)
def tell_managers_of_quota(*, structure_id: int, reader_id: int, **kwargs: object) -> None:
    """One task, then one task each: a refused address keeps nobody else from knowing."""
    told = User.objects.with_role_in([structure_id], Role.MANAGER, Role.ADMINISTRATOR).exclude(pk=reader_id)
    for pk in told.order_by("pk").values_list("pk", flat=True):
        tell_of_quota.delay(person_id=pk, structure_id=structure_id, reader_id=reader_id)


@shared_task(**RETRY)
def tell_of_quota(*, person_id: int, structure_id: int, reader_id: int, **kwargs: object) -> None:
    people = User.objects.in_bulk([person_id, reader_id])
    structure = Structure.objects.filter(pk=structure_id).first()
    if len(people) < 2 or structure is None:
        return
    person = people[person_id]
    context = {"user": person, "reader": people[reader_id], "structure": structure, "at": timezone.now()}
    build_mail("reading_quota", to=person.email, **context).send()
