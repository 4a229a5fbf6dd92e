"""After a restore, before `worker` starts: nothing that waits leaves before the relay's log was looked at.

manage.py doubt_outbox --wet-run, then manage.py reconcile_outbox LOG --complete-until NOW --wet-run
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Structure
from campaigns.actions.sweeping import doubt_queue
from core.scope import structure_scope


class Command(BaseCommand):
    help = "Holds every waiting message as uncertain, after a restore (dry by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="write; without it, only tell")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for structure in Structure.objects.order_by("pk"):
            with structure_scope([structure.pk]):
                count += doubt_queue(structure=structure, now=timezone.now())
                if not options["wet_run"]:
                    transaction.set_rollback(True)
        self.stdout.write(f"{count} messages en attente tenus pour incertains.")
        if not options["wet_run"]:
            self.stdout.write("Essai à blanc\u00a0: rien n’a été écrit (--wet-run pour écrire).")
