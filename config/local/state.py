"""Where the local servers keep their files, and the errors a person can act on.

A server started by root runs as `nobody`, who cannot enter /root: its files then live under /var/lib,
which only root can write to. Everybody else keeps them in the checkout.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = ROOT / ".local"
PR_SET_CHILD_SUBREAPER = 36
SYSTEM_STATE = Path("/var/lib/trait-union")


def is_root() -> bool:
    return os.geteuid() == 0


def server_user() -> str | None:
    """The account the database runs as: nobody's when root asks, one's own (None) otherwise."""
    return "nobody" if is_root() else None


def state_directory(name: str) -> Path:
    """Folder of one set of servers ("demo", "dev", "test-123"), made when absent."""
    if is_root():
        digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
        path = SYSTEM_STATE / digest / name
    else:
        path = LOCAL / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def remove_state(name: str) -> None:
    shutil.rmtree(state_directory(name), ignore_errors=True)


def give_to_server_user(path: Path) -> None:
    if user := server_user():
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def adopt_orphans() -> None:
    """Servers that detach themselves become children of this process: it can then see them off (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def see_off_orphans(patience: float = 5.0) -> None:
    """Wait for what ends, so that nothing is left in the list where the machine's first process collects nobody.

    PostgreSQL takes away its pid file, which is what pg_ctl waits for, a moment before it ends.
    """
    deadline = time.monotonic() + patience
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def command_line(pid: int) -> str:
    """What runs under this number, or "" when nothing does: numbers are reused, so a pid file proves nothing."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def secret(path: Path) -> str:
    """The random text kept in this file, readable by its owner alone."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


def tree_digest(*paths: Path) -> str:
    """One number for these files and folders, by size and date: when it is the same, nothing was changed."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                facts = file.stat()
                total.update(f"{file}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return total.hexdigest()


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """One process at a time starts or stops the servers of that name."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
