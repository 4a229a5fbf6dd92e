"""Attempts at messages of the outbox: « sending » before the server hears of it, then what it said."""

import datetime as dt
import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connection, models

from campaigns.actions.claiming import A_MINUTE, MAY_LEAVE, own_transaction, rules
from campaigns.actions.halting import refuses_us
from campaigns.actions.preparing import Letter
from campaigns.actions.returns import refuse_address, says_no_such_address
from campaigns.enums import MessageState
from campaigns.models import Message
from core.mail import Outcome, Result
from core.scope import SETTING

# Longer than all that a server may take for one message: seven answers of `EMAIL_TIMEOUT` (20 s) each.
SENDING_LEASE = dt.timedelta(minutes=5)
# Between « sending » and the first word to the server: beyond, the lease would not cover what follows.
LATEST_START = dt.timedelta(minutes=2)
# After the first, second… time the server put it off; past the last, « échec ».
BACKOFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
# The database is away for a moment while the server has just taken a message: its answer is worth waiting for.
RECORD_TRIES = 6
RECORD_WAIT_SECONDS = 2.0

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
    """What came of the attempt number `attempts` of a message, and when."""

    letter: Letter
    attempts: int
    outcome: Outcome
    at: dt.datetime


@contextmanager
def planned(*, structure: Any, worker: str, now: dt.datetime) -> Iterator[None]:
    """The statements that begin and end a message are known to the database meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, rules(structure, now) | {"worker": worker})
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that was lost knows nothing any more
            cursor.execute(_FORGET)


def end_and_begin(*, structure: Any, ended: Ended | None, letter: Letter, worker: str, now: dt.datetime) -> int | None:
    """Write what came of the last one; the number of this attempt, or None when it may no longer leave.

    One trip to the database: several statements sent as one are one transaction, committed with the last of them.
    """
    statements = [_SCOPE, *([_EXECUTE_END] if ended else []), _EXECUTE_BEGIN]
    end = _end_values(ended, worker) if ended else []
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), [str(structure.pk), *end, letter.pk, now, now + SENDING_LEASE])
        rows = _last_rows(cursor)
    if ended:
        _follow_up(structure, ended)
    return rows[0][0] if rows else None


def _last_rows(cursor: Any) -> list[tuple]:
    while cursor.nextset():
        pass
    return cursor.fetchall()


def record(*, structure: Any, ended: Ended | None, unspoken: Collection[int], worker: str, now: dt.datetime) -> None:
    """Write what came of the last one, and give back those the server never heard of, though the database may be away
    for a moment."""
    for tries_left in reversed(range(RECORD_TRIES)):
        try:
            with own_transaction(structure.pk):
                if ended:
                    _end(ended, worker)
                _give_back(unspoken, worker, now)
            break
        except (OperationalError, InterfaceError):
            if not tries_left:
                raise
            connection.close()
            time.sleep(RECORD_WAIT_SECONDS)
    if ended:
        _follow_up(structure, ended)


def _end(ended: Ended, worker: str) -> None:
    statement, values = re.sub(r"\$(\d+)", r"%(v\1)s", _END), _end_values(ended, worker)
    with connection.cursor() as cursor:
        cursor.execute(statement, {f"v{rank}": value for rank, value in enumerate(values, start=1)})


def _give_back(pks: Collection[int], worker: str, now: dt.datetime) -> None:
    """Claimed, perhaps begun, and not a word of it was said: it is anyone's again, and the attempt was none."""
    mine = Message.objects.filter(pk__in=pks, leased_by=worker)
    mine.filter(state=MessageState.QUEUED).update(leased_until=None, leased_by="")
    mine.filter(state__in=(MessageState.SENDING, MessageState.UNCERTAIN)).update(
        state=MessageState.QUEUED,
        state_since=now,
        attempts=models.F("attempts") - 1,
        leased_until=None,
        leased_by="",
        server_answer="",
    )


def _end_values(ended: Ended, worker: str) -> list[Any]:
    """In the order of `_END`."""
    state, again_at = _what_follows(ended)
    outcome = ended.outcome
    sent_at = ended.at if state == MessageState.SENT else None
    # A server that is away, or refuses who sends, said nothing of this message: it does not count.
    attempts_kept = ended.attempts - (outcome.result == Result.ABSENT or refuses_us(outcome))
    said = [outcome.code, outcome.answer]
    return [ended.letter.pk, state.value, ended.at, sent_at, attempts_kept, again_at, *said, worker, ended.attempts]


def _what_follows(ended: Ended) -> tuple[MessageState, dt.datetime | None]:
    """Its state, and when it is tried again."""
    result = ended.outcome.result
    if result == Result.ACCEPTED:
        return MessageState.SENT, None
    if result == Result.UNCERTAIN:
        return MessageState.UNCERTAIN, None
    if refuses_us(ended.outcome):
        return MessageState.QUEUED, None
    if result == Result.ABSENT:
        return MessageState.QUEUED, ended.at + A_MINUTE
    if result == Result.DEFERRED and ended.attempts <= len(BACKOFF):
        return MessageState.QUEUED, ended.at + BACKOFF[ended.attempts - 1]
    return MessageState.FAILED, None


def _follow_up(structure: Any, ended: Ended) -> None:
    """An address that does not exist is put aside. Lost with a worker killed just before, it is met again."""
    if ended.outcome.result != Result.REFUSED or not says_no_such_address(ended.outcome):
        return
    with own_transaction(structure.pk):
        message = Message.objects.filter(pk=ended.letter.pk, state=MessageState.FAILED).first()
        if message is not None:
            refuse_address(message=message, answer=ended.outcome.answer, now=ended.at)
