"""The cast every test plays with, and the strictness it plays under."""

import ipaddress
import os
import re
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from tests.databases import migrated
from tests.factories import (
    GroupMembershipFactory,
    MembershipFactory,
    StructureFactory,
    StructureGroupFactory,
    UserFactory,
)

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the tests


_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b", re.IGNORECASE)
# What reading a page may write: the age of one's own session, the line that says who opened a young person's file, and
# how often keys of public links were tried.
_SESSION = re.compile(r'"(django_session|usersessions_usersession|youth_fileaccess|accounts_limits)"')


def _refuse_writes(execute, sql, params, many, context):
    if _WRITES.match(sql) and not _SESSION.search(sql):
        pytest.fail(f"a page that is only read wrote: {sql[:200]}")
    return execute(sql, params, many, context)


class ReadingClient(Client):
    """A client for which GET and HEAD must write nothing: mail scanners and browsers repeat them."""

    def get(self, *args, **kwargs):
        with connection.execute_wrapper(_refuse_writes):
            return super().get(*args, **kwargs)

    def head(self, *args, **kwargs):
        with connection.execute_wrapper(_refuse_writes):
            return super().head(*args, **kwargs)


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """Tests speak to this machine and to nobody else."""
    connect = socket.socket.connect

    def guarded(self, address):
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            pytest.fail(f"a test reached for {host}")
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The test database begins as a copy of one that was migrated once."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database also gives the application's plain role its rights."""
    with django_db_blocker.unblock():
        call_command("grant_app_role", verbosity=0)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # A worker killed on purpose leaves its session behind, until its last query ends.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IN (current_user, %s)",
            [settings.APP_DATABASE_ROLE],
        )


@pytest.fixture(autouse=True)
def _fresh_cache(request):
    """No cached answer of an earlier test; nor its tries at signing in, if its transaction did not take them back."""
    names = set(request.fixturenames)
    if names & {"transactional_db", "live_server"}:
        request.getfixturevalue("transactional_db")
        cache.clear()
    if "db" in names:
        caches["comfort"].clear()


@pytest.fixture
def shared_data() -> Path:
    """Real public files, where the machine has them beside the checkout."""
    folder = Path(settings.BASE_DIR).parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real public files at {folder}")
    return folder


@pytest.fixture
def app_role(db):
    """Connect as the application does: a plain role that owns nothing, bound by row-level security."""
    role = connection.ops.quote_name(settings.APP_DATABASE_ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def structure(db):
    return StructureFactory(name="Mission Locale du Val de Brenne")


@pytest.fixture
def other_structure(db):
    return StructureFactory(name="Mission Locale des Trois Rivières")


def member(structure, role, **fields):
    """A person with one role there."""
    return MembershipFactory(structure=structure, role=role, user=UserFactory(**fields)).user


@pytest.fixture
def adviser(structure):
    return member(structure, Role.ADVISER, first_name="Léa", last_name="Morin")


@pytest.fixture
def colleague(structure):
    return member(structure, Role.ADVISER, first_name="Samir", last_name="Benali")


@pytest.fixture
def counsellor(structure):
    return member(structure, Role.COUNSELLOR, first_name="Karim", last_name="Aubry")


@pytest.fixture
def manager(structure):
    return member(structure, Role.MANAGER, first_name="Hélène", last_name="Rousseau")


@pytest.fixture
def administrator(structure):
    return member(structure, Role.ADMINISTRATOR, first_name="Ines", last_name="Petit")


@pytest.fixture
def outsider(other_structure):
    """An adviser of another structure."""
    return member(other_structure, Role.ADVISER, first_name="Paul", last_name="Ribot")


@pytest.fixture
def coordinator(structure, other_structure):
    """Coordinates a group of the two structures, holds no role in either."""
    group = StructureGroupFactory()
    group.structures.add(structure, other_structure)
    return GroupMembershipFactory(group=group).user


def signed_in(user) -> Client:
    """A client whose session has passed the second factor."""
    client = ReadingClient()
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def gave_a_factor(client: Client, user) -> Client:
    """Its session gave a second factor just now, as exports ask."""
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": timezone.now().timestamp()}]
    session.save()
    return client


@pytest.fixture
def as_user():
    """`as_user(adviser).get(...)`."""
    return signed_in


@pytest.fixture
def adviser_client(adviser):
    return signed_in(adviser)
