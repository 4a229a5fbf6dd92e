"""The demo: start the servers, prepare the data, serve web, worker and beat, and stop all of it together.

Children lead groups of their own, so that a Ctrl-C reaches this process alone and everything stops in order;
they also get a SIGTERM from the kernel if this process is killed. The servers outlive a kill and are found again.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.local import state
from config.local.problems import LocalError, require_space
from config.local.servers import Servers

NAME = "demo"
LOGS = state.LOCAL / "log"
MAIL = state.LOCAL / "mail"
HOST = "127.0.0.1"
RUN_MEGABYTES = 300
PR_SET_PDEATHSIG = 1
# What a prepared database and collected files were made from.
PREPARED_FROM = (
    "config",
    "core",
    "accounts",
    "companies",
    "youth",
    "opportunities",
    "campaigns",
    "dashboards",
    "static",
    "requirements",
    "package-lock.json",
)
STOP_SECONDS = 6.0

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_with_parent() -> None:
    """In the child, before it becomes its program: die with the supervisor (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def last_lines(path: Path, count: int = 15) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


@dataclass
class Supervisor:
    port: int
    servers: Servers
    environment: dict[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def prepare(self) -> str:
        """Migrate, load, collect, unless nothing changed since the last time; the lines about the demo accounts."""
        folder = state.state_directory(NAME)
        accounts, stamp = folder / "accounts.txt", folder / "prepared"
        code = state.tree_digest(*(state.ROOT / source for source in PREPARED_FROM))
        if self.servers.postgres and stamp.is_file() and stamp.read_text() == code:
            return accounts.read_text()
        log = LOGS / "prepare.log"
        command = [sys.executable, "-m", "config.local.prepare", str(accounts)]
        with log.open("wb") as errors:
            child = self._spawn("prepare", command, {"USE_OWNER_ROLE": "1"}, stdout=None, stderr=errors)
        if child.wait():
            raise LocalError(
                f"{last_lines(log)}\nThe demo data could not be prepared: see the lines above or {log}."
                " Nothing in it was lost; make demo-reset forgets it and starts anew."
            )
        del self.children["prepare"]
        stamp.write_text(code)
        return accounts.read_text()

    def serve_pages(self) -> None:
        gunicorn = str(Path(sys.executable).parent / "gunicorn")
        self._serve(
            "web",
            [
                *[gunicorn, "config.wsgi", "--preload", f"--bind={HOST}:{self.port}", "--worker-class=gthread"],
                *["--workers=2", "--threads=4", "--graceful-timeout=3", "--no-control-socket"],
            ],
        )

    def serve_mail(self) -> None:
        """Its port is in the environment of those that send; what it takes becomes files, and reaches nobody."""
        port = state.free_port()
        self.environment["EMAIL_URL"] = f"smtp://{HOST}:{port}"
        self._serve("mail", [sys.executable, "-m", "config.local.mail_sink", str(port), str(MAIL)])

    def serve_jobs(self) -> None:
        celery = [str(Path(sys.executable).parent / "celery"), "-A", "config"]
        # A job may take minutes where a page may not.
        patience = {"STATEMENT_TIMEOUT_MS": "600000"}
        worker = [*celery, "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        self._serve("worker", worker, patience)
        schedule = state.LOCAL / "beat-schedule"
        self._serve("beat", [*celery, "beat", "--loglevel=INFO", "--pidfile=", f"--schedule={schedule}"])

    def wait_for_the_page(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.check()
            try:
                urllib.request.urlopen(f"http://{HOST}:{self.port}/health", timeout=5)
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return
            except OSError:
                pass
            else:
                return
            time.sleep(0.1)
        raise LocalError(f"The demo does not answer: see {LOGS / 'web.log'}.\n{last_lines(LOGS / 'web.log')}")

    def check(self) -> None:
        """Raise as soon as one part has ended: half a demo misleads.

        Ctrl-C waits meanwhile: in the midst of a poll it would leave the lock of that child taken, and the stop
        that follows would wait for it for ever.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self._check_children()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _check_children(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                log = LOGS / f"{name}.log"
                raise LocalError(
                    f"{last_lines(log)}\n"
                    f"The {name} process ended by itself (status {child.returncode}): the demo stops. See {log}."
                )
        if name := self.servers.dead():
            raise LocalError(f"{name} ended by itself: the demo stops. Type make demo to start it again.")

    def stop(self) -> None:
        """Processes first, then the servers they speak to; what does not listen is killed."""
        for child in self.children.values():
            self._signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
        for child in self.children.values():
            self._signal(child, signal.SIGKILL, group=True)
            # Its own time limit: a wait without one stands still when Ctrl-C broke into another wait for that child.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(1)
        self.servers.stop()
        state.see_off_orphans()

    def _serve(self, name: str, command: list[str], extra: dict[str, str] | None = None) -> None:
        with (LOGS / f"{name}.log").open("wb") as log:
            self._spawn(name, command, {"USE_OWNER_ROLE": "0", **(extra or {})}, stdout=log, stderr=log)

    def _spawn(
        self, name: str, command: list[str], extra: dict[str, str], **outputs: object
    ) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            command,
            cwd=state.ROOT,
            env={**os.environ, **self.environment, **extra},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=stop_with_parent,  # noqa: PLW1509 -- no thread runs in this process
            **outputs,  # type: ignore[call-overload]
        )
        self.children[name] = child
        return child

    @staticmethod
    def _signal(child: subprocess.Popen[bytes], number: int, *, group: bool = False) -> None:
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(child.pid, number)


def require_port(port: int, patience: float = 5.0) -> None:
    """The port is free, or becomes so: a demo that was killed needs a moment to let it go."""
    deadline = time.monotonic() + patience
    while not state.port_is_free(port, HOST):
        if time.monotonic() > deadline:
            raise LocalError(
                f"Another program listens on {HOST}:{port}: stop it, or choose another port: make demo PORT={port + 1}"
            )
        time.sleep(0.2)


def require_alone() -> None:
    """Hold the demo's lock as long as this process lives."""
    descriptor = os.open(state.LOCAL / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LocalError("The demo of this folder already runs: stop it with Ctrl-C in its window first.") from None


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # the end is under way, and takes seconds
    raise KeyboardInterrupt


def banner(port: int, accounts: str, mail: str = "") -> str:
    kept = f"E-mails\u00a0: aucun ne quitte cette machine\u202f; {mail} les garde dans {MAIL}/\n" if mail else ""
    return (
        f"\n{accounts.rstrip()}\n\n"
        f"Trait d’union est prêt\u00a0: http://{HOST}:{port}/\n"
        f"{kept}"
        f"Données inventées, second facteur non demandé\u00a0: pour essayer seulement.\n"
        f"Ctrl-C pour arrêter\u202f; «\u00a0make demo-reset\u00a0» pour repartir de zéro.\n"
    )


def run(port: int) -> None:
    servers = Servers.named(NAME, durable=True)
    supervisor = Supervisor(port, servers, {"DJANGO_SETTINGS_MODULE": "config.settings.demo"})
    try:
        print("Démarrage de PostgreSQL et de Valkey…", flush=True)
        with state.locked(NAME):
            servers.start()
        supervisor.environment |= servers.environment() | {"SITE_URL": f"http://{HOST}:{port}"}
        accounts = supervisor.prepare()
        supervisor.serve_mail()
        supervisor.serve_pages()
        supervisor.wait_for_the_page()  # alone, it is there sooner
        supervisor.serve_jobs()
        print(banner(port, accounts, supervisor.environment["EMAIL_URL"]), flush=True)
        while True:
            time.sleep(0.5)
            supervisor.check()
    finally:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        supervisor.stop()


def reset() -> None:
    """Forget the demo's data; the next start makes it anew."""
    servers = Servers.named(NAME, durable=True)
    if not servers.postgres:
        raise LocalError("DATABASE_URL is set: the demo's data is in your own database, empty it yourself.")
    servers.stop()
    state.remove_state(NAME)


def main(arguments: list[str]) -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, ask_to_stop)
    LOGS.mkdir(parents=True, exist_ok=True)
    require_alone()
    state.adopt_orphans()
    if arguments == ["--reset"]:
        reset()
        return
    port = int(os.environ.get("PORT") or 8000)
    require_port(port)
    require_space(state.state_directory(NAME), RUN_MEGABYTES)
    run(port)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        print("\nLa démonstration est arrêtée, ses données sont gardées.")
    except LocalError as error:
        sys.exit(str(error))
