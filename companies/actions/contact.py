"""What is done to a person we know in a company."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from companies.actions.changes import labelled, lock, lock_with_company, title_of, write_fields
from companies.models import Company, Contact
from core.activity import log_activity
from core.models import ActivityKind


def _log(contact: Contact, verb: str, title: str, by: Any, now: dt.datetime, *, changes: dict | None = None) -> None:
    log_activity(
        subject=contact.company,
        kind=ActivityKind.CHANGE,
        verb=verb,
        title=title,
        changes=changes,
        by=by,
        at=now,
        source=contact,
    )


@transaction.atomic
def add_contact(*, company: Company, values: Mapping[str, Any], by: Any, now: dt.datetime) -> Contact:
    """The first person of a company becomes its main contact."""
    values = dict(values)
    lock(company)
    present = Contact.objects.kept().filter(company=company, left_on=None)
    if values.get("is_main"):
        present.update(is_main=False)
    elif not present.exists():
        values["is_main"] = True
    contact = Contact.objects.create(company=company, structure_id=company.structure_id, **values)
    _log(contact, "contact_added", f"Contact ajouté\u00a0: {contact}", by, now)
    return contact


@transaction.atomic
def edit_contact(
    *, contact: Contact, changes: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None
) -> Contact:
    """`ConflictError` when somebody saved since `version`. « Contact principal » moves from one person to the other."""
    current = lock_with_company(contact, version=version)
    if changes.get("is_main") and not current.is_main:
        Contact.objects.kept().filter(company=current.company_id, is_main=True).update(is_main=False)
    written = write_fields(current, changes)
    if written:
        said = title_of(Contact, written)
        _log(
            current,
            "contact_edited",
            f"{current}\u00a0: {said[:1].lower()}{said[1:]}",
            by,
            now,
            changes=labelled(Contact, written),
        )
    return current


@transaction.atomic
def set_main_contact(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    current = lock_with_company(contact)
    before = Contact.objects.kept().filter(company=contact.company_id, is_main=True, left_on=None).first()
    if before == current:
        return current
    Contact.objects.filter(company=contact.company_id, is_main=True).update(is_main=False)
    current.is_main = False
    write_fields(current, {"is_main": True})
    changes = {"contact principal": [str(before or ""), str(current)]}
    _log(current, "main_contact_set", f"Contact principal\u00a0: {current}", by, now, changes=changes)
    return current


@transaction.atomic
def mark_left(*, contact: Contact, on: dt.date, by: Any, now: dt.datetime) -> Contact:
    """The person left the company: kept in its history, no longer proposed."""
    current = lock_with_company(contact)
    if write_fields(current, {"left_on": on, "is_main": False}):
        _log(current, "contact_left", f"{current} a quitté l’entreprise", by, now)
    return current


@transaction.atomic
def mark_returned(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    """Undoes `mark_left`. Main contact again when nobody else is."""
    current = lock_with_company(contact)
    alone = not Contact.objects.kept().filter(company=current.company_id, is_main=True, left_on=None).exists()
    if write_fields(current, {"left_on": None, "is_main": alone}):
        _log(current, "contact_returned", f"{current} est toujours dans l’entreprise", by, now)
    return current


@transaction.atomic
def opt_out(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    """The person wants no more e-mails: campaigns leave her out."""
    current = lock_with_company(contact)
    if not current.is_opted_out:
        write_fields(current, {"opted_out_at": now})
        _log(current, "contact_opted_out", f"{current} ne veut plus d’e-mails", by, now)
    return current


@transaction.atomic
def opt_in(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    current = lock_with_company(contact)
    if current.is_opted_out:
        write_fields(current, {"opted_out_at": None})
        _log(current, "contact_opted_in", f"{current} veut bien des e-mails", by, now)
    return current


@transaction.atomic
def bin_contact(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    current = lock_with_company(contact, even_binned=True)
    if not current.is_deleted:
        current.put_in_bin(by=by, at=now)
        _log(current, "contact_binned", f"Contact mis à la corbeille\u00a0: {current}", by, now)
    return current


@transaction.atomic
def restore_contact(*, contact: Contact, by: Any, now: dt.datetime) -> Contact:
    """Main contact again only when nobody took the part meanwhile."""
    current = lock_with_company(contact, even_binned=True)
    if current.is_deleted:
        if (
            current.is_main
            and Contact.objects.kept().filter(company=current.company_id, is_main=True, left_on=None).exists()
        ):
            write_fields(current, {"is_main": False})
        current.take_out_of_bin()
        _log(current, "contact_restored", f"Contact sorti de la corbeille\u00a0: {current}", by, now)
    return current
