"""E-mails of accounts. Arguments are ids: keys of links are found again here, and are in no queue."""

import datetime as dt
import smtplib

from celery import shared_task
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils import timezone

from accounts import mails
from accounts.enums import APPROVERS, Notice, Role
from accounts.models import Invitation, Membership, Structure, User

# A server that is away for an afternoon is waited for; a plain refusal of the address is not.
RETRY = {
    "autoretry_for": (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError),
    "dont_autoretry_for": (smtplib.SMTPRecipientsRefused,),
    "retry_backoff": 30,
    "retry_backoff_max": 3600,
    "max_retries": 8,
}
# The sweep leaves alone what was written just now: its own task is on its way.
SWEEP_AFTER = dt.timedelta(minutes=2)


@shared_task(**RETRY)
def send_invitation(*, invitation_id: int, **kwargs: object) -> None:
    """Once: the row says so before the server is asked, and no lock is held meanwhile.

    A server that does not take it gives the row back to the sweep; an address it refuses is not asked again. After a
    crash between the two nobody knows: an administrator sends it again if need be.
    """
    invitation = _claimed(invitation_id)
    if invitation is None:
        return
    try:
        link = mails.address_of("accounts:invitation_accept", key=invitation.key)
        mails.build_mail("invitation", to=invitation.email, invitation=invitation, link=link).send()
    except smtplib.SMTPRecipientsRefused:
        raise
    except Exception:
        # One renewed meanwhile has another link, and its own task.
        ours = Invitation.objects.filter(pk=invitation.pk, seed=invitation.seed, sent_at=invitation.sent_at)
        ours.update(sent_at=None)
        raise


def _claimed(invitation_id: int) -> Invitation | None:
    """The invitation, marked as sent and committed; None when another task has it, or when it waits no more."""
    with transaction.atomic(durable=True):
        waiting = Invitation.objects.open().filter(pk=invitation_id, sent_at=None)
        invitation = waiting.select_for_update(of=("self",)).select_related("structure", "invited_by").first()
        if invitation is not None:
            invitation.sent_at = timezone.now()
            invitation.save(update_fields=["sent_at"])
    return invitation


@shared_task
def sweep_invitations(**kwargs: object) -> None:
    """Every minute: send the invitations whose task was lost (broker down, worker killed)."""
    since = timezone.now() - SWEEP_AFTER
    waiting = Invitation.objects.open().filter(sent_at=None, created_at__lt=since, expires_at__gt=timezone.now())
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:100]:
        send_invitation.delay(invitation_id=pk)


@shared_task(**RETRY)
def send_password_link(*, user_id: int, **kwargs: object) -> None:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    from allauth.account.utils import user_pk_to_url_str  # noqa: PLC0415 -- leaf

    link = mails.address_of(
        "account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=default_token_generator.make_token(user)
    )
    mails.build_mail("password_link", to=user.email, user=user, link=link).send()


@shared_task(**RETRY)
def send_notice(*, user_id: int, notice: str, **kwargs: object) -> None:
    user = User.objects.filter(pk=user_id).first()
    if user:
        mails.build_mail("notice", to=user.email, user=user, what=Notice(notice).label, at=timezone.now()).send()


@shared_task(**RETRY)
def tell_administrators(
    *, structure_id: int, person_id: int, roles: list[str], by_id: int = 0, **kwargs: object
) -> None:
    """One task, then one task each: a refused address keeps nobody else from knowing."""
    told = APPROVERS if _waits(structure_id, person_id) else {Role.ADMINISTRATOR}
    administrators = User.objects.with_role_in([structure_id], *told).exclude(pk__in=[by_id, person_id])
    for pk in administrators.order_by("pk").values_list("pk", flat=True):
        tell_administrator.delay(
            administrator_id=pk, structure_id=structure_id, person_id=person_id, roles=roles, by_id=by_id
        )


@shared_task(**RETRY)
def tell_administrator(
    *, administrator_id: int, structure_id: int, person_id: int, roles: list[str], by_id: int = 0, **kwargs: object
) -> None:
    people = User.objects.in_bulk([administrator_id, person_id, by_id])
    structure = Structure.objects.filter(pk=structure_id).first()
    if administrator_id not in people or person_id not in people or structure is None:
        return
    mails.build_mail(
        "team_news",
        to=people[administrator_id].email,
        user=people[administrator_id],
        person=people[person_id],
        by=people.get(by_id),
        structure=structure,
        roles=[Role(role).label for role in roles],
        waits=_waits(structure_id, person_id),
        approval_url=mails.address_of("accounts:approval_list"),
    ).send()


def _waits(structure_id: int, person_id: int) -> bool:
    return Membership.objects.waiting().filter(structure_id=structure_id, user_id=person_id).exists()
