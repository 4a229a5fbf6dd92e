"""Writing the texts of a structure: a template and its versions, of which none is ever changed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from campaigns.actions.errors import CampaignError
from campaigns.default_letters import DEFAULT_LETTERS, DefaultLetter
from campaigns.merge_fields import unknown_in
from campaigns.models import LetterTemplate, LetterVersion

# What a version says: what the form edits, what two versions are compared by.
TEXTS = ("subject", "headline", "body", "closing", "signatory", "signatory_title")
ONE_LINE = ("subject", "headline", "signatory", "signatory_title")


class UnknownFieldError(CampaignError):
    """A text names what is no field. `field`: of the version; `names`: as they were written."""

    def __init__(self, field: str, names: list[str]) -> None:
        self.field, self.names = field, names
        said = ", ".join(f"{{{name}}}" for name in names)
        super().__init__(
            f"{said}\u00a0: ce n’est pas un champ connu. Choisissez dans la liste, ou retirez les accolades."
        )


class StaleLetterError(CampaignError):
    """Somebody else wrote a version first; nothing was written. `current`: that version."""

    def __init__(self, current: LetterVersion | None) -> None:
        self.current = current
        super().__init__("Quelqu’un a enregistré une autre version pendant que vous écriviez la vôtre.")


@transaction.atomic
def create_letter(
    *, structure: Any, name: str, kind: str, texts: Mapping[str, str], by: Any, now: dt.datetime
) -> LetterTemplate:
    """A template and its first version."""
    _refuse_unknown(texts)
    _refuse_taken_name(structure, name)
    template = LetterTemplate.objects.create(structure=structure, name=name, kind=kind, created_by=by)
    _write(template, texts, by=by, now=now)
    return template


@transaction.atomic
def write_version(
    *,
    template: LetterTemplate,
    texts: Mapping[str, str],
    by: Any,
    now: dt.datetime,
    version: int | None = None,
    name: str = "",
) -> LetterVersion:
    """The next version, which becomes the template's; the same words write nothing and give back the current one.

    `version`: the one that was read before writing; another one since is a `StaleLetterError`. `name`: its new name.
    """
    template = _locked(template)
    current = current_version(template)
    if version is not None and version != template.version:
        raise StaleLetterError(current)
    _refuse_unknown(texts)
    if name and name != template.name:
        _refuse_taken_name(template.structure, name, besides=template)
        template.name = name
        template.save(update_fields=["name"])
    if current is not None and all(getattr(current, field) == texts.get(field, "") for field in TEXTS):
        return current
    return _write(template, texts, by=by, now=now)


def restore_version(*, version: LetterVersion, by: Any, now: dt.datetime) -> LetterVersion:
    """The words of an older version, as a new one: nothing is lost."""
    return write_version(template=version.template, texts=texts_of(version), by=by, now=now)


@transaction.atomic
def bin_letter(*, template: LetterTemplate, by: Any, now: dt.datetime) -> LetterTemplate:
    """No longer proposed; campaigns that chose one of its versions keep it."""
    template = _locked(template)
    template.deleted_at, template.deleted_by = now, by
    template.save(update_fields=["deleted_at", "deleted_by"])
    return template


@transaction.atomic
def restore_letter(*, template: LetterTemplate, by: Any, now: dt.datetime) -> LetterTemplate:
    template = LetterTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.deleted_at is not None:
        _refuse_taken_name(template.structure, template.name, besides=template)
        template.deleted_at = template.deleted_by = None
        template.save(update_fields=["deleted_at", "deleted_by"])
    return template


@transaction.atomic
def ensure_default_letters(structure: Any, *, now: dt.datetime, by: Any = None) -> dict[str, LetterVersion]:
    """{kind: the version to propose first}, of the four kinds; writes ours for the kinds that have no template.

    One whose last template was put in the bin gets ours again. Two at once: the second finds what the first wrote.
    """
    type(structure).objects.select_for_update(of=("self",), no_key=True).get(pk=structure.pk)
    found = default_versions(structure)
    for kind, letter in DEFAULT_LETTERS.items():
        if kind not in found:
            template = LetterTemplate.objects.create(
                structure=structure, name=_free_name(structure, letter.name), kind=kind, created_by=by
            )
            found[kind] = _write(template, _default_texts(letter, structure), by=by, now=now)
    return found


def default_versions(structure: Any) -> dict[str, LetterVersion]:
    """{kind: current version of its oldest template}, of the kinds that have one."""
    templates = LetterTemplate.objects.filter(structure=structure, deleted_at=None).order_by("-created_at", "-pk")
    oldest = {template.kind: template for template in templates}
    versions = LetterVersion.objects.filter(template__in=oldest.values()).order_by("number").select_related("template")
    return {version.template.kind: version for version in versions}


def current_version(template: LetterTemplate) -> LetterVersion | None:
    return LetterVersion.objects.filter(template=template, number=template.version).first()


def texts_of(version: LetterVersion) -> dict[str, str]:
    return {field: getattr(version, field) for field in TEXTS}


def _default_texts(letter: DefaultLetter, structure: Any) -> dict[str, str]:
    return {
        "subject": letter.subject,
        "headline": letter.headline,
        "body": letter.body,
        "closing": letter.closing,
        "signatory": structure.president,
        "signatory_title": "Présidence" if structure.president else "",
    }


def _free_name(structure: Any, name: str) -> str:
    taken = set(LetterTemplate.objects.filter(structure=structure, deleted_at=None).values_list("name", flat=True))
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _write(template: LetterTemplate, texts: Mapping[str, str], *, by: Any, now: dt.datetime) -> LetterVersion:
    template.version += 1
    template.save(update_fields=["version"])
    return LetterVersion.objects.create(
        structure_id=template.structure_id,
        template=template,
        number=template.version,
        created_at=now,
        created_by=by,
        **{field: texts.get(field, "") for field in TEXTS},
    )


def _locked(template: LetterTemplate) -> LetterTemplate:
    current = LetterTemplate.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
    if current is None or current.deleted_at is not None:
        raise CampaignError("Ce modèle est à la corbeille\u00a0: rien n’a été enregistré.")
    return current


def _refuse_unknown(texts: Mapping[str, str]) -> None:
    for field in TEXTS:
        unknown = unknown_in(texts.get(field, ""))
        if unknown:
            raise UnknownFieldError(field, unknown)


def _refuse_taken_name(structure: Any, name: str, *, besides: LetterTemplate | None = None) -> None:
    """Said in French before the database refuses it."""
    others = LetterTemplate.objects.filter(structure=structure, deleted_at=None, name=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise CampaignError("Un modèle porte déjà ce nom.")
