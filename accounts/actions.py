"""What changes who may come in: invitations, roles, closing and opening accounts. Somebody else is always told."""

import datetime as dt
import logging
from collections.abc import Iterable
from functools import partial

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts.enums import APPROVERS, Notice, Role
from accounts.models import Invitation, Membership, Site, Structure, User
from core.activity import changes_between, shown_values
from core.models import ActivityEntry, ActivityKind
from core.scope import structure_scope

logger = logging.getLogger(__name__)

ALREADY_INVITED = "Une invitation attend déjà une réponse à cette adresse."


class AccountError(Exception):
    """A refusal, with the French sentence to show."""


# --- the queue --------------------------------------------------------------------------------
def _queue(task: str, **ids: int | str | list[str]) -> None:
    """On commit. A broker that does not answer stops no page; invitations are found again by the sweep."""
    transaction.on_commit(partial(_send, f"accounts.tasks.{task}", ids))


def _send(task: str, ids: dict) -> None:
    try:
        current_app.send_task(task, kwargs=ids, retry=False)
    except Exception:
        logger.warning("%s could not be queued", task, exc_info=True)


def queue_password_link(*, user: User) -> None:
    _queue("send_password_link", user_id=user.pk)


def queue_notice(*, user: User, template: str) -> None:
    _queue("send_notice", user_id=user.pk, notice=Notice(template).value)


def queue_invitation(*, invitation: Invitation) -> None:
    _queue("send_invitation", invitation_id=invitation.pk)


def queue_team_news(*, structure: Structure, person: User, roles: Iterable[str], by: User | None) -> None:
    """The other administrators learn who now works there, and as what."""
    _queue(
        "tell_administrators",
        structure_id=structure.pk,
        person_id=person.pk,
        roles=sorted(roles),
        by_id=by.pk if by else 0,
    )


# --- invitations ------------------------------------------------------------------------------
@transaction.atomic
def invite_person(
    *,
    structure: Structure,
    email: str,
    first_name: str = "",
    last_name: str = "",
    roles: Iterable[str],
    by: User | None,
    now: dt.datetime,
) -> Invitation:
    """Write the invitation and queue its e-mail. An expired one to the same address is replaced."""
    email = email.strip().lower()
    if Membership.objects.filter(structure=structure, user__email=email).exists():
        raise AccountError("Cette personne fait déjà partie de l’équipe.")
    waiting = structure.invitations.select_for_update().open().filter(email=email).first()
    if waiting and not waiting.is_expired(now):
        raise AccountError(ALREADY_INVITED)
    if waiting:
        waiting.revoked_at = now
        waiting.save(update_fields=["revoked_at"])
    invitation = Invitation(
        structure=structure,
        email=email,
        first_name=first_name,
        last_name=last_name,
        roles=_in_order(roles),
        invited_by=by,
    )
    invitation.draw_key(now=now)
    _save_alone(invitation)
    _log(structure, invitation, "person_invited", f"{email} invité comme {_words(invitation.roles)}", by=by, at=now)
    queue_invitation(invitation=invitation)
    return invitation


def _save_alone(invitation: Invitation) -> None:
    """Of two people who invite the same one at the same instant, the second is told."""
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        if "invitation_one_open" in str(error):
            raise AccountError(ALREADY_INVITED) from error
        raise


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: User, now: dt.datetime) -> Invitation:
    """A new link, seven more days; the link sent before stops working."""
    invitation = _lock_open(invitation)
    invitation.draw_key(now=now)
    invitation.save(update_fields=["seed", "key_hash", "expires_at", "sent_at"])
    _log(
        invitation.structure,
        invitation,
        "invitation_renewed",
        f"Invitation de {invitation.email} renvoyée",
        by=by,
        at=now,
    )
    queue_invitation(invitation=invitation)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: dt.datetime) -> Invitation:
    invitation = _lock_open(invitation)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    _log(
        invitation.structure,
        invitation,
        "invitation_revoked",
        f"Invitation de {invitation.email} annulée",
        by=by,
        at=now,
    )
    return invitation


def accept_invitation_as_new(
    *, invitation: Invitation, first_name: str, last_name: str, password: str, now: dt.datetime
) -> User:
    """Open the account, with the roles of the invitation."""
    # The visitor is nobody yet: the invitation says for which structure the transaction works.
    with structure_scope([invitation.structure_id]):
        invitation = _lock_pending(invitation, now)
        if User.objects.filter(email=invitation.email).exists():
            raise AccountError("Un compte existe déjà avec cette adresse : identifiez-vous.")
        user = User.objects.create_user(invitation.email, password, first_name=first_name, last_name=last_name)
        _take_up(invitation, user, now)
    return user


