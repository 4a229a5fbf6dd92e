"""The servers a benchmark runs against: a durable PostgreSQL of its own (what is saved is flushed), kept between runs,
and the product served as in production: plain database role, row-level security, gzip, two workers.
"""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config.local import state
from config.local.postgres import Postgres
from config.local.problems import LocalError
from config.local.servers import Servers
from config.local.valkey import Valkey

NAME = "benchmark"
HOST = "127.0.0.1"
STATIC = state.LOCAL / "benchmark-static"


def started(name: str = NAME) -> Servers:
    folder = state.state_directory(name)
    servers = Servers(postgres=Postgres(folder, durable=True), valkey=Valkey(folder, durable=False))
    servers.start()
    return servers


def environment(servers: Servers) -> dict[str, str]:
    """The demo's settings loosen HTTPS and the second factor of its accounts, and nothing else."""
    given = {name: value for name, value in os.environ.items() if name not in ("TEST_DATABASE_NAME", "USE_OWNER_ROLE")}
    return (
        given
        | servers.environment()
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "STATIC_ROOT": str(STATIC),
            "LOG_LEVEL": "WARNING",
        }
    )


def manage(variables: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=state.ROOT, env=variables | {"USE_OWNER_ROLE": "1"}, check=True)


@contextlib.contextmanager
def served(variables: dict[str, str], log: Path) -> Iterator[int]:
    """The port the product listens on, until the block ends."""
    port = state.free_port()
    command = [
        str(Path(sys.executable).parent / "gunicorn"),
        "config.wsgi",
        f"--bind={HOST}:{port}",
        *("--worker-class=gthread", "--workers=2", "--threads=4", "--no-control-socket", "--keep-alive=30"),
    ]
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, cwd=state.ROOT, env=variables | {"USE_OWNER_ROLE": "0"}, stdout=output, stderr=output
        )
        try:
            _wait(child, port, log)
            yield port
        finally:
            child.terminate()
            child.wait(20)


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(urllib.error.HTTPError, OSError):
            urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=5)
            return
        time.sleep(0.1)
    raise LocalError(f"The server does not answer: see {log}.")
