"""The application does not start its work with a role that sees every structure."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.plain_role import refuse_privileged_role


@pytest.fixture
def closed(monkeypatch):
    """How many times the refused connection was closed; the test's own stays open."""
    times = []
    monkeypatch.setattr(connection, "close", lambda: times.append(1))
    return times


def test_a_role_that_passes_by_row_level_security_is_refused(db, settings, closed):
    settings.USE_OWNER_ROLE = False
    with pytest.raises(ImproperlyConfigured, match="row-level security does not bind"):
        refuse_privileged_role(connection)
    assert closed


def test_the_plain_role_is_accepted(app_role, settings, closed):
    settings.USE_OWNER_ROLE = False
    refuse_privileged_role(connection)
    assert not closed


def test_set_up_commands_connect_as_the_owner(db, settings, closed):
    settings.USE_OWNER_ROLE = True
    refuse_privileged_role(connection)
    assert not closed


def test_every_new_connection_is_looked_at(db, settings):
    settings.USE_OWNER_ROLE = False
    other = connection.copy()
    with pytest.raises(ImproperlyConfigured):
        other.connect()
    assert other.connection is None
