"""Jobs of companies: each hands its work to the action of the same name."""

from celery import shared_task
from django.apps import apps
from django.utils import timezone

from core.jobs import run_job
from core.scope import structure_scope


@shared_task
def preview_import(*, job_id: int, structure_id: int, **kwargs) -> None:
    from companies.actions.imports import preview_import as work  # noqa: PLC0415 -- leaf

    run_job(job_id=job_id, structure_id=structure_id, work=work)


@shared_task
def apply_import(*, job_id: int, structure_id: int, **kwargs) -> None:
    from companies.actions.imports import apply_import as work  # noqa: PLC0415 -- leaf

    now = timezone.now()
    run_job(job_id=job_id, structure_id=structure_id, work=lambda job, progress: work(job, progress, now=now))


@shared_task
def undo_import(*, job_id: int, structure_id: int, **kwargs) -> None:
    from companies.actions.imports import undo_import as work  # noqa: PLC0415 -- leaf

    now = timezone.now()
    run_job(job_id=job_id, structure_id=structure_id, work=lambda job, progress: work(job, progress, now=now))


@shared_task
def purge_imports(**kwargs) -> None:
    """Every night: files and staged rows that serve no more."""
    from companies.actions.imports import purge_imports as purge  # noqa: PLC0415 -- leaf

    for structure_id in apps.get_model("accounts", "Structure").objects.order_by("pk").values_list("pk", flat=True):
        with structure_scope([structure_id]):
            purge(structure_id=structure_id, now=timezone.now())


@shared_task
def scan_duplicates(*, job_id: int, structure_id: int, **kwargs) -> None:
    from companies.merges import scan_duplicates as work  # noqa: PLC0415 -- leaf

    run_job(job_id=job_id, structure_id=structure_id, work=work)


@shared_task
def apply_bulk(*, job_id: int, structure_id: int, **kwargs) -> None:
    from companies.actions.bulk import run_bulk as work  # noqa: PLC0415 -- leaf

    now = timezone.now()
    run_job(job_id=job_id, structure_id=structure_id, work=lambda job, progress: work(job, progress, now=now))
