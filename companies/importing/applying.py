"""Staged rows to companies and contacts: everything or nothing, in the caller’s transaction, by chunks of a thousand.

Only what the preview showed is written. A value that changed in between is left as it is, and said in the report.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models

from companies.enums import ImportState, RowDecision
from companies.importing.differences import CONTACT_WRITTEN, WRITTEN, Changes, plain, shown_changes
from companies.importing.matching import match_contact
from companies.importing.staging import Existing
from companies.imports.records import ContactValues
from companies.models import Company, Contact, ImportBatch, ImportChange, ImportRow, Tag
from core.imports.bulk import CHUNK, Record, blank_record, insert_records, insert_rows, update_rows
from core.imports.errors import ImportRefused
from core.imports.files import Advance
from core.imports.writing import Outcome, chunks, decided_rows, lock_imports
from core.models import ActivityEntry, ActivityKind
from core.text import search_key

_DATES = frozenset({"origin_on"})


def apply_batch(*, batch: ImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, Any]:
    """Write the decided rows of a previewed batch; returns its report.

    Raises ImportRefused when another import of the structure is being written, or when a SIRET was taken meanwhile.
    """
    lock_imports("companies", batch.structure_id)
    writer = _Writer(batch, by, now)
    total = decided_rows(batch, RowDecision.CREATE).count() + decided_rows(batch, RowDecision.UPDATE).count()
    done = 0
    for decision, write in ((RowDecision.UPDATE, writer.update), (RowDecision.CREATE, writer.create)):
        for chunk in chunks(decided_rows(batch, decision)):
            write(chunk)
            done += len(chunk)
            advance(done, total, "Écriture des entreprises.")
    batch.state, batch.applied_at, batch.report = ImportState.APPLIED, now, writer.outcome.as_report()
    batch.save(update_fields=["state", "applied_at", "report"])
    return batch.report


class _Writer:
    """Writes chunks of rows for one batch, with their activity and what undoing needs."""

    def __init__(self, batch: ImportBatch, by: Any, now: dt.datetime) -> None:
        self.batch, self.by, self.now = batch, by, now
        self.outcome = Outcome()
        self.tags: dict[str, Tag] | None = None
        self.company_type = ContentType.objects.get_for_model(Company)
        self.batch_type = ContentType.objects.get_for_model(ImportBatch)
        structure_id = batch.structure_id
        self.blank_company = blank_record(Company, structure_id=structure_id, created_by=by)
        self.blank_change = blank_record(ImportChange, structure_id=structure_id, batch=batch)
        self.blank_entry = blank_record(
            ActivityEntry,
            structure_id=structure_id,
            subject_type=self.company_type,
            kind=ActivityKind.IMPORT,
            verb="company_imported",
            at=now,
            by=by,
            source_type=self.batch_type,
            source_id=batch.pk,
        )

    # --- create -----------------------------------------------------------------------------------
    def create(self, rows: Sequence[ImportRow]) -> None:
        self._refuse_taken_sirets(rows)
        try:
            pks = insert_records(Company, [self._new_company(row) for row in rows])
        except IntegrityError as error:
            if "company_siret_unique" in str(error):
                raise ImportRefused(
                    "Une entreprise de ce fichier vient d’être ajoutée avec le même SIRET\u00a0: refaites l’aperçu."
                ) from error
            raise
        contacts = [
            self._new_contact(pk, entry["values"], is_main=position == 0)
            for row, pk in zip(rows, pks, strict=True)
            for position, entry in enumerate(row.contacts)
        ]
        self._save_contacts(contacts)
        self._link(zip(rows, pks, strict=True))
        self._note_changes("company", [(pk, True, {}, 1) for pk in pks])
        self._log([(pk, f"Ajoutée par l’import «\u00a0{self.batch}\u00a0»", {}) for pk in pks])
        for row, pk in zip(rows, pks, strict=True):
            row.company_id = pk
        update_rows(rows, ["company"])
        self.outcome.counts["created"] += len(pks)

    def _refuse_taken_sirets(self, rows: Sequence[ImportRow]) -> None:
        wanted = {row.values["siret"]: row.number for row in rows if row.values.get("siret")}
        taken = (
            Company.objects.kept()
            .filter(structure_id=self.batch.structure_id, siret__in=wanted)
            .order_by("pk")
            .values_list("siret", flat=True)
        )
        if numbers := sorted(wanted[siret] for siret in taken):
            said = ", ".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")
            raise ImportRefused(
                f"Ligne {said}\u00a0: une entreprise de votre structure porte déjà ce SIRET. Refaites l’aperçu, puis"
                " mettez-la à jour au lieu de la créer."
            )

    def _new_company(self, row: ImportRow) -> Record:
        values = {name: value for name, value in row.values.items() if name in WRITTEN}
        if not values.get("legal_name"):
            values["legal_name"] = values.pop("trade_name")
        if values.get("latitude") is None or values.get("longitude") is None:
            values.pop("latitude", None)
            values.pop("longitude", None)
        return {**self.blank_company, **values}

    # --- update -----------------------------------------------------------------------------------
    def update(self, rows: Sequence[ImportRow]) -> None:
        ids = sorted({row.company_id for row in rows if row.company_id})
        list(Company.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        existing = Existing.load(ids, sets=False)
        companies: list[Company] = []
        before: dict[int, dict[str, Any]] = {}
        shown: dict[int, dict[str, list[str]]] = {}
        links = []
        for row in rows:
            company = existing.companies.get(row.company_id or 0)
            if company is None or company.is_deleted:
                self.outcome.leave(f"Ligne {row.number}\u00a0: l’entreprise n’est plus là, rien n’a été écrit.")
                continue
            changes = self._still_true(row, company, row.changes, WRITTEN)
            if company.pk not in shown:
                companies.append(company)
            before.setdefault(company.pk, {}).update({name: plain(getattr(company, name)) for name in changes})
            _set(company, changes)
            sets = {name: pair for name, pair in row.changes.items() if name in ("tags", "occupations")}
            shown.setdefault(company.pk, {}).update(
                {label: [old, new] for label, old, new in shown_changes({**changes, **sets}, people=self._people(row))}
            )
            links.append((row, company.pk))
        self._save_companies([company for company in companies if before[company.pk]], before)
        met = self._update_contacts(links, existing)
        self._link(links)
        touched = [company.pk for company in companies if shown[company.pk] or company.pk in met]
        self._log([(pk, f"Complétée par l’import «\u00a0{self.batch}\u00a0»", shown[pk]) for pk in touched])
        self.outcome.counts["updated"] += len(touched)

    def _people(self, row: ImportRow) -> dict[int, str]:
        person = row.values.get("adviser_id")
        return {person: self._names().get(person, "")} if person else {}

    def _names(self) -> dict[int, str]:
        if not hasattr(self, "_people_names"):
            people = get_user_model().objects.filter(memberships__structure_id=self.batch.structure_id)
            self._people_names = {person.pk: person.full_name for person in people.distinct().order_by("pk")}
        return self._people_names

    def _still_true(
        self, row: ImportRow, instance: models.Model, staged: Changes, names: Iterable[str]
    ) -> dict[str, list[Any]]:
        """The staged changes whose « before » is still what the database holds."""
        kept = {}
        for name in names:
            if name not in staged:
                continue
            if plain(getattr(instance, name)) == staged[name][0]:
                kept[name] = staged[name]
            else:
                field: Any = instance._meta.get_field(name.removesuffix("_id"))
                self.outcome.leave(
                    f"Ligne {row.number}\u00a0: «\u00a0{field.verbose_name}\u00a0» a changé depuis l’aperçu,"
                    " laissé tel quel."
                )
        return kept

    def _save_companies(self, companies: Sequence[Company], before: Mapping[int, dict[str, Any]]) -> None:
        for company in companies:
            company.version += 1
            company.updated_at = self.now
        names = sorted({name for changed in before.values() for name in changed})
        update_rows(companies, [*(name.removesuffix("_id") for name in names), "version", "updated_at"])
        self._note_changes("company", [(c.pk, False, before[c.pk], c.version) for c in companies])

    # --- contacts ---------------------------------------------------------------------------------
    def _update_contacts(self, links: Iterable[tuple[ImportRow, int]], existing: Existing) -> set[int]:
        """Returns the companies of which a contact was written."""
        new: list[Contact] = []
        changed: dict[int, Contact] = {}
        before: dict[int, dict[str, Any]] = {}
        # What one row adds to a company, the next row of the same company finds there.
        present = {pk: list(contacts) for pk, contacts in existing.contacts.items()}
        for row, company_id in links:
            known = present.setdefault(company_id, [])
            by_pk = {contact.pk: contact for contact in known}
            for entry in row.contacts:
                contact = by_pk.get(entry["contact"] or 0)
                if contact is not None:
                    changes = self._still_true(row, contact, entry["changes"], CONTACT_WRITTEN)
                    if changes:
                        was = {name: getattr(contact, name) for name in changes}
                        before[contact.pk] = was | before.get(contact.pk, {})
                        _set(contact, changes)
                        changed[contact.pk] = contact
                elif match_contact(ContactValues(**entry["values"]), known) is None:
                    new.append(self._new_contact(company_id, entry["values"], is_main=not known))
                    known.append(new[-1])
        for contact in changed.values():
            contact.version += 1
            contact.updated_at = self.now
        names = sorted({name for fields in before.values() for name in fields})
        update_rows(changed.values(), [*names, "version", "updated_at"])
        self._note_changes("contact", [(pk, False, before[pk], contact.version) for pk, contact in changed.items()])
        self.outcome.counts["contacts_updated"] += len(changed)
        self._save_contacts(new)
        return {contact.company_id for contact in (*changed.values(), *new)}

    def _new_contact(self, company_id: int, values: Mapping[str, Any], *, is_main: bool) -> Contact:
        return Contact(structure_id=self.batch.structure_id, company_id=company_id, is_main=is_main, **values)

    def _save_contacts(self, contacts: Sequence[Contact]) -> None:
        """Whoever asked for no more e-mails under one of these addresses, even since erased, still gets none."""
        emails = {contact.email.lower() for contact in contacts} - {""}
        refused = dict(
            Contact.objects.filter(structure_id=self.batch.structure_id, opted_out_at__isnull=False)
            .annotate(address=models.functions.Lower("email"))
            .filter(address__in=emails)
            .order_by("pk")
            .values_list("address", "opted_out_at")
        )
        for contact in contacts:
            contact.opted_out_at = refused.get(contact.email.lower())
        insert_rows(contacts)
        self._note_changes("contact", [(contact.pk, True, {}, 1) for contact in contacts])
        self.outcome.counts["contacts_created"] += len(contacts)

    # --- tags and trades ----------------------------------------------------------------------------
    def _link(self, links: Iterable[tuple[ImportRow, int]]) -> None:
        links = list(links)
        tags = [(company_id, self._tag(name).pk) for row, company_id in links for name in row.values.get("tags", ())]
        trades = [(company_id, code) for row, company_id in links for code in row.values.get("occupations", ())]
        self._add_links("company_tag", Company.tags.through, "tag_id", tags)
        self._add_links("company_occupation", Company.occupations.through, "occupation_id", trades)

    def _add_links(self, kind: str, through: Any, name: str, wanted: Sequence[tuple[int, Any]]) -> None:
        if not wanted:
            return
        held = set(
            through.objects.filter(company__in={company_id for company_id, _ in wanted}).values_list("company_id", name)
        )
        new = [pair for pair in dict.fromkeys(wanted) if pair not in held]
        through.objects.bulk_create(
            [through(**{"company_id": company_id, name: value}) for company_id, value in new], batch_size=CHUNK
        )
        added: dict[int, list[Any]] = {}
        for company_id, value in new:
            added.setdefault(company_id, []).append(value)
        self._note_changes(kind, [(pk, True, {"added": values}, 1) for pk, values in added.items()])

    def _tag(self, name: str) -> Tag:
        if self.tags is None:
            known = Tag.objects.filter(structure_id=self.batch.structure_id).order_by("pk")
            self.tags = {search_key(tag.name): tag for tag in known}
        key = search_key(name)
        if key not in self.tags:
            tag = Tag.objects.create(structure_id=self.batch.structure_id, name=name)
            self.tags[key] = tag
            self._note_changes("tag", [(tag.pk, True, {}, 1)])
        return self.tags[key]

    # --- what is kept of it ---------------------------------------------------------------------------
    def _note_changes(self, kind: str, rows: Iterable[tuple[int, bool, dict[str, Any], int]]) -> None:
        insert_records(
            ImportChange,
            [
                {
                    **self.blank_change,
                    "model": kind,
                    "object_id": pk,
                    "created": created,
                    "before": before,
                    "written_version": version,
                }
                for pk, created, before, version in rows
            ],
        )

    def _log(self, rows: Iterable[tuple[int, str, dict[str, list[str]]]]) -> None:
        insert_records(
            ActivityEntry,
            [
                {**self.blank_entry, "subject_id": pk, "title": title[:250], "changes": changes}
                for pk, title, changes in rows
            ],
        )


def _set(instance: models.Model, changes: Changes) -> None:
    for name, (_before, after) in changes.items():
        setattr(instance, name, _model_value(name, after))


def _model_value(name: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if name in _DATES and value else value
