"""What the team and account pages read, in a constant number of queries."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, Membership, Structure, User


@dataclass(frozen=True)
class Member:
    """One line of the team."""

    person: User
    roles: list[str]
    has_factor: bool
    waits: bool = False

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role in self.roles]


def team(structure: Structure) -> list[Member]:
    """Everyone with a role there, open accounts first, then by name."""
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    people = (
        User.objects.filter(memberships__structure=structure)
        .distinct()
        .annotate(has_factor=Exists(factors))
        .prefetch_related(
            Prefetch("memberships", Membership.objects.filter(structure=structure).order_by("pk"), to_attr="held")
        )
        .order_by("-is_active", "last_name", "first_name", "pk")
    )
    return [
        Member(
            person,
            [row.role for row in person.held],
            person.has_factor,
            waits=any(row.awaits_approval for row in person.held),
        )
        for person in people
    ]


@dataclass(frozen=True)
class Waiting:
    """Somebody whose roles wait for a second person; `may_approve`: whoever reads is not the one who gave them."""

    person: User
    structure: Structure
    role_labels: list[str]
    giver: str
    may_approve: bool
    pk: int


def waiting_people(structure_ids: list[int], *, reader: Any) -> list[Waiting]:
    rows = Membership.objects.waiting().filter(structure_id__in=structure_ids, user__is_active=True)
    rows = rows.select_related("user", "structure", "given_by").order_by("structure__name", "user_id", "pk")
    by_person: dict[tuple[int, int], list[Membership]] = {}
    for row in rows:
        by_person.setdefault((row.structure_id, row.user_id), []).append(row)
    return [
        Waiting(
            held[0].user,
            held[0].structure,
            [str(row.get_role_display()) for row in held],
            held[0].given_by.full_name if held[0].given_by else "",
            reader.pk != held[0].user_id and all(row.given_by_id != reader.pk for row in held),
            held[0].pk,
        )
        for held in by_person.values()
    ]


def invitation_of_key(key: str) -> Invitation | None:
    """The invitation a link speaks of, whatever became of it: its key is what opens it."""
    return Invitation.objects.select_related("structure", "invited_by").with_key(key).first()


def account_at(email: str) -> User | None:
    """The account, open or closed, of an address in lower case."""
    return User.objects.filter(email=email).first()


def own_account(user: Any) -> User:
    """A copy of the one who asks: a refused form leaves the name that the frame shows alone."""
    return User.objects.get(pk=user.pk)


def session_count(user: Any) -> int:
    return UserSession.objects.filter(user=user).count()


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """ "Firefox sur Windows", as far as the browser says what it is."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Navigateur inconnu")
    device = next((name for mark, name in DEVICES if mark in user_agent), "")
    return f"{browser} sur {device}" if device else browser


@dataclass(frozen=True)
class OpenSession:
    row: UserSession
    is_here: bool

    @property
    def device(self) -> str:
        return device_words(self.row.user_agent)


def open_sessions(user: Any, here: str) -> list[OpenSession]:
    """Her sessions that still stand, this one first, then the latest."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    sessions = [OpenSession(row, row.session_key == here) for row in rows if row.session_key in alive]
    return sorted(sessions, key=lambda session: not session.is_here)


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    what: str


def demo_accounts() -> list[DemoAccount]:
    """The demonstration's people, with their roles in words."""
    people = (
        User.objects.filter(is_demo=True, is_active=True)
        .prefetch_related("memberships__structure", "group_memberships__group")
        .order_by("pk")
    )
    return [DemoAccount(person.email, person.full_name, _roles_in_words(person)) for person in people]


def _roles_in_words(person: User) -> str:
    held: dict[str, list[str]] = {}
    for row in person.memberships.all():
        held.setdefault(str(row.structure), []).append(row.get_role_display())
    said = [f"{', '.join(roles)}, {name}" for name, roles in held.items()]
    said += [f"coordinateur, {row.group}" for row in person.group_memberships.all()]
    return "\u202f; ".join(said)
