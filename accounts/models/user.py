"""The person who signs in, and what her roles open to her."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models
from django.utils.functional import cached_property

from accounts.enums import SECOND_FACTOR_ROLES
from accounts.models.structure import Structure

# Read at every request, and written out: put together by Django, it costs more than its rows.
_HELD = """
    SELECT held.structure_id, structure.name, held.role, held.awaits_approval
    FROM accounts_membership AS held JOIN accounts_structure AS structure ON structure.id = held.structure_id
    WHERE held.user_id = %s
    UNION ALL
    SELECT group_id, '', '', false FROM accounts_groupmembership WHERE user_id = %s"""


@dataclass(frozen=True)
class Access:
    """Roles by structure, read once a request. Nothing else decides which structures a person works in."""

    roles: dict[int, frozenset[str]] = field(default_factory=dict)
    group_ids: frozenset[int] = frozenset()

    def structure_ids(self, roles: Iterable[str] = ()) -> list[int]:
        """Structures in which one of these roles is held (any role when none is named), in pk order."""
        wanted = set(roles)
        return sorted(pk for pk, held in self.roles.items() if not wanted or held & wanted)

    def has_role(self, structure_id: int | None, *roles: str) -> bool:
        """True when one of these roles is held in that structure; with None, in any structure."""
        if structure_id is None:
            return any(held & set(roles) for held in self.roles.values())
        return bool(self.roles.get(structure_id, frozenset()) & set(roles))


class UserManager(BaseUserManager["User"]):
    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """E-mails are kept in lower case: one address, one account."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> Self:
        """Colleagues: everyone who holds a role in one of the user's structures."""
        return self.filter(memberships__structure_id__in=user.access.structure_ids()).distinct()

    def with_role_in(self, structure_ids: Iterable[int], *roles: str) -> Self:
        """Active people holding one of these roles there."""
        return self.filter(
            pk__in=self.model.memberships.rel.related_model._default_manager.filter(
                structure_id__in=structure_ids, role__in=roles, awaits_approval=False
            ).values("user_id"),
            is_active=True,
        )


class User(AbstractBaseUser, PermissionsMixin):
    class Theme(models.TextChoices):
        AUTO = "auto", "comme l’appareil"
        LIGHT = "light", "clair"
        DARK = "dark", "sombre"

    email = models.EmailField(
        "e-mail", unique=True, error_messages={"unique": "Un compte existe déjà avec cette adresse."}
    )
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    theme = models.CharField("apparence", max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField("compte ouvert", default=True)
    is_demo = models.BooleanField("compte de démonstration", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = UserManager.from_queryset(UserQuerySet)()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()

    @cached_property
    def _held(self) -> list[tuple[int, str, str, bool]]:
        """(structure, its name, role, whether it waits for approval); (group, "", "", False) of each group coordinated.

        One round trip for the life of this object: a request loads the user anew, so a removed right ends at once.
        """
        if not self.is_active:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_HELD, [self.pk, self.pk])
            return cursor.fetchall()

    @cached_property
    def access(self) -> Access:
        held: dict[int, set[str]] = {}
        for pk, _, role, waits in self._held:
            if role and not waits:
                held.setdefault(pk, set()).add(role)
        groups = frozenset(pk for pk, _, role, _ in self._held if not role)
        return Access({pk: frozenset(roles) for pk, roles in held.items()}, groups)

    @cached_property
    def structures(self) -> list[Structure]:
        """The structures in which a role is held, by name; what they have besides a name is read when asked for."""
        names = {pk: name for pk, name, role, waits in self._held if role and not waits}
        rows = [Structure.from_db(self._state.db, ["id", "name"], [pk, name]) for pk, name in names.items()]
        return sorted(rows, key=lambda row: (row.name, row.pk))

    @property
    def needs_second_factor(self) -> bool:
        """Everyone whose role may see young people, or will once it is approved."""
        return any(role in SECOND_FACTOR_ROLES for _, _, role, _ in self._held)

    @property
    def waits_for_approval(self) -> bool:
        """One of her roles was given, and not yet approved by a second person."""
        return any(waits for *_, waits in self._held)
