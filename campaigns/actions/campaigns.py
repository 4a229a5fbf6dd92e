"""A campaign from its preparation to its end. Each gesture locks the campaign first, then what hangs on it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from accounts.enums import Role
from campaigns.actions.audience import in_preparation, write_audience
from campaigns.actions.errors import CampaignError
from campaigns.actions.letters import ensure_default_letters
from campaigns.actions.links import draw_links
from campaigns.actions.outbox import queue_messages
from campaigns.audience import missing_of, recipients_of, texts_of
from campaigns.enums import WAITED_FOR, CampaignState, Exclusion, LetterKind, MessageState, RecipientState, Step
from campaigns.letters import whole_text
from campaigns.merge_fields import unknown_in
from campaigns.models import Campaign, CampaignMove, Message, Recipient
from campaigns.queries import settings_of
from core.changes import locked, write_fields
from core.french import counted
from core.states import InvalidMoveError
from core.working_days import next_permitted

# What a campaign begins with; the person changes it before anything leaves.
ANSWER_DAYS = 30
RELAUNCH_DAYS = 5
TEXT_FIELDS = {
    "letter": LetterKind.LETTER,
    "unopened_text": LetterKind.UNOPENED,
    "begun_text": LetterKind.BEGUN,
    "unanswered_text": LetterKind.UNANSWERED,
}
# Changing one of these may change who is written to.
_BEARING_ON_AUDIENCE = frozenset({"channel", "letter", "unopened_text", "begun_text", "unanswered_text", "answer_by"})


# --- preparation --------------------------------------------------------------------------------
@transaction.atomic
def create_campaign(*, structure: Any, values: Mapping[str, Any], by: Any, now: dt.datetime) -> Campaign:
    """In preparation, with the texts the structure uses first; `values`: fields of the campaign, a name at least."""
    campaign = Campaign(
        structure=structure,
        state_since=now,
        created_by=by,
        owner=by,
        answer_by=timezone.localdate(now) + dt.timedelta(days=ANSWER_DAYS),
        first_relaunch_days=RELAUNCH_DAYS,
        second_relaunch_days=RELAUNCH_DAYS,
        phone_days=RELAUNCH_DAYS,
    )
    texts = ensure_default_letters(structure, now=now, by=by)
    for name, kind in TEXT_FIELDS.items():
        setattr(campaign, name, texts[kind])
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.save()
    _tell_move(campaign, "", by=by, now=now)
    return campaign


@transaction.atomic
def edit_campaign(
    *, campaign: Campaign, changes: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None
) -> Campaign:
    """Raises `CampaignError` once it is no longer in preparation, `RowConflictError` when somebody saved first."""
    current = in_preparation(campaign, version=version)
    written = write_fields(current, changes)
    if written.keys() & _BEARING_ON_AUDIENCE:
        write_audience(current, now)
    return current


# --- what stands in the way ---------------------------------------------------------------------
@dataclass(frozen=True)
class Problem:
    """A sentence. `is_ours`: the structure's own record mends it, once for every letter."""

    text: str
    is_ours: bool = False

    def __str__(self) -> str:
        return self.text


def problems_of(campaign: Campaign, *, now: dt.datetime) -> list[Problem]:
    """What must be settled before it leaves; empty when it may. Reads only."""
    found = [Problem(text) for text in _unsettled(campaign, now)]
    missing = _lacking_here(campaign, now)
    if missing:
        found.append(Problem(f"Pour remplir les lettres, il manque {', '.join(missing)}.", is_ours=True))
    return found


def _unsettled(campaign: Campaign, now: dt.datetime) -> list[str]:
    today = timezone.localdate(now)
    found = []
    texts = texts_of(campaign)
    if campaign.letter is None:
        found.append("Choisissez une lettre.")
    if campaign.answer_by is None:
        found.append("Dites avant quelle date vous attendez les réponses.")
    elif campaign.answer_by <= _departure_day(campaign, today):
        found.append("La date de réponse vient avant l’envoi, ou le même jour\u00a0: repoussez-la.")
    unknown = [f"{{{name}}}" for text in texts for name in unknown_in(whole_text(text))]
    if unknown:
        found.append(
            f"La lettre contient un champ que nous ne connaissons pas\u00a0: {', '.join(dict.fromkeys(unknown))}."
        )
    if not Recipient.objects.included().filter(campaign=campaign).exists():
        found.append("Aucune entreprise ne peut être sollicitée\u00a0: choisissez-en, ou corrigez ce qui les écarte.")
        found += _lacking_everywhere(campaign)
    return found


