"""Closed vocabularies of accounts."""

from django.db import models


class Role(models.TextChoices):
    """What a person does in one structure; one person may hold several."""

    ADVISER = "adviser", "conseiller relations entreprises"
    COUNSELLOR = "counsellor", "conseiller jeunes"
    MANAGER = "manager", "responsable"
    ADMINISTRATOR = "administrator", "administrateur"


# Whoever holds one of these sees young people: a second factor is asked of them.
SECOND_FACTOR_ROLES = frozenset({Role.ADVISER, Role.COUNSELLOR, Role.MANAGER, Role.ADMINISTRATOR})
ALL_ROLES = frozenset(Role)
