"""What waits in the outbox leaves: claimed, prepared, handed to the server one by one, told to those concerned.

Order of effects, for one message: « sending » is committed; the server is spoken to, outside any transaction; what it
said is committed. A worker that dies between leaves a row « sending », which the sweep makes uncertain once its lease
is over: it is settled from the relay's log or by a person, and never sent again blindly.
"""

import datetime as dt
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error, InterfaceError, OperationalError, connection

from campaigns import letters
from campaigns.actions.claiming import (
    A_MINUTE,
    MAY_LEAVE,
    claim_batch,
    is_open,
    own_transaction,
    release_claimed,
    rules,
    worker_name,
)
from campaigns.actions.halting import halt_campaigns, refuses_us, resume_halted
from campaigns.actions.noting import note_sent
from campaigns.actions.preparing import Letter, compose_letters, mail_of, prepare_messages
from campaigns.actions.returns import refuse_address, says_no_such_address
from campaigns.enums import MessageState
from campaigns.models import LetterVersion, Message, Recipient, SendingSettings
from campaigns.patterns import EmailPatterns
from campaigns.queries import settings_of
from core.mail import Outcome, Result, address_of, deliver, drop_connection, open_connection, sender_address
from core.scope import SETTING
from core.working_days import zone_of

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

# Stands for the key of a personal page in a mail sent to oneself.
OPENS_NOTHING = "exemple"
# Longer than all that a server may take for one message: seven answers of `EMAIL_TIMEOUT` (20 s) each.
SENDING_LEASE = dt.timedelta(minutes=5)
# Between « sending » and the first word to the server: beyond, the lease would not cover what follows.
LATEST_START = dt.timedelta(minutes=2)
# After the first, second… time the server put it off; past the last, « échec ».
BACKOFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
# The database is away for a moment while the server has just taken a message: its answer is worth waiting for.
RECORD_TRIES = 6
RECORD_WAIT_SECONDS = 2.0
# So many in a row, and the rest waits: a sender refused by the server is refused for all; a server that falls silent
# after each message would leave them all uncertain.
REFUSALS_OF_SENDER = 3
SILENCES = 2

_BEGIN = f"""
    UPDATE campaigns_message
    SET state = 'sending', state_since = $2, attempted_at = $2, attempts = attempts + 1, leased_until = $3
    WHERE id = $1 AND state = 'queued' AND leased_by = %(worker)s AND leased_until > $2
      AND EXISTS (SELECT {MAY_LEAVE} AND m.id = $1)
    RETURNING attempts
"""  # noqa: S608 -- no value is put into the text
# Uncertain too: this worker was thought lost, and knows better.
_END = """
    UPDATE campaigns_message
    SET state = $2, state_since = $3, sent_at = $4, attempts = $5, not_before = coalesce($6, not_before),
        leased_until = NULL, leased_by = '', server_code = $7, server_answer = $8
    WHERE id = $1 AND leased_by = $9 AND attempts = $10 AND state IN ('sending', 'uncertain')
"""
# Planned once a lane and not for each message, which would take the database longer than all the rest.
_PLAN = f"""
    PREPARE begin_message (bigint, timestamptz, timestamptz) AS {_BEGIN};
    PREPARE end_message (bigint, text, timestamptz, timestamptz, int, timestamptz, int, text, text, int) AS {_END}
"""
_SCOPE = f"SELECT set_config('{SETTING}', %s, true), set_config('plan_cache_mode', 'force_generic_plan', true)"
_EXECUTE_BEGIN = "EXECUTE begin_message (%s, %s, %s)"
_EXECUTE_END = f"EXECUTE end_message ({', '.join(['%s'] * 10)})"
_FORGET = "DEALLOCATE begin_message; DEALLOCATE end_message"


@dataclass(frozen=True)
class Ended:
    """What came of the attempt number `attempts` of a message."""

    letter: Letter
    attempts: int
    outcome: Outcome


