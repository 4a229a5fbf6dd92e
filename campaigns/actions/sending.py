"""What waits in the outbox leaves: prepared, claimed, handed to the server one by one, told to those concerned.

Order of effects, for one message: « sending » is committed; the server is spoken to, outside any transaction; what it
said is committed. A worker that dies between leaves a row « sending », which the sweep makes uncertain once its lease
is over: it is settled from the relay's log or by a person, and never sent again blindly.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from campaigns import letters
from campaigns.actions.attempts import LATEST_START, Ended, end_and_begin, planned, record
from campaigns.actions.claiming import claim_batch, is_open, own_transaction, worker_name
from campaigns.actions.halting import halt_campaigns, refuses_us, resume_halted
from campaigns.actions.noting import note_sent
from campaigns.actions.preparing import Letter, compose_letters, mail_of, prepare_messages
from campaigns.models import LetterVersion, Message, Recipient, SendingSettings
from campaigns.patterns import EmailPatterns
from campaigns.queries import settings_of
from core.mail import Outcome, Result, address_of, deliver, drop_connection, open_connection, sender_address
from core.working_days import zone_of

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

# Stands for the key of a personal page in a mail sent to oneself.
OPENS_NOTHING = "exemple"
# So many in a row, and the rest waits: a sender refused by the server is refused for all; a server that falls silent
# after each message would leave them all uncertain.
REFUSALS_OF_SENDER = 3
SILENCES = 2


@dataclass
class Sent:
    """`must_wait`: the server is away, or refuses us: trying the next ones now would serve nothing. `refusal`: how."""

    count: int = 0
    must_wait: bool = False
    refusal: Outcome | None = None
    refused_in_a_row: int = 0
    silent_in_a_row: int = 0

    def open(self, server: BaseEmailBackend) -> None:
        absent = open_connection(server)
        if absent is not None and absent.result == Result.ABSENT:
            logger.warning("the mail server is away: %s %s", absent.code or "", absent.answer)
            self.must_wait, self.refusal = True, absent

    def hear(self, outcome: Outcome) -> None:
        """What the server said of one more message."""
        self.count += not refuses_us(outcome)
        self.refused_in_a_row = self.refused_in_a_row + 1 if outcome.of_sender else 0
        self.silent_in_a_row = self.silent_in_a_row + 1 if outcome.result == Result.UNCERTAIN else 0
        if outcome.result == Result.ABSENT or refuses_us(outcome):
            self.must_wait, self.refusal = True, outcome
        if self.refused_in_a_row >= REFUSALS_OF_SENDER or self.silent_in_a_row >= SILENCES:
            self.must_wait = True


# --- the whole of it ----------------------------------------------------------------------------
def send_outbox(*, structure: Any, clock: Clock, seconds: float = 50.0, lanes: int = 1) -> int:
    """Send what may leave now, for at most about so many seconds; number of messages handed to the server.

    Several may run at once: each claims its own. Nothing is claimed outside the structure's hours. `lanes`: how many
    do so side by side, so that one speaks to the server while another writes, commits or tells.
    """
    with own_transaction(structure.pk):
        sending = settings_of(structure)
    _resume(structure, sending, clock())
    lane = partial(
        _send_batches,
        structure=structure,
        sending=sending,
        clock=clock,
        until=time.monotonic() + seconds,
        turn=Lock(),
    )
    if lanes == 1:
        return lane()
    with ThreadPoolExecutor(lanes) as pool:
        return sum(pool.map(_in_thread, [lane] * lanes))


def _in_thread(lane: Callable[[], int]) -> int:
    """With a database connection of its own, gone with it."""
    try:
        return lane()
    finally:
        connection.close()


def _resume(structure: Any, sending: SendingSettings, now: dt.datetime) -> None:
    server = get_connection()
    sender = settings.BOUNCES_ADDRESS or sender_address("", sending.sender_email)
    try:
        resume_halted(structure=structure, server=server, sender=sender, now=now)
    finally:
        _close(server)


def _send_batches(*, structure: Any, sending: SendingSettings, clock: Clock, until: float, turn: Lock) -> int:
    """One batch after the other, on one connection to the server, until nothing may leave or it must wait.

    `turn`: a lane that came between what another writes and what it claims would find nothing, and stop.
    """
    worker, server, count = worker_name(), get_connection(), 0
    try:
        while time.monotonic() < until:
            with turn:
                prepare_messages(structure=structure, sending=sending, now=clock())
                claimed = claim_batch(structure=structure, sending=sending, worker=worker, now=clock())
            if not claimed:
                break
            ready = compose_letters(structure=structure, sending=sending, pks=claimed, worker=worker, now=clock())
            done = send_claimed(
                structure=structure,
                sending=sending,
                ready=ready,
                worker=worker,
                server=server,
                clock=clock,
                until=until,
            )
            count += done.count
            # Once: what the other lanes send meanwhile, they tell.
            note_sent(structure=structure, now=clock())
            if done.refusal is not None:
                halt_campaigns(structure=structure, outcome=done.refusal, now=clock())
            if done.must_wait:
                break
    finally:
        _close(server)
    return count


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError:
        drop_connection(server)


# --- to oneself ---------------------------------------------------------------------------------
def send_test_mail(
    *, structure: Any, letter: LetterVersion, recipient: Recipient, by: Any, now: dt.datetime
) -> Outcome:
    """What that recipient would read, to the person who asked; no row, no link that opens anything, nobody asked."""
    with own_transaction(structure.pk):
        sending = settings_of(structure)
        row = Message(structure=structure, campaign=recipient.campaign, recipient=recipient, letter=letter)
        row.to_address = by.email
        today = now.astimezone(zone_of(structure.department)).date()
        values = letters.values_for(campaign=recipient.campaign, recipients=[recipient], today=today)
        patterns = EmailPatterns(structure=structure, settings=sending)
        said = patterns.email_for(letter=letter, values=values[recipient.pk])
        row.subject, row.text, row.html = f"[Essai] {said.subject}", said.text, said.html
        nowhere = {"key": OPENS_NOTHING}
        mail = mail_of(
            row,
            structure,
            sending,
            address_of("campaigns:survey", **nowhere),
            address_of("campaigns:unsubscribe", **nowhere),
        )
    server = get_connection()
    try:
        return deliver(server, mail)
    finally:
        _close(server)


# --- send ---------------------------------------------------------------------------------------
def send_claimed(
    *,
    structure: Any,
    sending: SendingSettings,
    ready: Sequence[Letter],
    worker: str,
    server: BaseEmailBackend,
    clock: Clock,
    until: float,
) -> Sent:
    """Hand them to the server, on one connection; what it has not heard of when time is out is anyone's again.

    What the server said of one message and the « sending » of the next are one commit.
    """
    with own_transaction(structure.pk):
        pass  # refused inside another transaction, which would hold back all that follows
    done, unspoken = Sent(), {letter.pk for letter in ready}
    last: Ended | None = None
    done.open(server)
    try:
        with planned(structure=structure, worker=worker, now=clock()):
            for letter in ready:
                now = clock()
                if done.must_wait or time.monotonic() > until or not is_open(structure, sending, now):
                    break
                attempts = end_and_begin(structure=structure, ended=last, letter=letter, worker=worker, now=now)
                last = None
                if attempts is None:
                    continue
                if clock() - now > LATEST_START:
                    break  # frozen meanwhile: others may have settled it
                unspoken.remove(letter.pk)
                outcome = deliver(server, letter.mail)
                last = Ended(letter, attempts, outcome, clock())
                done.hear(outcome)
    finally:
        record(structure=structure, ended=last, unspoken=unspoken, worker=worker, now=clock())
    return done
