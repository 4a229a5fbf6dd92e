"""Long work on a real broker with a real worker, which is killed: nothing half-written, nothing lost."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from companies.actions import imports
from companies.enums import ImportState
from companies.models import Company, ImportBatch
from core import jobs
from core.jobs import create_job, run_job, sweep_structure
from core.models import Job, JobState
from tests.companies.importing import csv_of, staged

ROWS = 5000
FILE = csv_of("Raison sociale;Code postal;Ville", *(f"Entreprise {number};36300;Rosnay" for number in range(ROWS)))


@contextmanager
def worker(tmp_path):
    """A worker of its own, connected as the application is; ended, or already killed, on exit."""
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "USE_OWNER_ROLE": "0",
        # REDIS_URL already names the Redis database of this test process.
        "PYTEST_XDIST_WORKER": "gw0",
        "DATABASE_URL": re.sub(r"/[^/]*$", f"/{name}", os.environ["DATABASE_URL"]),
    }
    command = [str(Path(sys.executable).parent / "celery"), "-A", "config", "worker", "-c", "1", "-l", "INFO"]
    with (tmp_path / "worker.log").open("a") as log:
        process = subprocess.Popen(
            [*command, "-n", f"test{os.getpid()}@%h", "--without-gossip", "--without-mingle"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def wait_until(condition, tmp_path, seconds=90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited in vain: " + (tmp_path / "worker.log").read_text()[-3000:])


def state_of(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def nobody_is_writing():
    """The database has noticed that the worker is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return cursor.fetchone()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_is_killed_writes_nothing_then_everything_once(structure, adviser, tmp_path):
    batch = staged(structure, FILE, by=adviser)
    job = imports.queue_apply(batch=batch, by=adviser)
    with worker(tmp_path) as process:
        wait_until(lambda: Job.objects.get(pk=job.pk).done > 0, tmp_path)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
    assert state_of(job) == JobState.RUNNING
    assert not Company.objects.exists()
    wait_until(nobody_is_writing, tmp_path)
    now = timezone.now()
    assert sweep_structure(structure_id=structure.pk, now=now + dt.timedelta(minutes=2)) == 0
    assert sweep_structure(structure_id=structure.pk, now=now + dt.timedelta(minutes=4)) == 1
    with worker(tmp_path):
        wait_until(lambda: state_of(job) not in (JobState.QUEUED, JobState.RUNNING), tmp_path)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2), job.message
    assert Company.objects.count() == ROWS
    assert ImportBatch.objects.get().state == ImportState.APPLIED


@pytest.mark.django_db(transaction=True)
def test_a_queued_job_nobody_claimed_is_woken_by_the_sweep(structure, adviser, tmp_path, monkeypatch):
    batch = staged(structure, csv_of("Nom;Ville", "Vacher;Rosnay"), by=adviser)
    with monkeypatch.context() as broken:
        broken.setattr(jobs.current_app, "send_task", _broker_down)
        job = imports.queue_apply(batch=batch, by=adviser)
    assert state_of(job) == JobState.QUEUED
    with worker(tmp_path):
        assert sweep_structure(structure_id=structure.pk, now=timezone.now()) == 0
        assert sweep_structure(structure_id=structure.pk, now=timezone.now() + dt.timedelta(minutes=2)) == 1
        wait_until(lambda: state_of(job) == JobState.DONE, tmp_path)
    assert Company.objects.get().legal_name == "Vacher"


def _broker_down(*arguments, **options):
    raise ConnectionError("no broker")


@pytest.fixture
def job(structure, adviser):
    return create_job(structure=structure, task="companies.tasks.apply_import", title="Essai", by=adviser)


def run(job, work):
    run_job(job_id=job.pk, structure_id=job.structure_id, work=work)
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
def test_a_stopped_job_writes_nothing(job, structure):
    def work(job, progress):
        Company.objects.create(structure=structure, legal_name="Écrite puis reprise")
        _ask_from_elsewhere(job)
        progress.advance(1, 10, "un pas")

    assert run(job, work).state == JobState.CANCELLED
    assert not Company.objects.exists()


def _ask_from_elsewhere(job):
    """As another request does: on a connection of its own."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("UPDATE core_job SET cancel_asked = true WHERE id = %s", [job.pk])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_writes_nothing_and_says_why(job, structure):
    def work(job, progress):
        Company.objects.create(structure=structure, legal_name="Écrite puis reprise")
        raise jobs.JobFailed("Le fichier manque.")

    failed = run(job, work)
    assert (failed.state, failed.message) == (JobState.FAILED, "Le fichier manque.")
    assert not Company.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_delivered_twice_works_once(job):
    worked = []
    run(job, lambda job, progress: worked.append(1) or {})
    run(job, lambda job, progress: worked.append(2) or {})
    assert worked == [1]


@pytest.mark.django_db
def test_a_worker_lost_twice_is_no_longer_tried(job):
    silent = timezone.now() - dt.timedelta(minutes=10)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=2, beat_at=silent)
    assert sweep_structure(structure_id=job.structure_id, now=timezone.now()) == 0
    assert state_of(job) == JobState.FAILED


@pytest.mark.django_db(transaction=True)
def test_work_is_written_and_told_done_in_one_transaction(job):
    """A worker killed just after its work would otherwise see it done a second time."""
    seen = []
    run(job, lambda job, progress: transaction.on_commit(lambda: seen.append(state_of(job))) or {})
    assert seen == [JobState.DONE]


@pytest.mark.django_db(transaction=True)
def test_a_worker_thought_lost_writes_nothing(job, structure):
    def work(job, progress):
        Company.objects.create(structure=structure, legal_name="Écrite par celui qu’on n’attendait plus")
        _given_to_another_worker(job)
        return {}

    assert run(job, work).state == JobState.RUNNING
    assert not Company.objects.exists()


def _given_to_another_worker(job):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("UPDATE core_job SET attempts = attempts + 1 WHERE id = %s", [job.pk])
    finally:
        other.close()
