"""Read the mailbox of returned messages now; beat does it every five minutes where `BOUNCES_URL` is set."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from campaigns.actions.mailbox import read_bounces


class Command(BaseCommand):
    help = "Reads the mailbox to which refused messages come back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="another mailbox than BOUNCES_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"] or settings.BOUNCES_URL
        if not url:
            raise CommandError("BOUNCES_URL n’est pas renseigné\u00a0: voir docs/operations.md.")
        try:
            counts = read_bounces(now=timezone.now(), url=url)
        except (OSError, ValueError) as error:
            raise CommandError(f"La boîte ne se laisse pas lire\u00a0: {error}") from error
        self.stdout.write(
            f"{counts.opened} messages lus, {counts.returned} compris, {counts.left} laissés à une personne."
        )
