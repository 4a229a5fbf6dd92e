"""Which messages may leave now, and who sends them: one that is claimed is nobody else's until its lease is over.

What keeps a message from leaving is one text of SQL, read when messages are chosen and again when each leaves.
"""

import datetime as dt
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from campaigns.enums import WAITED_FOR, CampaignState
from campaigns.models import SendingSettings
from core.scope import set_scope
from core.working_days import is_permitted, zone_of

BATCH = 100
# A worker holds what it has claimed for so long; what it has not begun by then is anyone's.
CLAIM_LEASE = dt.timedelta(minutes=10)
A_MINUTE = dt.timedelta(minutes=1)

MAY_LEAVE = """
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
        WHERE other.structure_id = %(structure)s AND other.email = m.to_address AND other.email <> ''
          AND other.opted_out_at IS NOT NULL)
      AND NOT EXISTS (
        SELECT FROM campaigns_suppression s
        WHERE s.structure_id = %(structure)s AND s.email = lower(m.to_address) AND s.lifted_at IS NULL)
"""
_DOMAIN = "split_part(lower(m.to_address), '@', 2)"
# Rates count what was tried within the last minute and what others hold.
_CHOSEN = f"""
    WITH used AS (
        SELECT domain, count(*) AS count FROM (
            SELECT {_DOMAIN} AS domain FROM campaigns_message m
            WHERE m.structure_id = %(structure)s AND m.attempted_at > %(a_minute_ago)s
            UNION ALL
            SELECT {_DOMAIN} FROM campaigns_message m
            WHERE m.structure_id = %(structure)s AND m.state = 'queued' AND m.leased_until > %(now)s
              AND (m.attempted_at IS NULL OR m.attempted_at <= %(a_minute_ago)s)
        ) each GROUP BY domain
    ), waiting AS (
        SELECT m.id, m.not_before, m.prepared_at, {_DOMAIN} AS domain,
               row_number() OVER (PARTITION BY {_DOMAIN} ORDER BY m.not_before, m.id) AS place
        {MAY_LEAVE}
          AND (m.leased_until IS NULL OR m.leased_until <= %(now)s)
    ), chosen AS (
        SELECT waiting.id, waiting.prepared_at FROM waiting LEFT JOIN used USING (domain)
        WHERE waiting.place + coalesce(used.count, 0) <= %(per_domain)s
        ORDER BY waiting.not_before, waiting.id
        LIMIT greatest(0, least(%(batch)s, %(per_minute)s - (SELECT coalesce(sum(count), 0) FROM used)))
    )
"""  # noqa: S608 -- no value is put into the text
_TO_PREPARE = f"{_CHOSEN} SELECT id FROM chosen WHERE prepared_at IS NULL"  # noqa: S608
_CLAIM = f"""
    {_CHOSEN}
    UPDATE campaigns_message SET leased_until = %(lease)s, leased_by = %(worker)s
    WHERE id IN (
        SELECT id FROM campaigns_message
        WHERE id IN (SELECT id FROM chosen) AND state = 'queued' AND prepared_at IS NOT NULL
          AND (leased_until IS NULL OR leased_until <= %(now)s)
        FOR UPDATE SKIP LOCKED)
    RETURNING id, not_before
"""  # noqa: S608 -- no value is put into the text


@contextmanager
def own_transaction(structure_id: int) -> Iterator[None]:
    """Committed at its end, whoever calls: what is written here must be there before the server is spoken to."""
    with transaction.atomic(durable=True):
        set_scope([structure_id])
        yield


def worker_name() -> str:
    """Of one run: what it has claimed is no other's, not even of the next run of the same process."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def is_open(structure: Any, sending: SendingSettings, now: dt.datetime) -> bool:
    return is_permitted(now, opens=sending.opens_at, closes=sending.closes_at, department=structure.department)


def rules(structure: Any, now: dt.datetime) -> dict[str, Any]:
    """Values of `MAY_LEAVE`."""
    return {
        "structure": structure.pk,
        "now": now,
        "today": now.astimezone(zone_of(structure.department)).date(),
        "running": CampaignState.RUNNING.value,
        "waited_for": [state.value for state in WAITED_FOR],
    }


def _choice(structure: Any, sending: SendingSettings, now: dt.datetime, batch: int) -> dict[str, Any]:
    """Values of `_CHOSEN`."""
    return rules(structure, now) | {
        "a_minute_ago": now - A_MINUTE,
        "per_minute": sending.per_minute,
        "per_domain": sending.per_domain_per_minute,
        "batch": batch,
    }


def waiting_unprepared(*, structure: Any, sending: SendingSettings, now: dt.datetime, batch: int = BATCH) -> list[int]:
    """Of those a claim would choose now, the ones whose text is not written yet. In a transaction of the structure."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_PREPARE, _choice(structure, sending, now, batch))
        return [pk for (pk,) in cursor.fetchall()]


def claim_batch(
    *, structure: Any, sending: SendingSettings, worker: str, now: dt.datetime, batch: int = BATCH
) -> list[int]:
    """Prepared messages this worker may now send, oldest first, within both rates; committed. None outside permitted
    hours.

    One statement chooses and claims; claims of a structure wait for each other, since rates count what others hold.
    """
    if not is_open(structure, sending, now):
        return []
    values = _choice(structure, sending, now, batch) | {"lease": now + CLAIM_LEASE, "worker": worker}
    with own_transaction(structure.pk), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('campaigns.claim'), %s)", [structure.pk])
        cursor.execute(_CLAIM, values)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))
    return [pk for pk, _ in rows]
