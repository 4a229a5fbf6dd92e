"""What waits in the outbox leaves: claimed, prepared, handed to the server one by one, told to those concerned.

Order of effects, for one message: « sending » is committed; the server is spoken to, outside any transaction; what it
said is committed. A worker that dies between leaves a row « sending », which the sweep makes uncertain once its lease
is over: it is settled from the relay's log or by a person, and never sent again blindly.
"""

import datetime as dt
import logging
import os
import socket
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, transaction

from campaigns import letters
from campaigns.actions.links import draw_links
from campaigns.actions.noting import note_sent
from campaigns.actions.returns import refuse_address, says_no_such_address
from campaigns.enums import WAITED_FOR, CampaignState, MessageState
from campaigns.merge_fields import missing_in, missing_labels
from campaigns.models import LetterVersion, Message, Recipient, SendingSettings
from campaigns.queries import settings_of
from core.mail import (
    HeaderRefused,
    Outcome,
    Result,
    address_of,
    build_mail,
    deliver,
    drop_connection,
    named_address,
    open_connection,
    sender_address,
)
from core.scope import SETTING, set_scope
from core.working_days import is_permitted, zone_of

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

BATCH = 100
# Stands for the key of a personal page in a mail sent to oneself.
OPENS_NOTHING = "exemple"
# A worker holds what it has claimed for so long; what it has not begun by then is anyone's.
CLAIM_LEASE = dt.timedelta(minutes=10)
# Longer than all that a server may take for one message: seven answers of `EMAIL_TIMEOUT` (20 s) each.
SENDING_LEASE = dt.timedelta(minutes=5)
# Between « sending » and the first word to the server: beyond, the lease would not cover what follows.
LATEST_START = dt.timedelta(minutes=2)
# After the first, second… time the server put it off; past the last, « échec ».
BACKOFF = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
A_MINUTE = dt.timedelta(minutes=1)
# The database is away for a moment while the server has just taken a message: its answer is worth waiting for.
RECORD_TRIES = 6
RECORD_WAIT_SECONDS = 2.0
# So many in a row, and the rest waits: a sender refused by the server is refused for all; a server that falls silent
# after each message would leave them all uncertain.
REFUSALS_OF_SENDER = 3
SILENCES = 2

