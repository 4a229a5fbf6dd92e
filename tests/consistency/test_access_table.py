"""Every route × every person × every method, from the resolver and config/access.py.

What is refused changes nothing: no statement writes, and the tables weigh the same. What belongs to another structure
answers word for word like what does not exist. How to add a route: see the head of config/access.py.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Structure
from accounts.session_keys import SEEN, STARTED
from config.access import ACCESS, COORDINATOR, Rule, roles_document
from config.routes import routes
from tests.conftest import member, signed_in
from tests.consistency.objects import ABSENT, OBJECTS
from tests.factories import GroupMembershipFactory, StructureFactory, StructureGroupFactory

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# The session's own bookkeeping, and the tries that limits count: these may move when a page is refused.
BOOKKEEPING = ("django_session", "accounts_limits")
# What reading a page writes on purpose: who opened a young person's file.
REGISTER = "youth_fileaccess"
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@dataclass
class Person:
    name: str
    client: Client
    user: object
    roles: frozenset
    place: object
    session: str = ""

    def __post_init__(self):
        self.session = self.client.session.session_key or "" if self.user else ""


def confirm_just_now(person: Person) -> None:
    """As if she had typed her password and read a page a moment ago.

    Pages of security do not ask for it again; and no call of the table is her first, which would write her session.
    """
    if person.user:
        session = person.client.session
        session[STARTED] = session[SEEN] = timezone.now().timestamp()
        session["account_authentication_methods_user"] = str(person.user.pk)
        session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
        session.save()


@dataclass
class Stage:
    home: Structure
    owner: object
    people: list


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    """One cast for the whole table: committed before the tests, each of which takes back what it did; gone after."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        with django_db_blocker.unblock():
            set_up = make_stage()
        yield set_up
        with django_db_blocker.unblock():
            strike(set_up)


def make_stage() -> Stage:
    home, away = StructureFactory(name="Chez nous"), StructureFactory(name="Ailleurs")
    users = {role: member(home, role) for role in Role}
    stranger = member(away, Role.ADVISER)
    stranger.memberships.create(structure=away, role=Role.ADMINISTRATOR)
    closed = member(home, Role.ADMINISTRATOR)
    group = StructureGroupFactory()
    group.structures.add(home, away)
    coordinator = GroupMembershipFactory(group=group).user
    people = [Person(role.value, signed_in(user), user, frozenset({role.value}), home) for role, user in users.items()]
    people += [
        Person("stranger", signed_in(stranger), stranger, frozenset({"adviser", "administrator"}), away),
        Person(COORDINATOR, signed_in(coordinator), coordinator, frozenset({COORDINATOR}), group),
        Person("closed", signed_in(closed), closed, frozenset(), home),
        Person("anonymous", Client(), None, frozenset(), None),
    ]
    closed.is_active = False
    closed.save()
    for person in people:
        confirm_just_now(person)
    return Stage(home, users[Role.ADVISER], people)


def strike(stage: Stage) -> None:
    for person in stage.people:
        if person.user:
            Session.objects.filter(pk=person.session).delete()
            person.user.delete()
    for place in {person.place for person in stage.people if person.place}:
        place.delete()


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def writes_seen():
    seen = []

    def watch(execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found and found[2] not in BOOKKEEPING:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def weight_of_tables() -> dict[str, str]:
    """{table: a digest of its rows}, without the bookkeeping."""
    tables = [name for name in connection.introspection.table_names() if name not in BOOKKEEPING]
    digests = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(sum(hashtextextended(t::text, 0)), 0)::text || count(*)) FROM \"{name}\" t"
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(digests)
        return dict(cursor.fetchall())


def call(person: Person, method: str, path: str):
    """Each call starts with the session she opened, even after one that signed her out."""
    person.client.cookies.clear()
    if person.session:
        person.client.cookies[settings.SESSION_COOKIE_NAME] = person.session
    return person.client.generic(method, path, data="", content_type="application/x-www-form-urlencoded")


