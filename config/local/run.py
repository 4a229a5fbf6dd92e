"""Run one command beside the developers' servers, which start when needed and stay: several people may share them.

    .venv/bin/python -m config.local.run .venv/bin/pytest tests/core -q
    .venv/bin/python -m config.local.run .venv/bin/python manage.py makemigrations
    .venv/bin/python -m config.local.run --stop

pytest gets the test settings, a test database and a Redis database of its own; `manage.py` gets the owner's role,
except `runserver`, which connects as the application does.
"""

import os
import sys

from config.local import state
from config.local.problems import LocalError
from config.local.servers import Servers
from config.local.valkey import DATABASES

NAME = "dev"


def command_environment(command: list[str], pid: int, given: dict[str, str]) -> dict[str, str]:
    """Which settings and role the command runs with; what the person set wins."""
    testing = any(os.path.basename(word) in ("pytest", "py.test") for word in command[:3])
    as_owner = testing or ("manage.py" in command and "runserver" not in command)
    settings = given.get("DJANGO_SETTINGS_MODULE")
    if settings in (None, "config.settings.base"):  # what importing `config` itself puts there
        # A new migration is written in max_migration.txt too, by an application that only the tests have.
        settings = "config.settings.test" if testing or "makemigrations" in command else "config.settings.demo"
    found = {"DJANGO_SETTINGS_MODULE": settings, "USE_OWNER_ROLE": given.get("USE_OWNER_ROLE", str(int(as_owner)))}
    if testing:
        found["TEST_DATABASE_NAME"] = given.get("TEST_DATABASE_NAME", f"test_trait_union_{pid}")
    return found


def main(command: list[str]) -> None:
    servers = Servers.named(NAME, durable=False)
    if command == ["--stop"]:
        with state.locked(NAME):
            servers.stop()
        return
    if not command:
        raise LocalError(f"Which command? {__doc__}")
    with state.locked(NAME):
        servers.start()
        if servers.postgres:
            servers.postgres.drop_abandoned_test_databases()
    pid = os.getpid()  # stays the command's own: it replaces this process
    chosen = command_environment(command, pid, dict(os.environ))
    redis_database = (pid % (DATABASES // 4 - 1) + 1) * 4 if "TEST_DATABASE_NAME" in chosen else 0  # room for workers
    os.environ.update(servers.environment(redis_database) | chosen)
    os.execvp(command[0], command)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LocalError as error:
        sys.exit(str(error))
