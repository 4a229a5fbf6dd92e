"""The second wall between structures holds for a plain database role only: the application refuses any other."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

PASSES_BY = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def refuse_privileged_role(connection: BaseDatabaseWrapper, **_sent: object) -> None:
    """Called at each new connection, outside the count of a page's queries; set-up commands are the owner's."""
    if settings.USE_OWNER_ROLE:
        return
    role, passes_by = connection.connection.execute(PASSES_BY).fetchone()
    if passes_by:
        connection.close()
        raise ImproperlyConfigured(
            f"DATABASE_URL connects as {role}, whom row-level security does not bind: give it a plain role."
        )
