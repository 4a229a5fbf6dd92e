"""What a company answers, and what it does at once: relaunches stop, drafts are made, the adviser is told.

Each is one transaction, under the lock of the recipient: two answers at the same instant come one after the other.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction

from campaigns.actions.commitments import (
    contact_of,
    due_day,
    is_in_hand,
    keep_commitments,
    plan_follow_up,
    withdraw_commitments,
)
from campaigns.actions.errors import CampaignError
from campaigns.actions.outbox import cancel_queued
from campaigns.commitments import changed_questions, drafts_of, marks_of, same_answer
from campaigns.enums import WAITED_FOR, AnswerChannel, AnswerState, RecipientState, SuppressionReason
from campaigns.models import Answer, AnswerVersion, Commitment, Recipient, Suppression, SurveyLink
from campaigns.survey import QUESTIONS, VERSION, QuestionKind
from companies.actions import opt_out as opt_contact_out
from companies.actions.proposed_change import drop_proposed_people, note_survey_marks, propose_company_change
from companies.models import Company, Contact
from companies.proposals import PERSON, named_people
from core.activity import log_activity
from core.errors import RowGoneError
from core.french import counted
from core.models import ActivityKind
from core.working_days import zone_of


class AnswerClosedError(CampaignError):
    """The deadline has passed: the company asks its adviser to change what it said."""


class AnswerChangedError(CampaignError):
    """Another answer was given since the page was drawn: whoever fills it in decides which of them stands."""

    def __init__(self) -> None:
        super().__init__(
            "Une autre réponse a été envoyée depuis que cette page est ouverte, et elle diffère. Enregistrez pour que"
            " cette page la remplace, ou annulez pour garder celle qui a été envoyée."
        )


def is_closed_on(recipient: Recipient, day: dt.date) -> bool:
    """A first answer is welcome as long as the link is good; what was given changes no more after the deadline."""
    return recipient.state == RecipientState.ANSWERED and recipient.is_over_on(day)


def _today(recipient: Recipient, now: dt.datetime) -> dt.date:
    return now.astimezone(zone_of(recipient.structure.department)).date()


def _locked(recipient: Recipient) -> Recipient:
    current = Recipient.objects.select_for_update(of=("self",)).filter(pk=recipient.pk)
    found = current.select_related("campaign", "structure", "company", "contact").first()
    if found is None or found.campaign.deleted_at:
        raise RowGoneError("Cette campagne n’existe plus")
    return found


def company_of(recipient: Recipient) -> Company:
    """Its company, or the one into which it was merged since. Raises `RowGoneError` when it is in the bin."""
    company = recipient.company
    while company.merged_into:
        company = company.merged_into
    if company.deleted_at:
        raise RowGoneError("L’entreprise est à la corbeille")
    return company


def is_there(recipient: Recipient) -> bool:
    try:
        company_of(recipient)
    except RowGoneError:
        return False
    return True


def _log(company: Company, recipient: Recipient, verb: str, title: str, **rest: Any) -> None:
    log_activity(subject=company, kind=ActivityKind.CAMPAIGN, verb=verb, title=title, source=recipient, **rest)


# --- answering ------------------------------------------------------------------------------------
@transaction.atomic
def open_survey(*, recipient: Recipient, now: dt.datetime) -> Recipient:
    """The company pressed « Commencer »: it is there, and no machine does that."""
    current = _locked(recipient)
    if current.opened_at is None:
        current.opened_at = now
        current.save(update_fields=["opened_at"])
    return current


@transaction.atomic
def save_answer(
    *,
    recipient: Recipient,
    values: Mapping[str, Any],
    now: dt.datetime,
    by: Any = None,
    channel: str = AnswerChannel.ONLINE,
    comment: str | None = None,
) -> Answer:
    """Keep some answers ({question: value}) beside those kept already: nothing follows before it is given.

    What stands given is left as it is: what a page keeps may arrive after what was sent. Raises `AnswerChangedError`.
    """
    current = _locked(recipient)
    answer = _answer_of(current, by=by, now=now, channel=channel)
    if answer.state == AnswerState.GIVEN and current.state == RecipientState.ANSWERED:
        raise AnswerChangedError
    _write(answer, values, comment)
    answer.save()
    _mark_begun(current, now, by=by)
    return answer


def _answer_of(recipient: Recipient, *, by: Any, now: dt.datetime, channel: str) -> Answer:
    found = Answer.objects.select_for_update(of=("self",)).filter(recipient=recipient).first()
    if found is None:
        found = Answer(
            structure_id=recipient.structure_id,
            recipient=recipient,
            survey_version=VERSION,
            channel=channel,
            entered_by=by,
            begun_at=now,
        )
    found.recipient = recipient
    return found


def _write(answer: Answer, values: Mapping[str, Any], comment: str | None) -> None:
    answer.values = {**answer.values, **{name: value for name, value in values.items() if name in QUESTIONS}}
    if comment is not None:
        answer.comment = comment


def _mark_begun(recipient: Recipient, now: dt.datetime, *, by: Any) -> None:
    """The company is not said to have opened what one of us typed for it."""
    opened_at = recipient.opened_at or (now if by is None else None)
    begun_at = recipient.begun_at or now
    if (begun_at, opened_at) != (recipient.begun_at, recipient.opened_at):
        recipient.begun_at, recipient.opened_at = begun_at, opened_at
        recipient.save(update_fields=["begun_at", "opened_at"])


@transaction.atomic
def give_answer(
    *,
    recipient: Recipient,
    now: dt.datetime,
    values: Mapping[str, Any] | None = None,
    comment: str | None = None,
    by: Any = None,
    channel: str = AnswerChannel.ONLINE,
    drawn_from: int | None = None,
) -> Answer:
    """The answer counts from now on: with what was kept before, and `values` over it.

    Stops relaunches and calls; each yes makes a draft and its clock; marks and corrections go to the company's record;
    the adviser has one action. Given again, only what changed follows, and the history keeps both; the same given
    twice changes nothing. `drawn_from`: the version its page showed, 0 before any. Raises `AnswerClosedError` when the
    company changes it after the deadline, `AnswerChangedError` when it would undo another version, `RowGoneError`.
    """
    current = _locked(recipient)
    company = company_of(current)
    answer = _answer_of(current, by=by, now=now, channel=channel)
    last = answer.versions.order_by("-number").first() if answer.pk else None
    before, said_before, given_before = (last.values, last.comment, True) if last else ({}, "", False)
    _write(answer, values or {}, comment)
    standing = given_before and current.state == RecipientState.ANSWERED
    if standing and same_answer(before, answer.values) and answer.comment == said_before:
        return answer
    if by is None and is_closed_on(current, _today(current, now)):
        raise AnswerClosedError("La date de réponse est passée\u00a0: appelez-nous pour changer votre réponse.")
    if standing and drawn_from not in (None, answer.version):
        raise AnswerChangedError
    _keep_version(answer, given_before=given_before, by=by, now=now, channel=channel)
    _mark_begun(current, now, by=by)
    _end(current, RecipientState.ANSWERED, now)
    drafts = drafts_of(answer.values)
    made, gone = keep_commitments(answer=answer, company=company, drafts=drafts, by=by, now=now)
    # What was said of the company before may be old news: only what was changed in this answer is told again.
    changed = changed_questions(before, answer.values) if given_before else list(answer.values)
    _tell_company(answer, company, changed=changed, by=by, now=now)
    if made:
        title = f"Préciser le besoin\u00a0: {current.campaign}"
        plan_follow_up(recipient=current, company=company, title=title, due_on=due_day(current, now), by=by, now=now)
    _warn_of_withdrawals(current, company, gone, by=by, now=now)
    _log_answer(answer, company, made=made, gone=gone, changed=given_before, by=by, now=now)
    return answer


def _keep_version(answer: Answer, *, given_before: bool, by: Any, now: dt.datetime, channel: str) -> None:
    answer.version = answer.version + 1 if given_before else 1
    answer.state, answer.given_at, answer.channel, answer.entered_by = AnswerState.GIVEN, now, channel, by
    answer.save()
    AnswerVersion.objects.create(
        structure_id=answer.structure_id,
        answer=answer,
        number=answer.version,
        values=answer.values,
        comment=answer.comment,
        channel=channel,
        at=now,
        by=by,
    )


def _end(recipient: Recipient, state: str, now: dt.datetime) -> None:
    """Nothing more leaves to that company, and nobody calls it, for this campaign."""
    if recipient.state != state:
        recipient.move_to(state)
        recipient.state_since = now
    if state == RecipientState.ANSWERED and recipient.answered_at is None:
        recipient.answered_at = now
    if recipient.phone_listed_at and recipient.phone_ended_at is None:
        recipient.phone_ended_at = now
    recipient.save(update_fields=["state", "state_since", "answered_at", "phone_ended_at"])
    cancel_queued(recipient=recipient, now=now)


# --- what goes to the company's record ------------------------------------------------------------
def _origin(recipient: Recipient) -> str:
    return f"Enquête d’engagement, «\u00a0{recipient.campaign}\u00a0»"


_OF_PEOPLE = frozenset({"contact_name", "leader", "mobile", "email"})


def _tell_company(answer: Answer, company: Company, *, changed: Collection[str], by: Any, now: dt.datetime) -> None:
    """Marks are written; what would correct the record is only proposed. `changed`: questions answered otherwise."""
    recipient, values = answer.recipient, answer.values
    origin = _origin(recipient)
    note_survey_marks(company=company, marks=marks_of(values), by=by, now=now, origin=origin)
    contact = contact_of(recipient, company)
    people = list(Contact.objects.kept().filter(company=company))
    ours = {company.email.lower(), company.phone}
    texts = {
        name: "" if name in ("email", "mobile") and value.lower() in ours else value
        for name, value in values.items()
        if isinstance(value, str)
    }
    named = named_people(texts, people, contact=contact)
    for question in QUESTIONS.values():
        if question.kind == QuestionKind.YES_NO or question.name not in texts or question.name not in changed:
            continue
        about = contact if question.contact_field and not named[PERSON] else None
        field = question.company_field or (question.contact_field if about else "")
        if field:
            proposed = texts[question.name]
            propose_company_change(
                company=company, contact=about, field=field, proposed=proposed, now=now, origin=origin
            )
    for field, said in named.items() if _OF_PEOPLE & set(changed) else ():
        if said:
            propose_company_change(company=company, field=field, proposed=said, now=now, origin=origin)
        else:
            drop_proposed_people(company=company, fields=(field,))


def _warn_of_withdrawals(
    recipient: Recipient, company: Company, gone: list[Commitment], *, by: Any, now: dt.datetime
) -> None:
    """A yes taken back over something in hand: somebody has to speak to the company."""
    if any(is_in_hand(row) for row in gone):
        title = f"Revoir ce que l’entreprise retire\u00a0: {recipient.campaign}"
        due_on = due_day(recipient, now)
        plan_follow_up(recipient=recipient, company=company, title=title, due_on=due_on, by=by, now=now)


def _log_answer(
    answer: Answer,
    company: Company,
    *,
    made: list[Commitment],
    gone: list[Commitment],
    changed: bool,
    by: Any,
    now: dt.datetime,
) -> None:
    recipient = answer.recipient
    count = answer.commitments.filter(withdrawn_at=None).count()
    said = counted(count, "engagement") if count else "pas d’engagement pour l’instant"
    verb = "a modifié sa réponse à" if changed else "a répondu à"
    title = f"L’entreprise {verb} «\u00a0{recipient.campaign}\u00a0»\u00a0: {said}"
    lines = [f"Réponse {answer.get_channel_display().lower()}."]
    if gone:
        lines.append(f"{counted(len(gone), 'engagement retiré', 'engagements retirés')}.")
    if answer.comment:
        lines.append(f"«\u00a0{answer.comment}\u00a0»")
    _log(company, recipient, "answer_given", title, body=" ".join(lines), by=by, at=now)


# --- saying no ------------------------------------------------------------------------------------
@transaction.atomic
def decline(
    *, recipient: Recipient, now: dt.datetime, by: Any = None, channel: str = AnswerChannel.ONLINE
) -> Recipient:
    """« Nous ne souhaitons pas participer »: relaunches and calls stop, what was promised is taken back.

    Said twice, it stays as it was.
    """
    current = _locked(recipient)
    if current.state == RecipientState.DECLINED:
        return current
    company = company_of(current)
    _end(current, RecipientState.DECLINED, now)
    answer = Answer.objects.select_for_update(of=("self",)).filter(recipient=current).first()
    gone = withdraw_commitments(answer=answer, by=by, now=now) if answer else []
    _warn_of_withdrawals(current, company, gone, by=by, now=now)
    title = f"L’entreprise ne souhaite pas participer à «\u00a0{current.campaign}\u00a0»"
    _log(company, current, "survey_declined", title, body=f"{AnswerChannel(channel).label}.", by=by, at=now)
    return current


@transaction.atomic
def opt_out(*, link: SurveyLink, now: dt.datetime, by: Any = None) -> Recipient:
    """The person behind that link wants no more e-mails: her address is left out of every campaign of the structure.

    An answer given stays; everything still waited for from that address is not any more. Twice is as once, and an
    expired link does it as well.
    """
    rows = _same_person(link.recipient)
    current = next(row for row in rows if row.pk == link.recipient_id)
    contact = current.contact
    for email in sorted(_addresses(current)):
        Suppression.objects.get_or_create(
            structure_id=current.structure_id,
            email=email,
            lifted_at=None,
            defaults={"reason": SuppressionReason.OPTED_OUT, "at": now, "by": by},
        )
    if contact and not contact.is_deleted and not contact.company.deleted_at:
        opt_contact_out(contact=contact, by=by, now=now)
    for row in rows:
        _leave(row, now)
    return current


def _addresses(recipient: Recipient) -> set[str]:
    known = (recipient.email, recipient.contact.email if recipient.contact else "")
    return {address.lower() for address in known if address}


def _same_person(recipient: Recipient) -> list[Recipient]:
    """The recipient, and the same person or address wherever something is still waited for; locked in pk order."""
    same = models.Q(pk=recipient.pk)
    if recipient.contact_id:
        same |= models.Q(contact_id=recipient.contact_id)
    for email in _addresses(recipient):
        same |= models.Q(email__iexact=email)
    waited = models.Q(state__in=[*WAITED_FOR, RecipientState.BOUNCED, RecipientState.UNANSWERED])
    rows = Recipient.objects.filter(same, waited | models.Q(pk=recipient.pk), structure_id=recipient.structure_id)
    return list(rows.select_for_update(of=("self",)).select_related("contact__company").order_by("pk"))


def _leave(recipient: Recipient, now: dt.datetime) -> None:
    if recipient.state in (RecipientState.ANSWERED, RecipientState.DECLINED, RecipientState.OPTED_OUT):
        cancel_queued(recipient=recipient, now=now)
    else:
        _end(recipient, RecipientState.OPTED_OUT, now)