def address(name: str, rule: Rule, structure, owner) -> str:
    values = {part: OBJECTS[kind](structure, owner) for part, kind in rule.objects.items()}
    return reverse(name, kwargs=values)


def absent_address(name: str, rule: Rule, path: str) -> str | None:
    """The same address naming nothing, when it names a row."""
    if not any(kind in ABSENT for kind in rule.objects.values()):
        return None
    values = {part: ABSENT.get(kind) or OBJECTS[kind](None, None) for part, kind in rule.objects.items()}
    return reverse(name, kwargs=values)


def told(response, path: str) -> str:
    """The page without what differs from one request to the next: tokens, and the address itself."""
    body = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", response.content.decode())
    return body.replace(path, "PATH")


def is_allowed(person: Person, rule: Rule, home: Structure) -> bool:
    if rule.is_public:
        return True
    if person.user is None or not person.user.is_active:
        return False
    names_a_row = any(kind in ABSENT for kind in rule.objects.values())
    if names_a_row and not rule.own and person.place != home:
        return False
    return bool(person.roles & rule.roles)


def check_allowed(person, rule, method, path):
    with taken_back(), writes_seen() as writes:
        response = call(person, method, path)
    said = f"{person.name} {method} {path}: {response.status_code}"
    assert response.status_code < 500, said
    if method not in rule.methods:
        assert not 200 <= response.status_code < 300 or rule.is_public, said
    elif not rule.is_public and not (rule.may_be_absent and response.status_code == 404):
        assert response.status_code not in (401, 403, 404, 405) or leaves_head_out(method, response), said
    if method in ("GET", "HEAD"):
        unexpected = [sql for sql in writes if not sql.startswith(f'INSERT INTO "{REGISTER}"')]
        assert not unexpected, f"{said} writes {unexpected}"


def leaves_head_out(method, response) -> bool:
    """Some pages answer GET alone: HEAD is then refused to everybody alike."""
    return (method, response.status_code) == ("HEAD", 405)


def check_refused(person, rule, method, path, absent, *, is_at_home):
    with writes_seen() as writes:
        response = call(person, method, path)
    said = f"{person.name} {method} {path}: {response.status_code}"
    assert not writes, f"{said} writes {writes}"
    if person.user is None or not person.user.is_active:
        assert response.status_code in (302, 403, 404, 405), said
        if response.status_code == 302:
            assert response.url.startswith("/compte/connexion/"), said
    elif method not in rule.methods or leaves_head_out(method, response):
        assert response.status_code in (403, 404, 405), said
    elif absent and (rule.own or not is_at_home) and person.roles & (rule.roles | {COORDINATOR}):
        if response.status_code != 403:  # a coordinator is refused before anything is looked for
            assert response.status_code == 404, said
            assert told(response, path) == told(call(person, method, absent), absent), said
    else:
        assert response.status_code in (403, 404) if not is_at_home else response.status_code == 403, said


def test_every_route_is_declared():
    assert set(routes()) == set(ACCESS)


def test_the_document_is_up_to_date():
    """`manage.py write_roles` writes it."""
    assert (settings.BASE_DIR / "docs" / "roles.md").read_text() == roles_document(routes())


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_route(name, stage):
    rule = ACCESS[name]
    with taken_back():
        shared = address(name, rule, stage.home, stage.owner)
        own = {person.name: shared for person in stage.people}
        if rule.own:
            own |= {
                person.name: address(name, rule, person.place, person.user)
                for person in stage.people
                if person.user not in (None, stage.owner) and is_allowed(person, rule, stage.home)
            }
        absent = absent_address(name, rule, shared)
        before = weight_of_tables()
        for person in stage.people:
            is_at_home = person.place == stage.home
            allowed = is_allowed(person, rule, stage.home)
            for method in METHODS:
                if allowed:
                    check_allowed(person, rule, method, own[person.name])
                if not allowed or own[person.name] != shared:
                    check_refused(person, rule, method, shared, absent, is_at_home=is_at_home)
        assert weight_of_tables() == before
