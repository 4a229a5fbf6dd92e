"""Give the application's database role what it needs and nothing more. May run at every start."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

GRANTS = """
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""


class Command(BaseCommand):
    help = "Grants the application role the use of the tables (run as the owner, after migrate)."

    def handle(self, *args: object, **options: object) -> None:
        role = connection.ops.quote_name(settings.APP_DATABASE_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(GRANTS.format(role=role))
        self.stdout.write(f"Rights given to {settings.APP_DATABASE_ROLE}.")
