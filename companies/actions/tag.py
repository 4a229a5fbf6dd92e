"""What is done to a tag of the structure."""

import datetime as dt
from typing import Any

from django.db import transaction

from companies.actions.errors import CompanyError
from companies.models import Tag
from core.activity import log_activity
from core.errors import refused_in_french
from core.models import ActivityKind


@transaction.atomic
def rename_tag(*, tag: Tag, name: str, by: Any, now: dt.datetime) -> Tag:
    """Raises `CompanyError` when the structure has a tag of that name."""
    current = Tag.objects.select_for_update(of=("self",)).get(pk=tag.pk)
    before, current.name = current.name, name
    if before == name:
        return current
    with refused_in_french(CompanyError, Tag):
        current.save(update_fields=["name"])
    said = f"Étiquette renommée\u00a0: {before} → {name}"
    changes = {"nom": [before, name]}
    log_activity(
        subject=current, kind=ActivityKind.CHANGE, verb="tag_renamed", title=said, changes=changes, by=by, at=now
    )
    return current


@transaction.atomic
def delete_tag(*, tag: Tag, by: Any, now: dt.datetime) -> None:
    """Off every company that bore it; the line says how many they were."""
    borne = tag.companies.count()
    said = f"Étiquette supprimée\u00a0: {tag.name}"
    changes = {"entreprises": [str(borne), ""]}
    log_activity(subject=tag, kind=ActivityKind.CHANGE, verb="tag_deleted", title=said, changes=changes, by=by, at=now)
    tag.delete()