def accept_invitation(*, invitation: Invitation, user: User, now: dt.datetime) -> Invitation:
    """Whoever already has an account at that address takes the roles."""
    if user.email != invitation.email:
        raise AccountError("Cette invitation a été envoyée à une autre adresse que la vôtre.")
    with structure_scope([*user.access.structure_ids(), invitation.structure_id]):
        invitation = _lock_pending(invitation, now)
        _take_up(invitation, user, now)
    return invitation


def _take_up(invitation: Invitation, user: User, now: dt.datetime) -> None:
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _lock(invitation.structure)
    waits = _must_wait(invitation.structure, user, invitation.invited_by)
    Membership.objects.bulk_create(
        [
            Membership(
                user=user,
                structure=invitation.structure,
                role=role,
                awaits_approval=waits,
                given_by=invitation.invited_by,
            )
            for role in invitation.roles
        ],
        ignore_conflicts=True,
    )
    title = f"{user.full_name} a rejoint l’équipe comme {_words(invitation.roles)}"
    _log(invitation.structure, user, "person_joined", title, by=user, at=now)
    queue_team_news(structure=invitation.structure, person=user, roles=invitation.roles, by=user)


def _lock_open(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("structure").get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise AccountError("Cette invitation n’attend plus de réponse.")
    return locked


def _lock_pending(invitation: Invitation, now: dt.datetime) -> Invitation:
    locked = _lock_open(invitation)
    if locked.is_expired(now):
        raise AccountError("Cette invitation n’est plus valable.")
    return locked


# --- the team ---------------------------------------------------------------------------------
@transaction.atomic
def change_roles(*, structure: Structure, person: User, roles: Iterable[str], by: User, now: dt.datetime) -> None:
    """Give exactly these roles there; none at all takes the person out of the team."""
    _lock(structure)
    wanted = set(roles)
    held = set(Membership.objects.filter(structure=structure, user=person).values_list("role", flat=True))
    if wanted == held:
        return
    if Role.ADMINISTRATOR in held - wanted:
        _refuse_without_administrator(structure, person)
    waits = bool(wanted - held) and _must_wait(structure, person, by)
    Membership.objects.filter(structure=structure, user=person, role__in=held - wanted).delete()
    Membership.objects.bulk_create(
        [
            Membership(structure=structure, user=person, role=role, awaits_approval=waits, given_by=by)
            for role in _in_order(wanted - held)
        ]
    )
    title = f"{person.full_name} : {_words(held)} → {_words(wanted) or 'hors de l’équipe'}"
    _log(structure, person, "roles_changed", title, by=by, at=now)
    queue_notice(user=person, template=Notice.ROLES_CHANGED)
    if wanted - held:
        queue_team_news(structure=structure, person=person, roles=wanted, by=by)


def _must_wait(structure: Structure, person: User, giver: User | None) -> bool:
    """Whether somebody else is there to approve; the first people of a structure have nobody to wait for."""
    involved = [row.pk for row in (person, giver) if row]
    return giver is not None and User.objects.with_role_in([structure.pk], *APPROVERS).exclude(pk__in=involved).exists()


@transaction.atomic
def approve_roles(*, structure: Structure, person: User, by: User, now: dt.datetime) -> list[str]:
    """The roles that waited open at last; which they are. `AccountError` for whoever gave one of them, or holds it."""
    _lock(structure)
    waiting = list(Membership.objects.waiting().filter(structure=structure, user=person).order_by("pk"))
    if by.pk == person.pk or any(row.given_by_id == by.pk for row in waiting):
        raise AccountError("Une autre personne que vous donne cet accord\u00a0: c’est ce qui protège d’un compte volé.")
    if not waiting:
        raise AccountError(f"{person.full_name} n’attend plus d’accord.")
    Membership.objects.filter(pk__in=[row.pk for row in waiting]).update(awaits_approval=False, approved_by=by)
    roles = [row.role for row in waiting]
    title = f"Rôles de {person.full_name} approuvés\u00a0: {_words(roles)}"
    _log(structure, person, "roles_approved", title, by=by, at=now)
    queue_notice(user=person, template=Notice.ROLES_APPROVED)
    return roles


@transaction.atomic
def close_account(*, person: User, by: User, now: dt.datetime) -> None:
    """Nobody signs in with it any more, and the sessions it has open end at once. Roles are kept for a reopening."""
    structures = list(Structure.objects.filter(memberships__user=person).distinct().order_by("pk"))
    for structure in structures:
        _lock(structure)
        _refuse_without_administrator(structure, person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(user=person)
    for structure in structures:
        _log(structure, person, "account_closed", f"Compte de {person.full_name} fermé", by=by, at=now)
    queue_notice(user=person, template=Notice.ACCOUNT_CLOSED)


@transaction.atomic
def reopen_account(*, person: User, by: User, now: dt.datetime) -> None:
    person.is_active = True
    person.save(update_fields=["is_active"])
    for structure in Structure.objects.filter(memberships__user=person).distinct().order_by("pk"):
        roles = list(structure.memberships.filter(user=person).values_list("role", flat=True))
        _log(structure, person, "account_reopened", f"Compte de {person.full_name} rouvert", by=by, at=now)
        queue_team_news(structure=structure, person=person, roles=roles, by=by)
    queue_notice(user=person, template=Notice.ACCOUNT_REOPENED)


@transaction.atomic
def remove_second_factor(*, person: User, by: User, now: dt.datetime) -> None:
    """For whoever lost telephone and recovery codes: she chooses another one at her next sign-in."""
    Authenticator.objects.filter(user=person).delete()
    end_sessions(user=person)
    for structure in Structure.objects.filter(memberships__user=person).distinct().order_by("pk"):
        _log(structure, person, "factor_removed", f"Second facteur de {person.full_name} retiré", by=by, at=now)
    queue_notice(user=person, template=Notice.FACTOR_REMOVED)


def end_sessions(*, user: User, keep: str = "") -> int:
    """Close her sessions, except the one whose key is given; how many were closed."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep).order_by("pk"))
    for session in sessions:
        session.end()
    return len(sessions)


def _lock(structure: Structure) -> None:
    """Two administrators who leave together wait for each other: the second one stays."""
    Structure.objects.select_for_update(of=("self",)).get(pk=structure.pk)


def _refuse_without_administrator(structure: Structure, person: User) -> None:
    """Raise when nobody else could administer the structure."""
    if not Membership.objects.filter(structure=structure, user=person, role=Role.ADMINISTRATOR).exists():
        return
    others = User.objects.with_role_in([structure.pk], Role.ADMINISTRATOR).exclude(pk=person.pk)
    if not others.exists():
        raise AccountError(
            f"{person.full_name} est la seule personne qui administre {structure} : donnez d’abord ce rôle à une autre."
        )


# --- the structure ----------------------------------------------------------------------------
@transaction.atomic
def create_structure(*, name: str, admin_email: str, now: dt.datetime) -> Structure:
    """A structure and the invitation of its first administrator."""
    structure = Structure.objects.create(name=name)
    with structure_scope([structure.pk]):
        invite_person(structure=structure, email=admin_email, roles=[Role.ADMINISTRATOR], by=None, now=now)
    return structure


@transaction.atomic
def save_structure(*, structure: Structure, changed: Iterable[str], by: User, now: dt.datetime) -> Structure:
    """Write the sheet, whose fields named in `changed` hold their new values; one line says what became what."""
    before = shown_values(Structure.objects.select_for_update(of=("self",)).get(pk=structure.pk), changed)
    structure.save()
    changes = changes_between(structure, before)
    if changes:
        said = "Fiche de la structure modifiée"
        _log(structure, structure, "structure_edited", said, changes=changes, by=by, at=now)
    return structure


@transaction.atomic
def save_site(*, site: Site, changed: Iterable[str], by: User, now: dt.datetime) -> Site:
    """The same for a site, new or known."""
    if site.pk is None:
        site.save()
        _log(site.structure, site, "site_added", f"Antenne {site} ajoutée", by=by, at=now)
        return site
    before = shown_values(Site.objects.select_for_update(of=("self",)).get(pk=site.pk), changed)
    site.save()
    changes = changes_between(site, before)
    if changes:
        _log(site.structure, site, "site_edited", f"Antenne {site} modifiée", changes=changes, by=by, at=now)
    return site


@transaction.atomic
def close_site(*, site: Site, by: User, now: dt.datetime) -> Site:
    """It is no longer offered in forms; what was written about it stays."""
    site.closed_at = now
    site.save(update_fields=["closed_at"])
    _log(site.structure, site, "site_closed", f"Antenne {site} fermée", by=by, at=now)
    return site


@transaction.atomic
def reopen_site(*, site: Site, by: User, now: dt.datetime) -> Site:
    site.closed_at = None
    site.save(update_fields=["closed_at"])
    _log(site.structure, site, "site_reopened", f"Antenne {site} rouverte", by=by, at=now)
    return site


def _in_order(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return [role.value for role in Role if role in wanted]


def _words(roles: Iterable[str]) -> str:
    return ", ".join(str(Role(role).label) for role in _in_order(roles))


def _log(
    structure: Structure,
    subject: Model,
    verb: str,
    title: str,
    *,
    by: User | None,
    at: dt.datetime,
    changes: dict[str, list[str]] | None = None,
) -> None:
    ActivityEntry.objects.create(
        structure=structure,
        subject=subject,
        kind=ActivityKind.CHANGE,
        verb=verb,
        title=title[:250],
        changes=changes or {},
        by=by,
        at=at,
    )
