"""Bring the demo's database and static files up to date, in one process: each Django start costs two seconds.

Run by the demo with the owner's role. What `load_demo` prints (the demo accounts) goes to the file named first.
"""

import hashlib
import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.local import state


def static_digest(root: Path) -> str:
    """Changes when a served file may have: our own by size and date, the installed ones by their locks."""
    total = hashlib.sha256()
    for path in sorted((root / "static").rglob("*")):
        if path.is_file():
            facts = path.stat()
            total.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    for lock in (root / "package-lock.json", root / "requirements" / "demo.txt", root / "config/settings/base.py"):
        total.update(lock.read_bytes())
    return total.hexdigest()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Mise à jour de la base de données…", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = static_digest(state.ROOT)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Préparation des fichiers statiques…", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def main(accounts: Path) -> None:
    django.setup()
    migrate()
    call_command("grant_app_role", verbosity=0)
    print("Chargement du territoire de démonstration…", flush=True)
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    accounts.write_text(said.getvalue())
    collect_static()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
