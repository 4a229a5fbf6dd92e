"""What a message says is written and kept before anybody claims it; what leaves is put together once it is claimed.

The personal addresses are in what leaves, and nowhere else.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from campaigns import letters
from campaigns.actions.claiming import is_open, own_transaction, waiting_unprepared
from campaigns.actions.links import draw_links
from campaigns.enums import MessageState
from campaigns.merge_fields import missing_labels
from campaigns.models import Campaign, LetterVersion, Message, SendingSettings
from campaigns.patterns import EmailPatterns
from core.mail import HeaderRefused, address_of, build_mail, named_address, sender_address
from core.working_days import zone_of

# What an e-mail of a recipient says of whom to answer to.
_ADVISER = tuple(f"recipient__adviser__{name}" for name in ("first_name", "last_name", "email", "is_active"))
_OF_A_LETTER = ("campaign", "recipient__adviser", "to_address", "subject", "text", "html", "message_id", *_ADVISER)
# One text, whatever their number: a page is long, and quoted once.
_SAVE_TEXTS = """
    UPDATE campaigns_message m SET subject = said.subject, text = said.text, html = said.html, prepared_at = %s
    FROM json_to_recordset(%s) AS said (id bigint, subject text, text text, html text)
    WHERE m.id = said.id AND m.state = 'queued' AND m.prepared_at IS NULL
"""
# A worker that waits here finds them written.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('campaigns.prepare'), %s)"


@dataclass(frozen=True)
class Letter:
    """One message ready to leave: the personal addresses are in it, and nowhere else."""

    pk: int
    recipient_id: int
    mail: EmailMultiAlternatives


# --- ahead of the claim -------------------------------------------------------------------------
def prepare_messages(*, structure: Any, sending: SendingSettings, now: dt.datetime) -> int:
    """Write what the next ones to leave say, and keep it; how many were looked at. A constant number of queries.

    One that says nothing for want of a field fails with its reason. Nothing is written outside permitted hours: a
    letter says what is known on the day it leaves.
    """
    if not is_open(structure, sending, now):
        return 0
    with own_transaction(structure.pk):
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [structure.pk])
        pks = waiting_unprepared(structure=structure, sending=sending, now=now)
        if pks:
            _prepare(pks, structure, sending, now)
    return len(pks)


def _prepare(pks: Sequence[int], structure: Any, sending: SendingSettings, now: dt.datetime) -> None:
    related = ("recipient__company", "recipient__contact", "recipient__adviser")
    rows = Message.objects.filter(pk__in=pks).select_related(*related).order_by("pk")
    texts = LetterVersion.objects.in_bulk({row.letter_id for row in rows})
    patterns = EmailPatterns(structure=structure, settings=sending)
    today = now.astimezone(zone_of(structure.department)).date()
    written, failed = [], {}
    for campaign, group in _by_campaign(rows, structure):
        values_of = letters.values_for(campaign=campaign, recipients=[row.recipient for row in group], today=today)
        for row in group:
            letter, values = texts[row.letter_id], values_of[row.recipient_id]
            missing = patterns.missing(letter, values)
            if missing:
                failed[row.pk] = f"Il manque de quoi remplir la lettre\u00a0: {', '.join(missing_labels(missing))}."
                continue
            said = patterns.email_for(letter=letter, values=values)
            written.append({"id": row.pk, "subject": said.subject, "text": said.text, "html": said.html})
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_TEXTS, [now, json.dumps(written, ensure_ascii=False)])
    _fail(failed, now)


def _by_campaign(rows: Iterable[Message], structure: Any) -> list[tuple[Campaign, list[Message]]]:
    groups: dict[int, list[Message]] = defaultdict(list)
    for row in rows:
        groups[row.campaign_id].append(row)
    campaigns = Campaign.objects.in_bulk(groups)
    for campaign in campaigns.values():
        campaign.structure = structure
    return [(campaigns[pk], group) for pk, group in groups.items()]


def _fail(reasons: Mapping[int, str], now: dt.datetime) -> None:
    for pk, reason in reasons.items():
        Message.objects.filter(pk=pk, state=MessageState.QUEUED).update(
            state=MessageState.FAILED, state_since=now, leased_until=None, leased_by="", server_answer=reason[:500]
        )


# --- once claimed -------------------------------------------------------------------------------
def compose_letters(
    *, structure: Any, sending: SendingSettings, pks: Sequence[int], worker: str, now: dt.datetime
) -> list[Letter]:
    """The claimed messages as they leave, in that order, each with its personal addresses.

    One whose header would be two fails with its reason.
    """
    ready, failed = [], {}
    with own_transaction(structure.pk):
        claimed = Message.objects.filter(pk__in=pks, leased_by=worker, state=MessageState.QUEUED)
        rows = claimed.select_related("recipient__adviser").only(*_OF_A_LETTER).order_by("not_before", "pk")
        addresses = _addresses_of(rows, structure, now)
        for row in rows:
            try:
                mail = mail_of(row, structure, sending, *addresses[row.recipient_id])
            except HeaderRefused:
                failed[row.pk] = "Un retour à la ligne dans l’objet, un nom ou une adresse\u00a0: à corriger."
            else:
                ready.append(Letter(row.pk, row.recipient_id, mail))
        _fail(failed, now)
    return ready


def _addresses_of(rows: Iterable[Message], structure: Any, now: dt.datetime) -> dict[int, tuple[str, str]]:
    """{recipient pk: (personal page, page that unsubscribes)}."""
    found: dict[int, tuple[str, str]] = {}
    for campaign, group in _by_campaign(rows, structure):
        links = draw_links(campaign=campaign, recipients=[row.recipient for row in group], now=now)
        for pk, link in links.items():
            survey = address_of("campaigns:survey", key=link.survey_key)
            found[pk] = (survey, address_of("campaigns:unsubscribe", key=link.unsubscribe_key))
    return found


def mail_of(
    row: Message, structure: Any, sending: SendingSettings, survey: str, unsubscribe: str
) -> EmailMultiAlternatives:
    """The e-mail as it leaves. Answers go to who follows the company."""
    adviser = row.recipient.adviser
    fill = partial(letters.with_addresses, link=survey, unsubscribe=unsubscribe)
    # What was pasted into a name may hold a line break: it costs that break, and no message.
    writes, follows = letters.one_line(sending.sender_name or structure.name), ""
    if adviser and adviser.is_active:
        follows = named_address(letters.one_line(adviser.full_name), adviser.email)
    reply_to = follows or structure.email
    return build_mail(
        to=row.to_address,
        subject=row.subject,
        text=fill(row.text),
        html=fill(row.html),
        sender=sender_address(writes, sending.sender_email),
        reply_to=[reply_to] if reply_to else [],
        message_id=row.message_id,
        unsubscribe_url=unsubscribe,
        returns_to=settings.BOUNCES_ADDRESS,
    )
