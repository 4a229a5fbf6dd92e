"""Corrections proposed from outside, and what a company said of itself: written by us only when it is ours to write."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions.changes import labelled, lock, write_fields
from companies.actions.company import edit_company
from companies.actions.contact import add_contact, edit_contact
from companies.actions.errors import CompanyError
from companies.enums import ContactPart, ProposedChangeState, Sector
from companies.models import Company, Contact
from companies.models.proposed_change import ProposedChange
from companies.proposals import (
    COMPANY_FIELDS,
    CONTACT_FIELDS,
    LABELS,
    LEADER,
    LONGEST,
    PEOPLE,
    differs,
    parse_person,
    shown_value,
)
from core.activity import log_activity
from core.models import ActivityKind
from core.places import municipality_named

# {field: how its line of the timeline names it}.
MARKS = {
    "recruits_all": "recrutement de femmes et d’hommes dans tous les métiers",
    "welcomes_all": "accueil de femmes et d’hommes dans tous les métiers",
    "knows_aid": "aides à l’emploi des jeunes",
}


@transaction.atomic
def note_survey_marks(
    *, company: Company, marks: Mapping[str, bool], by: Any, now: dt.datetime, origin: str
) -> dict[str, list[str]]:
    """What the company commits to for equality, and whether it knows the aids; what it does not say stays.

    `origin`: where it said so. `by` None: the company itself. Returns what changed, as shown.
    """
    current = lock(company)
    written = write_fields(current, {name: value for name, value in marks.items() if name in MARKS})
    if written:
        log_activity(
            subject=current,
            kind=ActivityKind.CHANGE,
            verb="survey_marks_noted",
            title="Dit par l’entreprise\u00a0: " + ", ".join(MARKS[name] for name in written),
            body=f"{origin}.",
            changes=labelled(Company, written),
            by=by,
            at=now,
        )
    return written


def known_value(*, company: Company, contact: Contact | None, field: str) -> str:
    """What the record says now, in the form a proposal is kept."""
    if field in PEOPLE:
        return ""
    return str(getattr(contact if contact else company, field) or "")


@transaction.atomic
def propose_company_change(
    *,
    company: Company,
    field: str,
    proposed: str,
    now: dt.datetime,
    contact: Contact | None = None,
    origin: str = "",
) -> ProposedChange | None:
    """Keep it beside the record for an adviser to decide; None when there is nothing to decide.

    One waits at a time for a field: a later proposal takes the place of the first. Nothing waits any more once the
    company says again what we know; what was refused is not proposed a second time.
    """
    if field not in (*COMPANY_FIELDS, *PEOPLE) and not (contact and field in CONTACT_FIELDS):
        raise CompanyError(f"On ne propose pas de corriger «\u00a0{field}\u00a0».")
    company = lock(company)
    if contact is not None:
        contact.refresh_from_db()
    about = ProposedChange.objects.filter(company=company, contact=contact, field=field)
    waiting = about.waiting().first()
    known = known_value(company=company, contact=contact, field=field)
    proposed = proposed.strip()[:LONGEST]
    refused = about.filter(state=ProposedChangeState.REFUSED, proposed=proposed)
    if not proposed or not differs(field, known, proposed) or refused.exists():
        if waiting:
            waiting.delete()
        return None
    if waiting is None:
        waiting = ProposedChange(structure_id=company.structure_id, company=company, contact=contact, field=field)
    elif waiting.proposed == proposed:
        return waiting
    waiting.before, waiting.proposed = known[:LONGEST], proposed
    waiting.origin, waiting.proposed_at = origin[:200], now
    waiting.save()
    return waiting


@transaction.atomic
def drop_proposed_people(*, company: Company, fields: tuple[str, ...] = PEOPLE) -> None:
    """Persons proposed and not decided upon: the company names nobody else any more."""
    ProposedChange.objects.waiting().filter(company=company, contact=None, field__in=fields).delete()


@transaction.atomic
def accept_proposed_change(*, change: ProposedChange, by: Any, now: dt.datetime) -> ProposedChange:
    """Writes it on the record, with the line of the timeline that any correction has. Decided already: left as it is.

    Raises `CompanyError` when the record refuses it.
    """
    current = _waiting(change)
    if current is None:
        return change
    if current.field in PEOPLE:
        _add_person(current, by, now)
    elif current.contact:
        edit_contact(contact=current.contact, changes={current.field: current.proposed}, by=by, now=now)
    else:
        edit_company(company=current.company, changes=_company_values(current), by=by, now=now)
    return _decide(current, ProposedChangeState.ACCEPTED, by, now)


@transaction.atomic
def refuse_proposed_change(*, change: ProposedChange, by: Any, now: dt.datetime) -> ProposedChange:
    """The record stays, its timeline tells; the same is not proposed again. Decided already: left as it is."""
    current = _waiting(change)
    if current is None:
        return change
    log_activity(
        subject=current.company,
        kind=ActivityKind.CHANGE,
        verb="correction_refused",
        title=f"Correction écartée\u00a0: {LABELS[current.field].lower()}",
        body=f"Proposé\u00a0: {shown_value(current.field, current.proposed)}. {current.origin}.",
        source=current,
        by=by,
        at=now,
    )
    return _decide(current, ProposedChangeState.REFUSED, by, now)


def _waiting(change: ProposedChange) -> ProposedChange | None:
    company = lock(change.company)
    current = ProposedChange.objects.select_for_update(of=("self",)).filter(pk=change.pk).first()
    if current is None or current.state != ProposedChangeState.PROPOSED:
        return None
    current.company = company
    return current


def _decide(change: ProposedChange, state: str, by: Any, now: dt.datetime) -> ProposedChange:
    change.state, change.decided_by, change.decided_at = state, by, now
    change.save(update_fields=["state", "decided_by", "decided_at"])
    return change


def _company_values(change: ProposedChange) -> dict[str, Any]:
    """A place is known by its commune: its code and its position follow."""
    company, field = change.company, change.field
    if field == "sector" and change.proposed not in Sector.values:
        raise CompanyError("Ce secteur n’existe plus\u00a0: corrigez la fiche vous-même.")
    if field not in ("postcode", "city"):
        return {field: change.proposed}
    place = {"postcode": company.postcode, "city": company.city, field: change.proposed}
    found = municipality_named(place["postcode"], place["city"])
    if found is None:
        return {field: change.proposed, "insee_code": "", "latitude": None, "longitude": None}
    return {
        field: found.name if field == "city" else change.proposed,
        "insee_code": found.insee_code,
        "latitude": found.latitude,
        "longitude": found.longitude,
    }


def _add_person(change: ProposedChange, by: Any, now: dt.datetime) -> None:
    person = parse_person(change.proposed)
    first_name, last_name = person.names
    values = {"first_name": first_name, "last_name": last_name, "mobile": person.mobile, "email": person.email}
    if change.field == LEADER:
        values |= {"part": ContactPart.DECIDES, "job_title": "Responsable de l’entreprise"}
    note = f"Nommée par l’entreprise le {timezone.localdate(change.proposed_at):%d/%m/%Y}."
    add_contact(company=change.company, values={**values, "notes": note}, by=by, now=now)