def _lacking_here(campaign: Campaign, now: dt.datetime) -> list[str]:
    """What our own record lacks for these texts: it shows on one letter of each adviser."""
    rows = Recipient.objects.included().filter(campaign=campaign).select_related("company", "contact", "adviser")
    sample = list(rows.order_by("adviser_id", "pk").distinct("adviser_id"))
    texts = texts_of(campaign)
    if not sample or not texts:
        return []
    return missing_of(campaign=campaign, texts=texts, recipients=sample, today=timezone.localdate(now)).ours


def _lacking_everywhere(campaign: Campaign) -> list[str]:
    """What one letter after the other lacks, each thing once."""
    lacking = Recipient.objects.filter(campaign=campaign, exclusion=Exclusion.MISSING_FIELD)
    return sorted(set(lacking.order_by().values_list("exclusion_note", flat=True)))[:3]


def _departure_day(campaign: Campaign, today: dt.date) -> dt.date:
    return max(today, timezone.localdate(campaign.send_at)) if campaign.send_at else today


def wants_approval(campaign: Campaign, by: Any) -> bool:
    """Whether somebody else must agree before that person sends it: see `SendingSettings.needs_approval`."""
    if campaign.approved_at is not None or by.access.has_role(campaign.structure_id, Role.MANAGER):
        return False
    return settings_of(campaign.structure_id).needs_approval


def _refuse_problems(campaign: Campaign, now: dt.datetime) -> None:
    found = problems_of(campaign, now=now)
    if found:
        raise CampaignError(" ".join(map(str, found)))


# --- approval -----------------------------------------------------------------------------------
@transaction.atomic
def ask_for_approval(*, campaign: Campaign, by: Any, now: dt.datetime, send_at: dt.datetime | None = None) -> Campaign:
    """It waits for a manager, who sends it on its way by approving it: at once, or at its hour."""
    current = in_preparation(campaign)
    _choose_hour(current, send_at, now)
    write_audience(current, now)
    _refuse_problems(current, now)
    _move(current, CampaignState.TO_APPROVE, by=by, now=now)
    return current


def _choose_hour(campaign: Campaign, send_at: dt.datetime | None, now: dt.datetime) -> None:
    if send_at is not None and send_at <= now:
        raise CampaignError("Cette heure est déjà passée\u00a0: choisissez-en une à venir.")
    campaign.send_at = send_at
    campaign.save(update_fields=["send_at"])


