"""Mail under fire: a real worker is killed again and again while it sends, two beats ring, and everybody is written to
once.

What time would do (a lease that runs out) is done by hand, so that the trial lasts minutes and not hours.
"""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns.actions.sweeping import reconcile
from campaigns.enums import MessageState
from campaigns.models import Message
from config.local import state
from config.local.mail_sink import LOG
from core.scope import structure_scope

HOST = "127.0.0.1"
_TAKEN = re.compile(r"message-id=(\S+) status=sent")
_AGE = """
    UPDATE campaigns_message
    SET leased_until = leased_until - interval '11 minutes', attempted_at = attempted_at - interval '11 minutes'
    WHERE structure_id = %s AND leased_until IS NOT NULL
"""
OPEN = (MessageState.QUEUED, MessageState.SENDING)


@dataclass
class Outcome:
    """`taken`: how often the server answered for each Message-ID. `uncertain`: those nobody knew about."""

    taken: Counter[str]
    states: Counter[str]
    uncertain: int
    found: int
    queued_again: int
    seconds: float

    @property
    def lost(self) -> int:
        return sum(self.states.values()) - len(self.taken)

    @property
    def twice(self) -> int:
        return sum(count - 1 for count in self.taken.values())


@dataclass
class Trial:
    """`environment`: what leads a worker to the database (with the plain role) and to the broker."""

    structure: Any
    environment: dict[str, str]
    folder: Path
    seconds_each: float = 0.004
    patience: float = 120
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *, kills: int) -> Outcome:
        started = time.monotonic()
        port = state.free_port()
        self.environment = {
            **os.environ,
            **self.environment,
            "EMAIL_URL": f"smtp://{HOST}:{port}",
            "OUTBOX_SWEEP_SECONDS": "1",
            "SENDING_AT_ANY_HOUR": "1",
            "USE_OWNER_ROLE": "0",
        }
        mail = self.folder / "mail"
        with self._ended_together():
            self._start(
                "sink", "-m", "config.local.mail_sink", str(port), str(mail), "--seconds-each", f"{self.seconds_each}"
            )
            beats = [self._beat("first"), self._beat("second")]
            for rank in range(kills):
                worker = self._worker()
                self._wait_for_taken(self._goal(rank, kills))
                time.sleep(random.random() * 0.05)  # anywhere in a message
                self._kill(worker)
                if rank == kills // 2:
                    self._kill(beats[0])
                    beats[0] = self._beat("first, again")
                self._let_leases_run_out()
            self._worker()
            self._wait(lambda: not self._count(*OPEN))
            uncertain = self._count(MessageState.UNCERTAIN)
            with structure_scope([self.structure.pk]):
                found, queued_again = reconcile(
                    structure=self.structure,
                    message_ids_sent=set(self.taken()),
                    complete_until=timezone.now(),
                    now=timezone.now(),
                )
            self._wait(lambda: not self._count(*OPEN) and not self._untold())
        return Outcome(self.taken(), self._states(), uncertain, found, queued_again, time.monotonic() - started)

    def taken(self) -> Counter[str]:
        """By Message-ID, from the server's log."""
        path = self.folder / "mail" / LOG
        return Counter(_TAKEN.findall(path.read_text())) if path.is_file() else Counter()

    def _goal(self, rank: int, kills: int) -> int:
        return sum(self._states().values()) * (rank + 1) // (kills + 1)

    def _rows(self) -> Any:
        return Message.objects.filter(structure=self.structure)

    def _states(self) -> Counter[str]:
        with structure_scope([self.structure.pk]):
            return Counter(self._rows().values_list("state", flat=True))

    def _count(self, *states: str) -> int:
        found = self._states()
        return sum(found[state] for state in states)

    def _untold(self) -> int:
        """Sent, and the sweep has still to tell it to the ledger and the timeline."""
        with structure_scope([self.structure.pk]):
            return self._rows().filter(state=MessageState.SENT, noted_at=None).count()

    def _let_leases_run_out(self) -> None:
        with structure_scope([self.structure.pk]), connection.cursor() as cursor:
            cursor.execute(_AGE, [self.structure.pk])

    def _worker(self) -> subprocess.Popen[bytes]:
        name = f"trial{os.getpid()}@%h"
        options = ["-c", "1", "-l", "INFO", "-n", name, "--without-gossip", "--without-mingle"]
        return self._start("worker", "-m", "celery", "-A", "config", "worker", *options)

    def _beat(self, name: str) -> subprocess.Popen[bytes]:
        schedule = self.folder / f"beat-{name}-{time.monotonic()}"
        return self._start("beat", "-m", "celery", "-A", "config", "beat", "--pidfile=", f"--schedule={schedule}")

    def _start(self, log: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{log}.log").open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, *command],
                cwd=state.ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def _kill(self, child: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(20)
        self.children.remove(child)

    @contextlib.contextmanager
    def _ended_together(self) -> Iterator[None]:
        try:
            yield
        finally:
            for child in [*self.children]:
                self._kill(child)

    def _wait_for_taken(self, count: int) -> None:
        self._wait(lambda: self.taken().total() >= count)

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.patience
        while not condition():
            if time.monotonic() > deadline:
                log = (self.folder / "worker.log").read_text(errors="replace")
                raise TimeoutError(f"waited in vain: {self._states()}, {len(self.taken())} taken\n{log[-3000:]}")
            time.sleep(0.02)
