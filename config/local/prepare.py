"""Bring the demo's database and static files up to date, in one process: each Django start costs two seconds.

Run by the demo with the owner's role. What `load_demo` prints (the demo accounts) goes to the file named first.
"""

import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.local import state


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        kept = ", les données sont gardées" if executor.loader.applied_migrations else ""
        print(f"Mise à jour de la base de données{kept}…", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    # Ours, and what the installed packages bring, which follows their locks.
    sources = ("static", "package-lock.json", "requirements/demo.txt", "config/settings/base.py")
    wanted = state.tree_digest(*(state.ROOT / source for source in sources))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Préparation des fichiers statiques…", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)


def main(accounts: Path) -> None:
    django.setup()
    migrate()
    call_command("grant_app_role", stdout=io.StringIO())
    print("Préparation du territoire de démonstration…", flush=True)
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    accounts.write_text(said.getvalue())
    collect_static()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