@transaction.atomic
def approve_campaign(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    """The caller has asked `can_approve_campaign`. Approved twice, it leaves once."""
    current = locked(campaign)
    if current.is_launched or current.state == CampaignState.SCHEDULED:
        return current
    if current.state != CampaignState.TO_APPROVE:
        raise CampaignError("La campagne a été reprise en préparation\u00a0: elle n’attend plus d’accord.")
    current.approved_by, current.approved_at = by, now
    current.save(update_fields=["approved_by", "approved_at"])
    if current.send_at and current.send_at > now:
        _refuse_problems(current, now)
        _move(current, CampaignState.SCHEDULED, by=by, now=now, note="Approuvée")
        return current
    return _launch(current, by=by, now=now, note="Approuvée")


@transaction.atomic
def send_back(*, campaign: Campaign, note: str = "", by: Any, now: dt.datetime) -> Campaign:
    """Back in preparation, from waiting for an approval or for its hour: an approval given holds no more."""
    current = locked(campaign)
    if current.state == CampaignState.DRAFT:
        return current
    if current.is_launched:
        raise CampaignError("La campagne est déjà lancée\u00a0: vous pouvez la mettre en pause ou l’arrêter.")
    current.approved_by, current.approved_at = None, None
    current.save(update_fields=["approved_by", "approved_at"])
    _move(current, CampaignState.DRAFT, by=by, now=now, note=note)
    return current


# --- departure ----------------------------------------------------------------------------------
@transaction.atomic
def schedule_campaign(*, campaign: Campaign, send_at: dt.datetime, by: Any, now: dt.datetime) -> Campaign:
    """It leaves at that hour. `CampaignError` for an hour gone by, or when somebody must agree first."""
    current = in_preparation(campaign)
    if wants_approval(current, by):
        raise CampaignError("Un responsable doit d’abord approuver cette campagne.")
    _choose_hour(current, send_at, now)
    write_audience(current, now)
    _refuse_problems(current, now)
    _move(current, CampaignState.SCHEDULED, by=by, now=now)
    return current


@transaction.atomic
def launch_campaign(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    """Its letters leave as soon as the hours of the structure permit. Launched by many at once, it leaves once.

    Order: the campaign is locked; who is written to is looked at a last time; links are drawn; e-mails are queued.
    """
    current = locked(campaign)
    if current.is_launched:
        return current
    if current.state != CampaignState.SCHEDULED and wants_approval(current, by):
        raise CampaignError("Un responsable doit d’abord approuver cette campagne.")
    if current.state == CampaignState.TO_APPROVE:
        raise CampaignError("La campagne attend l’accord d’un responsable.")
    return _launch(current, by=by, now=now)


@transaction.atomic
def launch_due_campaigns(*, structure: Any, now: dt.datetime) -> int:
    """Those whose hour has come; how many left. One that cannot leave goes back to preparation and says why."""
    _one_at_a_time(structure.pk)
    count = 0
    due = Campaign.objects.to_launch_at(now).filter(structure=structure).order_by("pk")
    for campaign in due.select_for_update(of=("self",), skip_locked=True):
        try:
            with transaction.atomic():
                _launch(campaign, by=campaign.owner, now=now)
            count += 1
        except CampaignError as refusal:
            _move(campaign, CampaignState.DRAFT, by=None, now=now, note=f"L’envoi n’a pas pu partir. {refusal}")
    return count


def _launch(campaign: Campaign, *, by: Any, now: dt.datetime, note: str = "") -> Campaign:
    _take_turn(campaign.structure_id)
    before = set(Recipient.objects.included().filter(campaign=campaign).values_list("pk", flat=True))
    write_audience(campaign, now)
    _refuse_problems(campaign, now)
    included = list(recipients_of(campaign).filter(exclusion=""))
    gone = len(before - {row.pk for row in included})
    if gone:
        note = f"{note} {counted(gone, 'entreprise écartée', 'entreprises écartées')} depuis la vérification.".strip()
    campaign.launched_at = now
    _move(campaign, CampaignState.RUNNING, by=by, now=now, note=note)
    draw_links(campaign=campaign, recipients=included, now=now)
    assert campaign.letter is not None  # `problems_of` refuses one without
    letter = campaign.letter
    queue_messages(
        campaign=campaign,
        recipients=included,
        step=Step.LETTER,
        text_of=lambda recipient: letter,
        not_before=first_departure(campaign, now),
        now=now,
    )
    return campaign


def _one_at_a_time(structure_id: int) -> None:
    """Two campaigns that left at the same instant would each not see that the other asks the same companies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('campaigns.launch'), %s)", [structure_id])


def _take_turn(structure_id: int) -> None:
    try:
        with transaction.atomic():
            _one_at_a_time(structure_id)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CampaignError(
            "Une autre campagne de votre structure est en train de partir\u00a0: réessayez dans un instant."
        ) from error


def first_departure(campaign: Campaign, now: dt.datetime) -> dt.datetime:
    """The first moment the structure permits, from now or from the hour that was chosen."""
    sending = settings_of(campaign.structure_id)
    at = max(now, campaign.send_at) if campaign.send_at else now
    department = campaign.structure.department
    return next_permitted(at, opens=sending.opens_at, closes=sending.closes_at, department=department)


# --- under way ----------------------------------------------------------------------------------
@transaction.atomic
def pause_campaign(*, campaign: Campaign, note: str = "", by: Any, now: dt.datetime) -> Campaign:
    """Nothing leaves until it is resumed; what comes in is still taken."""
    return _move(locked(campaign), CampaignState.PAUSED, by=by, now=now, note=note)


@transaction.atomic
def resume_campaign(*, campaign: Campaign, note: str = "", by: Any, now: dt.datetime) -> Campaign:
    current = locked(campaign)
    if current.state != CampaignState.PAUSED:
        raise CampaignError("La campagne n’est pas en pause.")
    current.halted_because = ""
    current.save(update_fields=["halted_because"])
    return _move(current, CampaignState.RUNNING, by=by, now=now, note=note)


@transaction.atomic
def stop_campaign(*, campaign: Campaign, note: str, by: Any, now: dt.datetime) -> Campaign:
    """For good: what waits does not leave, nobody is relaunched nor called. Answers are still welcome."""
    if not note.strip():
        raise CampaignError("Dites pourquoi vous l’arrêtez\u00a0: vos collègues le liront.")
    current = _move(locked(campaign), CampaignState.STOPPED, by=by, now=now, note=note)
    _close(current, RecipientState.STOPPED, now)
    return current


@transaction.atomic
def end_campaign(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    """No more relaunch; those of whom nothing came are « sans réponse », and may still be called."""
    current = _move(locked(campaign), CampaignState.ENDED, by=by, now=now)
    _close(current, RecipientState.UNANSWERED, now)
    return current


def _close(campaign: Campaign, state: RecipientState, now: dt.datetime) -> None:
    campaign.ended_at = now
    campaign.save(update_fields=["ended_at"])
    # Recipients before their messages, as an answer does.
    waited_for = Recipient.objects.included().filter(campaign=campaign, state__in=WAITED_FOR)
    pks = list(waited_for.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    Recipient.objects.filter(pk__in=pks).update(state=state, state_since=now)
    waiting = Message.objects.filter(campaign=campaign, state=MessageState.QUEUED)
    waiting.update(state=MessageState.CANCELLED, state_since=now, leased_until=None, leased_by="")


# --- the bin ------------------------------------------------------------------------------------
@transaction.atomic
def bin_campaign(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    """Before it is launched: what was sent is kept."""
    current = locked(campaign)
    if current.is_launched:
        raise CampaignError("Une campagne lancée se garde\u00a0: vous pouvez l’arrêter.")
    if current.state != CampaignState.DRAFT:
        _move(current, CampaignState.DRAFT, by=by, now=now, note="Mise à la corbeille")
    current.put_in_bin(by=by, at=now)
    return current


@transaction.atomic
def restore_campaign(*, campaign: Campaign, by: Any, now: dt.datetime) -> Campaign:
    if campaign.is_deleted:
        campaign.take_out_of_bin()
    return campaign


# --- moves --------------------------------------------------------------------------------------
def _move(campaign: Campaign, state: CampaignState, *, by: Any, now: dt.datetime, note: str = "") -> Campaign:
    """`CampaignError` for what the table of moves forbids; nothing when it is there already."""
    before = campaign.state
    if before == state:
        return campaign
    try:
        campaign.move_to(state)
    except InvalidMoveError as refusal:
        raise CampaignError(str(refusal)) from refusal
    campaign.state_since = now
    campaign.version += 1
    campaign.save(update_fields=["state", "state_since", "launched_at", "version"])
    _tell_move(campaign, before, by=by, now=now, note=note)
    return campaign


def _tell_move(campaign: Campaign, before: str, *, by: Any, now: dt.datetime, note: str = "") -> None:
    CampaignMove.objects.create(
        structure_id=campaign.structure_id,
        campaign=campaign,
        from_state=before,
        to_state=campaign.state,
        note=note.strip()[:300],
        at=now,
        by=by,
    )
