"""Long work: ask for it, tell how far it is, stop it. The task itself only calls `run_job`."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from core.models import Job, JobState
from core.models.job import OPEN_JOB_STATES
from core.scope import structure_scope

logger = logging.getLogger(__name__)

# A running job that gave no sign for this long has lost its worker.
SILENCE = dt.timedelta(minutes=3)
MAX_ATTEMPTS = 2
PROGRESS_EVERY = dt.timedelta(seconds=1)


class JobCancelled(Exception):
    """Raised inside the work when somebody asked to stop."""


class JobFailed(Exception):
    """The work cannot be done; the message is French and meant for the person who asked."""


def create_job(*, structure: Any, task: str, title: str, by: Any, total: int = 0, result_url: str = "") -> Job:
    """One row, queued, and the worker woken once the transaction is committed."""
    job = Job.objects.create(
        structure=structure, task=task, title=title, created_by=by, total=total, result_url=result_url
    )
    queue_job(job)
    return job


def queue_job(job: Job) -> None:
    """Wake a worker on commit. A broker that does not answer is no error: the sweep finds the row."""
    transaction.on_commit(lambda: _send(job.task, job.pk, job.structure_id))


def _send(task: str, job_id: int, structure_id: int) -> None:
    try:
        current_app.send_task(task, kwargs={"job_id": job_id, "structure_id": structure_id}, retry=False)
    except Exception:
        logger.warning("job %s could not be queued, the sweep will", job_id, exc_info=True)


class _ClaimLost(Exception):
    """The sweep took this worker for lost: the job is another's now, or has failed."""


class Progress:
    """Handed to the work: `advance` says how far it is, seen by others at once, and raises when asked to stop.

    It writes on a connection of its own, because the work runs in one transaction.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written_at = timezone.now()

    def advance(self, done: int, total: int | None = None, message: str = "") -> None:
        now = timezone.now()
        if now - self._written_at < PROGRESS_EVERY and total is None and not message:
            return
        self._written_at = now
        self.job.done = done
        self.job.total = self.job.total if total is None else total
        self.job.message = message or self.job.message
        if _write_progress(self.job, now):
            raise JobCancelled


def _write_progress(job: Job, now: dt.datetime) -> bool:
    """Save the figures outside of the work's transaction. True when a stop was asked."""
    side = connection.copy()
    try:
        with side.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config('app.structures', %s, true)", [str(job.structure_id)])
            cursor.execute(
                "UPDATE core_job SET done = %s, total = %s, message = %s, beat_at = %s WHERE id = %s"
                " RETURNING cancel_asked",
                [job.done, job.total, job.message, now, job.pk],
            )
            row = cursor.fetchone()
            cursor.execute("COMMIT")
    finally:
        side.close()
    return bool(row and row[0])


def run_job(*, job_id: int, structure_id: int, work: Callable[[Job, Progress], dict]) -> None:
    """Claim the job, do the work in one transaction, write how it ended.

    Claimed once: a second delivery of the same message returns at once. `work` returns the job's
    result (JSON); nothing of what it wrote remains when it fails or is stopped, or when the job was
    given to another worker meanwhile. What it wrote and « terminé » are one: it is never done twice.
    """
    job = _claim(job_id, structure_id)
    if job is None:
        return
    try:
        with structure_scope([structure_id]):
            result = work(job, Progress(job))
            if not _end(job, JobState.DONE, result=result):
                raise _ClaimLost
    except _ClaimLost:
        logger.warning("job %s is another worker's: nothing of this one's work is kept", job_id)
    except JobCancelled:
        _end(job, JobState.CANCELLED, message="Arrêté à votre demande\u00a0: rien n’a été écrit.")
    except JobFailed as refusal:
        _end(job, JobState.FAILED, message=str(refusal))
    except Exception:
        logger.exception("job %s failed", job_id)
        _end(
            job,
            JobState.FAILED,
            message="Le travail s’est arrêté sur une erreur de notre côté\u00a0: rien n’a été écrit. "
            "Vous pouvez relancer.",
        )


def _claim(job_id: int, structure_id: int) -> Job | None:
    with structure_scope([structure_id]):
        job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id, state=JobState.QUEUED).first()
        if job is None:
            return None
        now = timezone.now()
        if job.cancel_asked:
            job.state, job.ended_at = JobState.CANCELLED, now
        else:
            job.state, job.started_at, job.beat_at, job.attempts = JobState.RUNNING, now, now, job.attempts + 1
        job.save()
    return job if job.state == JobState.RUNNING else None


def _end(job: Job, state: JobState, *, message: str = "", result: dict | None = None) -> bool:
    """False when the job is no longer this worker's: nothing is then said of it."""
    with structure_scope([job.structure_id]):
        ours = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
        ended = ours.update(
            state=state,
            ended_at=timezone.now(),
            message=message[:500],
            result=result or {},
            done=job.total if state == JobState.DONE else job.done,
        )
    return bool(ended)


def ask_to_stop(*, job: Job) -> None:
    """A queued job ends at once; a running one ends at its next sign of life."""
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(state=JobState.CANCELLED, ended_at=timezone.now())
    Job.objects.filter(pk=job.pk, state__in=OPEN_JOB_STATES).update(cancel_asked=True)


def sweep_structure(*, structure_id: int, now: dt.datetime) -> int:
    """Queue again what nobody claimed for a minute, and what lost its worker. Number of jobs woken."""
    woken = 0
    with structure_scope([structure_id]):
        jobs = Job.objects.open().filter(structure_id=structure_id).order_by("pk")
        for job in jobs.select_for_update(of=("self",), skip_locked=True):
            if job.state == JobState.RUNNING and now - (job.beat_at or job.created_at) > SILENCE:
                if job.attempts >= MAX_ATTEMPTS:
                    job.state, job.ended_at = JobState.FAILED, now
                    job.message = "Le travail s’est interrompu deux fois\u00a0: rien n’a été écrit."
                    job.save()
                    continue
                job.state = JobState.QUEUED
                job.save()
            elif job.state == JobState.RUNNING or now - job.created_at < dt.timedelta(minutes=1):
                continue
            queue_job(job)
            woken += 1
    return woken
