"""Locking the rows of companies, and the words in which their changes are told."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import models

from companies.actions.errors import ConflictError, GoneError
from core.changes import labelled, write_fields
from core.changes import title_of as changes_title

__all__ = ["labelled", "lock", "lock_with_company", "title_of", "write_fields"]

Row = TypeVar("Row", bound=models.Model)

# Endings of the participle: « adresse corrigée », « étiquettes corrigées ».
_ENDINGS = {
    "legal_name": "e",
    "legal_category": "e",
    "address": "e",
    "city": "e",
    "latitude": "e",
    "longitude": "e",
    "origin_network": "e",
    "history": "e",
    "organisation": "e",
    "ways_of_working": "es",
    "tags": "es",
    "notes": "es",
    "occupations": "s",
    "equality_commitments": "s",
    "civility": "e",
    "job_title": "e",
    "duration_minutes": "e",
    "outcome": "e",
}
# The model's label reads « activité : son histoire »; a title wants the bare noun.
_NOUNS = {
    "trade_name": "nom d’usage",
    "history": "histoire",
    "organisation": "organisation",
    "ways_of_working": "façons de travailler",
    "attracts": "ce qui l’attire",
    "deters": "ce qui la retient",
    "coming_needs": "ce qui s’annonce",
    "insee_code": "code INSEE",
}


def lock(row: Row, *, version: int | None = None, even_binned: bool = False) -> Row:
    """The row as it is in the database, locked until the transaction ends.

    `GoneError` when it went to the bin while we waited; `ConflictError` when it is not `version`.
    """
    current = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if current is None:
        raise GoneError("Cette fiche vient d’être effacée")
    if not even_binned and getattr(current, "deleted_at", None):
        raise _gone(current)
    if version is not None and current.version != version:  # type: ignore[attr-defined]
        raise ConflictError(current)
    return current


def lock_with_company(row: Row, *, version: int | None = None, even_binned: bool = False) -> Row:
    """The same for what belongs to a company, which is locked first, as a merge and a bin do.

    `even_binned` is about the row alone: nothing is written to a company that is in the bin.
    """
    company = lock(row.company)  # type: ignore[attr-defined]
    current = lock(row, version=version, even_binned=even_binned)
    if current.company_id != company.pk:  # type: ignore[attr-defined]
        raise GoneError("Une fusion vient de changer l’entreprise de cette fiche", company=company)
    current.company = company  # type: ignore[attr-defined]
    return current


def _gone(row: models.Model) -> GoneError:
    kept = getattr(row, "merged_into", None)
    while kept is not None and kept.merged_into:
        kept = kept.merged_into
    if kept is not None:
        return GoneError(f"«\u00a0{row}\u00a0» vient d’être fusionnée dans «\u00a0{kept}\u00a0»", company=kept)
    return GoneError(f"«\u00a0{row}\u00a0» est à la corbeille", company=getattr(row, "company", None))


def title_of(model: type[models.Model], changes: Mapping[str, list[str]]) -> str:
    return changes_title(model, changes, endings=_ENDINGS, nouns=_NOUNS)
