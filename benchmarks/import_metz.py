"""How long a large file takes from its deposit to its companies, and in how much memory.

    .venv/bin/python -m config.local.test .venv/bin/python -m benchmarks.import_metz FILE

Connects as the application does: row-level security and triggers are on. The jobs run in this process, as a worker
runs them. Figures to hold for the 12,514 companies of Metz: 25 s and 400 MB.
"""
# Django is set up on the way, so its modules are imported in the functions.
# ruff: noqa: PLC0415

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def machine() -> str:
    """The processor as the system names it, cores and memory."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def timed(what: str, work: Callable[[], Any]) -> float:
    """Seconds on the clock; the processor's own, database included, tell what a busy machine hides."""
    start, processor = time.perf_counter(), processor_seconds()
    work()
    seconds, processor = time.perf_counter() - start, processor_seconds() - processor
    print(f"{what:<34}{seconds:>8.1f} s {processor:>8.1f} s of processor", flush=True)
    return seconds


def processor_seconds() -> float:
    """Of this process, of those it started and that ended, and of its database connection when that one is here."""
    from django.db import connection

    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if status.exists():
        user, system = status.read_text().rpartition(")")[2].split()[11:13]
        total += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return total


def megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1000


def prepare_database() -> None:
    environment = {**os.environ, "USE_OWNER_ROLE": "1"}
    for command in ("migrate", "grant_app_role"):
        subprocess.run([sys.executable, "manage.py", command, "-v", "0"], env=environment, check=True)


def main(path: Path) -> None:
    prepare_database()
    os.environ["USE_OWNER_ROLE"] = "0"
    import django

    django.setup()
    # The jobs are run here, not by a worker that may be listening.
    from celery import current_app

    current_app.send_task = lambda *arguments, **options: None
    measure(path)


def measure(path: Path) -> None:
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Membership, Structure, User
    from companies import tasks
    from companies.actions import imports
    from companies.models import Company, ImportBatch
    from core.models import Job
    from core.scope import structure_scope

    structure = Structure.objects.create(name=f"Banc d’essai {os.getpid()}")
    user = User.objects.create(email=f"banc{os.getpid()}@example.org", first_name="Banc", last_name="Essai")
    Membership.objects.create(user=user, structure=structure, role="adviser")
    content = path.read_bytes()

    def work(queue: Callable[..., Job], task: Any) -> Callable[[], None]:
        def run() -> None:
            with structure_scope([structure.pk]):
                job = queue(batch=ImportBatch.objects.latest("pk"), by=user)
            task(job_id=job.pk, structure_id=structure.pk)
            with structure_scope([structure.pk]):
                job.refresh_from_db()
                if job.state != "done":
                    raise SystemExit(f"{job.title}: {job.state}, {job.message}")

        return run

    def deposit() -> None:
        with structure_scope([structure.pk]):
            batch = imports.deposit_file(structure=structure, name=path.name, content=content, by=user)
            imports.choose_columns(batch=batch, mapping=imports.mapping_of(batch), now=timezone.now())

    print(machine())
    print(f"PostgreSQL {connection.pg_version}, role {connection.settings_dict['USER']}")
    print(f"{path.name}, {len(content) / 1e6:.1f} MB\n")
    total = 0.0
    for what, step in (
        ("deposit and header", deposit),
        ("preview", work(imports.queue_preview, tasks.preview_import)),
        ("import", work(imports.queue_apply, tasks.apply_import)),
    ):
        total += timed(what, step)
    with structure_scope([structure.pk]):
        count = Company.objects.count()
    print(f"{'in all':<34}{total:>8.1f} s for {count} companies")
    print(f"{'peak memory of the worker':<34}{megabytes(resource.RUSAGE_SELF):>8.0f} MB")
    print(f"{'peak of the process that parses':<34}{megabytes(resource.RUSAGE_CHILDREN):>8.0f} MB\n")
    timed("the same file again: deposit", deposit)
    timed("the same file again: preview", work(imports.queue_preview, tasks.preview_import))
    with structure_scope([structure.pk]):
        again, first = ImportBatch.objects.order_by("-pk")[:2]
        print(f"{'unchanged':<34}{again.counts.get('unchanged', 0):>8}")
        again.delete()
    timed("undo", work(imports.queue_undo, tasks.undo_import))
    with structure_scope([structure.pk]):
        print(f"{'companies left':<34}{Company.objects.count():>8}")
        first.delete()
        Job.objects.filter(structure=structure).delete()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