@dataclass
class Sent:
    """`must_wait`: the server is away, or refuses us: trying the next ones now would serve nothing. `refusal`: how."""

    count: int = 0
    must_wait: bool = False
    refusal: Outcome | None = None


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
    """Hand them to the server, on one connection; what is not begun when time is out is released.

    What the server said of one message and the « sending » of the next are one commit.
    """
    with own_transaction(structure.pk):
        pass  # refused inside another transaction, which would hold back all that follows
    done, refused, silent = Sent(), 0, 0
    last: Ended | None = None
    begun: set[int] = set()
    absent = open_connection(server)
    if absent is not None and absent.result == Result.ABSENT:
        logger.warning("the mail server is away: %s %s", absent.code or "", absent.answer)
        done.must_wait, done.refusal = True, absent
    try:
        with _planned(structure, worker, clock()):
            for letter in ready:
                now = clock()
                if done.must_wait or time.monotonic() > until or not is_open(structure, sending, now):
                    break
                attempts = _end_and_begin(structure, last, letter, worker, now)
                last = None
                if attempts is None:
                    continue
                begun.add(letter.pk)
                if clock() - now > LATEST_START:
                    break  # frozen meanwhile: others may have settled it, and it is left to them
                outcome = deliver(server, letter.mail)
                last = Ended(letter, attempts, outcome)
                done.count += not refuses_us(outcome)
                refused = refused + 1 if outcome.of_sender else 0
                silent = silent + 1 if outcome.result == Result.UNCERTAIN else 0
                if outcome.result == Result.ABSENT or refuses_us(outcome):
                    done.must_wait, done.refusal = True, outcome
                done.must_wait = done.must_wait or refused >= REFUSALS_OF_SENDER or silent >= SILENCES
    finally:
        if last is not None:
            _record(structure, last, worker, clock())
    release_claimed(structure=structure, pks=[each.pk for each in ready if each.pk not in begun], worker=worker)
    return done


@contextmanager
def _planned(structure: Any, worker: str, now: dt.datetime) -> Iterator[None]:
    """The statements that begin and end a message are known to the database meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, rules(structure, now) | {"worker": worker})
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that was lost knows nothing any more
            cursor.execute(_FORGET)


def _end_and_begin(structure: Any, last: Ended | None, letter: Letter, worker: str, now: dt.datetime) -> int | None:
    """Write what came of the last one; the number of this attempt, or None when it may no longer leave.

    One trip to the database: several statements sent as one are one transaction, committed with the last of them.
    """
    end = _end_values(last, worker, now) if last else []
    statements = [_SCOPE, *([_EXECUTE_END] if last else []), _EXECUTE_BEGIN]
    try:
        with connection.cursor() as cursor:
            cursor.execute(";".join(statements), [str(structure.pk), *end, letter.pk, now, now + SENDING_LEASE])
            rows = _last_rows(cursor)
    except (OperationalError, InterfaceError):
        if last is not None:
            _record(structure, last, worker, now)
        raise
    if last is not None:
        _follow_up(structure, last, now)
    return rows[0][0] if rows else None


def _last_rows(cursor: Any) -> list[tuple]:
    while cursor.nextset():
        pass
    return cursor.fetchall()


def _record(structure: Any, ended: Ended, worker: str, now: dt.datetime) -> None:
    """Write what came of it, though the database may be away for a moment."""
    statement, values = re.sub(r"\$(\d+)", r"%(v\1)s", _END), _end_values(ended, worker, now)
    for tries_left in reversed(range(RECORD_TRIES)):
        try:
            with own_transaction(structure.pk), connection.cursor() as cursor:
                cursor.execute(statement, {f"v{rank}": value for rank, value in enumerate(values, start=1)})
            break
        except (OperationalError, InterfaceError):
            if not tries_left:
                raise
            connection.close()
            time.sleep(RECORD_WAIT_SECONDS)
    _follow_up(structure, ended, now)


def _end_values(ended: Ended, worker: str, now: dt.datetime) -> list[Any]:
    """In the order of `_END`."""
    state, again_at = _what_follows(ended, now)
    outcome = ended.outcome
    sent_at = now if state == MessageState.SENT else None
    # A server that is away, or refuses who sends, said nothing of this message: it does not count.
    attempts_kept = ended.attempts - (outcome.result == Result.ABSENT or refuses_us(outcome))
    said = [outcome.code, outcome.answer]
    return [ended.letter.pk, state.value, now, sent_at, attempts_kept, again_at, *said, worker, ended.attempts]


def _follow_up(structure: Any, ended: Ended, now: dt.datetime) -> None:
    """An address that does not exist is put aside. Lost with a worker killed just before, it is met again."""
    if ended.outcome.result != Result.REFUSED or not says_no_such_address(ended.outcome):
        return
    with own_transaction(structure.pk):
        message = Message.objects.filter(pk=ended.letter.pk, state=MessageState.FAILED).first()
        if message is not None:
            refuse_address(message=message, answer=ended.outcome.answer, now=now)


def _what_follows(ended: Ended, now: dt.datetime) -> tuple[MessageState, dt.datetime | None]:
    """Its state, and when it is tried again."""
    result = ended.outcome.result
    if result == Result.ACCEPTED:
        return MessageState.SENT, None
    if result == Result.UNCERTAIN:
        return MessageState.UNCERTAIN, None
    if refuses_us(ended.outcome):
        return MessageState.QUEUED, None
    if result == Result.ABSENT:
        return MessageState.QUEUED, now + A_MINUTE
    if result == Result.DEFERRED and ended.attempts <= len(BACKOFF):
        return MessageState.QUEUED, now + BACKOFF[ended.attempts - 1]
    return MessageState.FAILED, None