# Everything that keeps a message from leaving, looked at when it is claimed and again when it leaves.
_MAY_LEAVE = """
    FROM campaigns_message m
    JOIN campaigns_recipient r ON r.id = m.recipient_id
    JOIN campaigns_campaign c ON c.id = m.campaign_id
    JOIN companies_company company ON company.id = r.company_id
    LEFT JOIN companies_contact person ON person.id = m.contact_id
    WHERE m.structure_id = %(structure)s AND m.state = 'queued' AND m.not_before <= %(now)s
      AND c.state = %(running)s AND c.deleted_at IS NULL
      AND (c.answer_by IS NULL OR c.answer_by >= %(today)s)
      AND r.exclusion = '' AND r.state = ANY (%(waited_for)s)
      AND (m.step = 0 OR r.held_at IS NULL)
      AND company.deleted_at IS NULL
      AND CASE WHEN m.contact_id IS NULL THEN lower(company.email) = lower(m.to_address)
          ELSE person.opted_out_at IS NULL AND person.left_on IS NULL AND person.deleted_at IS NULL END
      AND NOT EXISTS (
        SELECT FROM companies_contact other
        WHERE other.structure_id = m.structure_id AND other.email = m.to_address AND other.opted_out_at IS NOT NULL)
      AND NOT EXISTS (
        SELECT FROM campaigns_suppression s
        WHERE s.structure_id = m.structure_id AND s.email = lower(m.to_address) AND s.lifted_at IS NULL)
"""
_DOMAIN = "split_part(lower(m.to_address), '@', 2)"
_CLAIM = f"""
    WITH used AS (
        SELECT {_DOMAIN} AS domain, count(*) AS count
        FROM campaigns_message m
        WHERE m.structure_id = %(structure)s
          AND (m.attempted_at > %(a_minute_ago)s OR m.state = 'queued' AND m.leased_until > %(now)s)
        GROUP BY 1
    ), waiting AS (
        SELECT m.id, m.not_before, {_DOMAIN} AS domain,
               row_number() OVER (PARTITION BY {_DOMAIN} ORDER BY m.not_before, m.id) AS place
        {_MAY_LEAVE}
          AND (m.leased_until IS NULL OR m.leased_until <= %(now)s)
    ), chosen AS (
        SELECT waiting.id FROM waiting LEFT JOIN used USING (domain)
        WHERE waiting.place + coalesce(used.count, 0) <= %(per_domain)s
        ORDER BY waiting.not_before, waiting.id
        LIMIT greatest(0, least(%(batch)s, %(per_minute)s - (SELECT coalesce(sum(count), 0) FROM used)))
    )
    UPDATE campaigns_message SET leased_until = %(lease)s, leased_by = %(worker)s
    WHERE id IN (
        SELECT id FROM campaigns_message
        WHERE id IN (SELECT id FROM chosen) AND state = 'queued'
          AND (leased_until IS NULL OR leased_until <= %(now)s)
        FOR UPDATE SKIP LOCKED)
    RETURNING id, not_before
"""  # noqa: S608 -- no value is put into the text
_BEGIN = f"""
    UPDATE campaigns_message
    SET state = 'sending', state_since = %(now)s, attempted_at = %(now)s, attempts = attempts + 1,
        leased_until = %(lease)s
    WHERE id = %(id)s AND state = 'queued' AND leased_by = %(worker)s AND leased_until > %(now)s
      AND EXISTS (SELECT {_MAY_LEAVE} AND m.id = %(id)s)
    RETURNING attempts
"""  # noqa: S608 -- no value is put into the text
# Uncertain too: this worker was thought lost, and knows better.
_END = """
    UPDATE campaigns_message
    SET state = %(last_state)s, state_since = %(last_now)s, sent_at = %(last_sent_at)s,
        attempts = %(last_attempts_kept)s, not_before = coalesce(%(last_again_at)s, not_before),
        leased_until = NULL, leased_by = '', server_code = %(last_code)s, server_answer = %(last_answer)s
    WHERE id = %(last_id)s AND leased_by = %(last_worker)s AND attempts = %(last_attempts)s
      AND state IN ('sending', 'uncertain')
"""
_SAVE_TEXTS = """
    UPDATE campaigns_message m SET subject = said.subject, text = said.text, html = said.html, prepared_at = %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS said (id, subject, text, html)
    WHERE m.id = said.id
"""
_SCOPE = f"SELECT set_config('{SETTING}', %(scope)s, true)"


@dataclass(frozen=True)
class Letter:
    """One message ready to leave: the personal addresses are in it, and nowhere else."""

    pk: int
    recipient_id: int
    mail: EmailMultiAlternatives


@dataclass(frozen=True)
class Ended:
    """What came of the attempt number `attempts` of a message."""

    letter: Letter
    attempts: int
    outcome: Outcome


@dataclass
class Sent:
    """`must_wait`: the server is away, or refuses us: trying the next ones now would serve nothing."""

    count: int = 0
    must_wait: bool = False


@contextmanager
def _own_transaction(structure_id: int) -> Iterator[None]:
    """Committed at its end, whoever calls: what is written here must be there before the server is spoken to."""
    with transaction.atomic(durable=True):
        set_scope([structure_id])
        yield


