"""Write docs/roles.md from the access table."""

from django.conf import settings
from django.core.management.base import BaseCommand

from config.access import roles_document
from config.routes import routes


class Command(BaseCommand):
    help = "Writes docs/roles.md from config/access.py."

    def handle(self, *args: object, **options: object) -> None:
        path = settings.BASE_DIR / "docs" / "roles.md"
        path.write_text(roles_document(routes()))
        self.stdout.write(f"{path} is up to date.")
