"""Run commands, one after the other, beside servers of their own that are gone afterwards.

    python -m config.local.test .venv/bin/python -m config.local.quality -- .venv/bin/pytest

Stops at the first command that fails, with its status.
"""

import os
import signal
import subprocess
import sys
from types import FrameType

from config.local import state
from config.local.problems import LocalError, require_space
from config.local.servers import Servers

NEEDED_MEGABYTES = 500


def split(words: list[str]) -> list[list[str]]:
    """The commands between the `--`."""
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def remove_abandoned() -> None:
    """Servers of a test run that was killed: their name holds its number."""
    here = state.state_directory(f"test-{os.getpid()}")
    for folder in here.parent.glob("test-*"):
        if folder != here and not state.command_line(int(folder.name.removeprefix("test-"))):
            Servers.named(folder.name, durable=False).stop()
            state.remove_state(folder.name)


def interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(commands: list[list[str]]) -> int:
    name = f"test-{os.getpid()}"
    remove_abandoned()
    servers = Servers.named(name, durable=False)
    state.adopt_orphans()
    try:
        servers.start()
        environment = {
            **os.environ,
            **servers.environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "USE_OWNER_ROLE": "1",
        }
        for command in commands:
            status = subprocess.run(command, cwd=state.ROOT, env=environment, check=False).returncode
            if status:
                return status
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        servers.stop()
        state.remove_state(name)
        state.see_off_orphans()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    try:
        require_space(state.ROOT, NEEDED_MEGABYTES)
        sys.exit(run(split(sys.argv[1:])))
    except KeyboardInterrupt:
        sys.exit(130)
    except LocalError as error:
        sys.exit(str(error))
