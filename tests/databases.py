"""The databases of the tests are copies of one that was migrated once: migrating takes half a minute of CPU.

It is made anew when the migrations, or what they are made with, change; developers' servers keep it between runs.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from config.local import state

PREFIX = "template_trait_union_"
# Whoever makes or copies it: any number that nothing else in the tests locks.
LOCK = 5_202_511
MADE_WITH = ("core/rls.py", "config/settings/base.py", "requirements/dev.txt")


def database_url(url: str, name: str) -> str:
    """The same server and role, another database."""
    return re.sub(r"/[^/]*$", f"/{name}", url)


def migrated() -> str:
    """The name of the migrated, empty database, made when there is none of this state of the migrations."""
    owner = os.environ["DATABASE_OWNER_URL"]
    sources = [state.ROOT / name for name in MADE_WITH]
    name = PREFIX + state.tree_digest(*sources, *sorted(state.ROOT.glob("*/migrations")))[:16]
    with _locked(owner) as connection:
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if name not in known:
            for older in (each for each in known if each.startswith(PREFIX)):
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(older)))
            _make(connection, owner, name)
    return name


def _make(connection: psycopg.Connection, owner: str, name: str) -> None:
    """Under another name until it is whole: a run may be killed meanwhile."""
    unfinished = sql.Identifier(f"{PREFIX}unfinished")
    connection.execute(sql.SQL("CREATE DATABASE {}").format(unfinished))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_OWNER_URL": database_url(owner, f"{PREFIX}unfinished"),
        "USE_OWNER_ROLE": "1",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    result = subprocess.run(migrate, cwd=state.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(unfinished, sql.Identifier(name)))


@contextmanager
def _locked(owner: str) -> Iterator[psycopg.Connection]:
    """Two processes of a run ask at the same moment: the second waits, and finds it made."""
    with psycopg.connect(database_url(owner, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield connection