def worker_name() -> str:
    """Of one run: what it has claimed is no other's, not even of the next run of the same process."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


# --- the whole of it ----------------------------------------------------------------------------
def send_outbox(*, structure: Any, clock: Clock, seconds: float = 50.0, lanes: int = 1) -> int:
    """Send what may leave now, for at most about so many seconds; number of messages handed to the server.

    Several may run at once: each claims its own. Nothing is claimed outside the structure's hours. `lanes`: how many
    connections share a batch, so that one is spoken to while another's words are committed.
    """
    worker, until, count = worker_name(), time.monotonic() + seconds, 0
    with _own_transaction(structure.pk):
        sending = settings_of(structure)
    servers = [get_connection() for _ in range(lanes)]
    try:
        while time.monotonic() < until:
            claimed = claim_batch(structure=structure, sending=sending, worker=worker, now=clock())
            if not claimed:
                break
            ready = prepare_messages(structure=structure, sending=sending, pks=claimed, worker=worker, now=clock())
            lane = partial(send_claimed, structure=structure, sending=sending, worker=worker, clock=clock, until=until)
            done = lane(ready=ready, server=servers[0]) if lanes == 1 else _side_by_side(lane, ready, servers)
            count += done.count
            while note_sent(structure=structure, now=clock()):
                pass
            if done.must_wait:
                break
    finally:
        for server in servers:
            _close(server)
    return count


def _side_by_side(lane: Callable[..., Sent], ready: Sequence[Letter], servers: Sequence[BaseEmailBackend]) -> Sent:
    """A thread each, with a database connection of its own, gone with it."""

    def run(rank: int) -> Sent:
        try:
            return lane(ready=ready[rank :: len(servers)], server=servers[rank])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(servers)) as pool:
        found = list(pool.map(run, range(len(servers))))
    return Sent(sum(each.count for each in found), any(each.must_wait for each in found))


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError:
        drop_connection(server)


def _rules(structure: Any, now: dt.datetime) -> dict[str, Any]:
    """Values of `_MAY_LEAVE`."""
    return {
        "structure": structure.pk,
        "now": now,
        "today": now.astimezone(zone_of(structure.department)).date(),
        "running": CampaignState.RUNNING.value,
        "waited_for": [state.value for state in WAITED_FOR],
    }


def _is_open(structure: Any, sending: SendingSettings, now: dt.datetime) -> bool:
    return is_permitted(now, opens=sending.opens_at, closes=sending.closes_at, department=structure.department)


# --- claim --------------------------------------------------------------------------------------
def claim_batch(
    *, structure: Any, sending: SendingSettings, worker: str, now: dt.datetime, batch: int = BATCH
) -> list[int]:
    """Messages this worker may now send, oldest first, within both rates; committed. Empty outside permitted hours.

    One statement chooses and claims. Rates count what was tried within the last minute and what others hold, so
    that claims of a structure wait for each other.
    """
    if not _is_open(structure, sending, now):
        return []
    values = _rules(structure, now) | {
        "a_minute_ago": now - A_MINUTE,
        "per_minute": sending.per_minute,
        "per_domain": sending.per_domain_per_minute,
        "batch": batch,
        "lease": now + CLAIM_LEASE,
        "worker": worker,
    }
    with _own_transaction(structure.pk), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('campaigns.claim'), %s)", [structure.pk])
        cursor.execute(_CLAIM, values)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))
    return [pk for pk, _ in rows]


def release_claimed(*, structure: Any, pks: Sequence[int], worker: str) -> None:
    """What this worker claimed and has not begun is anyone's again."""
    with _own_transaction(structure.pk):
        mine = Message.objects.filter(pk__in=pks, state=MessageState.QUEUED, leased_by=worker)
        mine.update(leased_until=None, leased_by="")


# --- prepare ------------------------------------------------------------------------------------
def prepare_messages(
    *, structure: Any, sending: SendingSettings, pks: Sequence[int], worker: str, now: dt.datetime
) -> list[Letter]:
    """The claimed messages as they will leave, in that order. What each says is kept, but for its addresses.

    One that says nothing for want of a field, or whose header would be two, fails with its reason.
    """
    with _own_transaction(structure.pk):
        rows = list(
            Message.objects.filter(pk__in=pks, leased_by=worker, state=MessageState.QUEUED)
            .select_related("campaign__structure", "letter", "recipient__company", "recipient__contact")
            .select_related("recipient__adviser")
            .order_by("not_before", "pk")
        )
        failed = _write_texts([row for row in rows if row.prepared_at is None], structure, sending, now)
        addresses = _addresses_of(rows, now)
        ready = []
        for row in rows:
            if row.pk not in failed:
                try:
                    ready.append(Letter(row.pk, row.recipient_id, mail_of(row, sending, *addresses[row.recipient_id])))
                except HeaderRefused:
                    failed[row.pk] = "Un retour à la ligne dans l’objet, un nom ou une adresse\u00a0: à corriger."
        _fail(rows, failed, now)
    return ready


