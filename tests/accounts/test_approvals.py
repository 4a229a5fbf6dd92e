"""A role opens nothing until a second person approves it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tasks
from accounts.actions import AccountError, accept_invitation_as_new, approve_roles, change_roles, invite_person
from accounts.enums import Role
from accounts.models import Membership, User
from tests.conftest import member, signed_in
from tests.factories import YoungPersonFactory

pytestmark = pytest.mark.django_db
LIST = reverse("accounts:approval_list")


def arrives(structure, by, role=Role.COUNSELLOR, email="nina@example.org"):
    """Invited, then come in."""
    now = timezone.now()
    invitation = invite_person(structure=structure, email=email, roles=[role], by=by, now=now)
    words = {"first_name": "Nina", "last_name": "Faure", "password": "une phrase de passe longue"}
    return accept_invitation_as_new(invitation=invitation, now=now, **words)


def fresh(person):
    """As the next request loads her."""
    return User.objects.get(pk=person.pk)


def test_a_new_account_sees_no_young_person_before_a_second_person_approves(structure, administrator, manager):
    person = YoungPersonFactory(structure=structure)
    nina = arrives(structure, administrator)
    assert fresh(nina).access.roles == {}
    assert fresh(nina).needs_second_factor
    client = signed_in(fresh(nina))
    assert client.get(person.get_absolute_url()).status_code == 403
    assert "attend un accord" in client.get(reverse("dashboards:day")).text
    approve_roles(structure=structure, person=nina, by=manager, now=timezone.now())
    assert fresh(nina).access.has_role(structure.pk, Role.COUNSELLOR)
    assert nina.memberships.get().approved_by == manager
    assert "attend un accord" not in client.get(reverse("dashboards:day")).text


def test_neither_the_giver_nor_the_person_approves(structure, administrator, manager):
    nina = arrives(structure, administrator)
    for somebody in (administrator, nina):
        with pytest.raises(AccountError, match="Une autre personne"):
            approve_roles(structure=structure, person=nina, by=somebody, now=timezone.now())
    approve_roles(structure=structure, person=nina, by=manager, now=timezone.now())
    with pytest.raises(AccountError, match="n’attend plus"):
        approve_roles(structure=structure, person=nina, by=manager, now=timezone.now())


def test_a_stolen_account_cannot_make_its_own_approver(structure, administrator, manager):
    accomplice = arrives(structure, administrator, Role.ADMINISTRATOR, "complice@example.org")
    assert fresh(accomplice).access.roles == {}
    client = signed_in(fresh(accomplice))
    assert client.get(LIST).status_code == 403


def test_a_role_given_to_oneself_waits_too(structure, administrator, manager):
    roles = [Role.ADMINISTRATOR, Role.COUNSELLOR]
    change_roles(structure=structure, person=administrator, roles=roles, by=administrator, now=timezone.now())
    held = fresh(administrator).access.roles[structure.pk]
    assert held == {Role.ADMINISTRATOR}
    assert fresh(administrator).waits_for_approval


def test_the_first_people_of_a_structure_wait_for_nobody(structure, administrator):
    nina = arrives(structure, administrator, Role.MANAGER)
    assert fresh(nina).access.has_role(structure.pk, Role.MANAGER)


def test_a_waiting_person_is_offered_nowhere(structure, administrator, manager):
    nina = arrives(structure, administrator)
    assert nina not in User.objects.with_role_in([structure.pk], Role.COUNSELLOR)


def test_page_of_approvals(structure, administrator, manager, other_structure):
    nina = arrives(structure, administrator)
    row = nina.memberships.get()
    assert "attend une autre personne que vous" in signed_in(administrator).get(LIST).text
    assert "attend un accord" in signed_in(administrator).get(reverse("accounts:member_list")).text
    client = signed_in(manager)
    assert "Approuver" in client.get(LIST).text
    elsewhere = signed_in(member(other_structure, Role.MANAGER))
    assert "Nina" not in elsewhere.get(LIST).text
    assert elsewhere.post(reverse("accounts:approval_give", args=[row.pk])).status_code == 404
    client.post(reverse("accounts:approval_give", args=[row.pk]))
    assert not Membership.objects.waiting().exists()
    assert "Personne n’attend" in client.get(LIST).text


def test_whoever_may_approve_is_told(structure, administrator, manager, mailoutbox, monkeypatch):
    nina = arrives(structure, administrator)
    told = []
    monkeypatch.setattr(tasks.tell_administrator, "delay", lambda **ids: told.append(ids))
    ids = {"structure_id": structure.pk, "person_id": nina.pk, "roles": ["counsellor"], "by_id": administrator.pk}
    tasks.tell_administrators(**ids)
    assert [row["administrator_id"] for row in told] == [manager.pk]
    tasks.tell_administrator(**told[0])
    assert mailoutbox[0].to == [manager.email]
    assert LIST in mailoutbox[0].body