def _write_texts(rows: Sequence[Message], structure: Any, sending: SendingSettings, now: dt.datetime) -> dict[int, str]:
    """Fill and save their texts; {message pk: why it could not be written}."""
    failed: dict[int, str] = {}
    written = []
    today = now.astimezone(zone_of(structure.department)).date()
    for group in _by_campaign(rows).values():
        recipients = [row.recipient for row in group]
        values_of = letters.values_for(campaign=group[0].campaign, recipients=recipients, today=today)
        for row in group:
            values = values_of[row.recipient_id]
            missing = missing_in(letters.whole_text(row.letter), values)
            if missing:
                failed[row.pk] = f"Il manque de quoi remplir la lettre\u00a0: {', '.join(missing_labels(missing))}."
                continue
            _write_text(row, values, structure, sending)
            row.prepared_at = now
            written.append(row)
    _save_texts(written, now)
    return failed


def _save_texts(rows: Sequence[Message], now: dt.datetime) -> None:
    """As `bulk_update` would, without a CASE of a hundred pages."""
    columns = [[getattr(row, name) for row in rows] for name in ("pk", "subject", "text", "html")]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_TEXTS, [now, *columns])


def _write_text(row: Message, values: Mapping[str, str], structure: Any, sending: SendingSettings) -> None:
    said = letters.render_email(
        letter=row.letter, recipient=row.recipient, values=values, structure=structure, settings=sending
    )
    row.subject, row.text, row.html = said.subject, said.text, said.html


def _by_campaign(rows: Sequence[Message]) -> dict[int, list[Message]]:
    groups: dict[int, list[Message]] = defaultdict(list)
    for row in rows:
        groups[row.campaign_id].append(row)
    return groups


def _addresses_of(rows: Sequence[Message], now: dt.datetime) -> dict[int, tuple[str, str]]:
    """{recipient pk: (personal page, page that unsubscribes)}."""
    found: dict[int, tuple[str, str]] = {}
    for group in _by_campaign(rows).values():
        links = draw_links(campaign=group[0].campaign, recipients=[row.recipient for row in group], now=now)
        for pk, link in links.items():
            survey = address_of("campaigns:survey", key=link.survey_key)
            found[pk] = (survey, address_of("campaigns:unsubscribe", key=link.unsubscribe_key))
    return found


def mail_of(row: Message, sending: SendingSettings, survey: str, unsubscribe: str) -> EmailMultiAlternatives:
    """The e-mail as it leaves. Answers go to who follows the company."""
    adviser, structure = row.recipient.adviser, row.campaign.structure
    fill = partial(letters.with_addresses, link=survey, unsubscribe=unsubscribe)
    reply_to = named_address(adviser.full_name, adviser.email) if adviser and adviser.is_active else structure.email
    return build_mail(
        to=row.to_address,
        subject=row.subject,
        text=fill(row.text),
        html=fill(row.html),
        sender=sender_address(sending.sender_name or structure.name, sending.sender_email),
        reply_to=[reply_to] if reply_to else [],
        message_id=row.message_id,
        unsubscribe_url=unsubscribe,
        returns_to=settings.BOUNCES_ADDRESS,
    )


def _fail(rows: Sequence[Message], reasons: Mapping[int, str], now: dt.datetime) -> None:
    changed = [row for row in rows if row.pk in reasons]
    for row in changed:
        row.move_to(MessageState.FAILED)
        row.state_since, row.leased_until, row.leased_by = now, None, ""
        row.server_answer = reasons[row.pk][:500]
    Message.objects.bulk_update(changed, ["state", "state_since", "leased_until", "leased_by", "server_answer"])


# --- to oneself ---------------------------------------------------------------------------------
def send_test_mail(
    *, structure: Any, letter: LetterVersion, recipient: Recipient, by: Any, now: dt.datetime
) -> Outcome:
    """What that recipient would read, to the person who asked; no row, no link that opens anything, nobody asked."""
    with _own_transaction(structure.pk):
        sending = settings_of(structure)
        row = Message(structure=structure, campaign=recipient.campaign, recipient=recipient, letter=letter)
        row.to_address = by.email
        today = now.astimezone(zone_of(structure.department)).date()
        values = letters.values_for(campaign=recipient.campaign, recipients=[recipient], today=today)
        _write_text(row, values[recipient.pk], structure, sending)
        row.subject = f"[Essai] {row.subject}"
        nowhere = {"key": OPENS_NOTHING}
        mail = mail_of(
            row, sending, address_of("campaigns:survey", **nowhere), address_of("campaigns:unsubscribe", **nowhere)
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
    with _own_transaction(structure.pk):
        pass  # refused inside another transaction, which would hold back all that follows
    done, refused, silent = Sent(), 0, 0
    last: Ended | None = None
    begun: set[int] = set()
    absent = open_connection(server)
    if absent is not None and absent.result == Result.ABSENT:
        logger.warning("the mail server is away: %s %s", absent.code or "", absent.answer)
        done.must_wait = True
    try:
        for letter in ready:
            now = clock()
            if done.must_wait or time.monotonic() > until or not _is_open(structure, sending, now):
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
            done.count += 1
            refused = refused + 1 if outcome.of_sender else 0
            silent = silent + 1 if outcome.result == Result.UNCERTAIN else 0
            done.must_wait = outcome.result == Result.ABSENT or refused >= REFUSALS_OF_SENDER or silent >= SILENCES
    finally:
        if last is not None:
            _record(structure, last, worker, clock())
    release_claimed(structure=structure, pks=[each.pk for each in ready if each.pk not in begun], worker=worker)
    return done


def _end_and_begin(structure: Any, last: Ended | None, letter: Letter, worker: str, now: dt.datetime) -> int | None:
    """Write what came of the last one; the number of this attempt, or None when it may no longer leave.

    One trip to the database: several statements sent as one are one transaction, committed with the last of them.
    """
    begin = _rules(structure, now) | {"id": letter.pk, "worker": worker, "lease": now + SENDING_LEASE}
    statements, values = _SCOPE + ";" + _BEGIN, begin | {"scope": str(structure.pk)}
    if last is not None:
        statements = f"{_SCOPE};{_END};{_BEGIN}"
        values |= {f"last_{name}": value for name, value in _end_values(last, worker, now).items()}
    try:
        with connection.cursor() as cursor:
            cursor.execute(statements, values)
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
    values = {f"last_{name}": value for name, value in _end_values(ended, worker, now).items()}
    for tries_left in reversed(range(RECORD_TRIES)):
        try:
            with _own_transaction(structure.pk), connection.cursor() as cursor:
                cursor.execute(_END, values)
            break
        except (OperationalError, InterfaceError):
            if not tries_left:
                raise
            connection.close()
            time.sleep(RECORD_WAIT_SECONDS)
    _follow_up(structure, ended, now)


def _end_values(ended: Ended, worker: str, now: dt.datetime) -> dict[str, Any]:
    state, again_at = _what_follows(ended, now)
    outcome = ended.outcome
    return {
        "id": ended.letter.pk,
        "worker": worker,
        "attempts": ended.attempts,
        # A server that is away said nothing of this message: it does not count.
        "attempts_kept": ended.attempts - (outcome.result == Result.ABSENT),
        "state": state.value,
        "now": now,
        "sent_at": now if state == MessageState.SENT else None,
        "again_at": again_at,
        "code": outcome.code,
        "answer": outcome.answer,
    }


def _follow_up(structure: Any, ended: Ended, now: dt.datetime) -> None:
    """An address that does not exist is put aside. Lost with a worker killed just before, it is met again."""
    if ended.outcome.result != Result.REFUSED or not says_no_such_address(ended.outcome):
        return
    with _own_transaction(structure.pk):
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
    if result == Result.ABSENT:
        return MessageState.QUEUED, now + A_MINUTE
    if result == Result.DEFERRED and ended.attempts <= len(BACKOFF):
        return MessageState.QUEUED, now + BACKOFF[ended.attempts - 1]
    return MessageState.FAILED, None
