"""Settle uncertain messages from the relay's log; dry unless told otherwise.

manage.py reconcile_outbox mail.log --complete-until 2027-01-31T18:00 --wet-run

Messages found in the log have left. With --complete-until, the hour up to which the log is whole, those that had ended
trying by then and are not in it go back to the queue; without it, they stay uncertain.
"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Structure
from campaigns.actions.sweeping import reconcile
from campaigns.relay_log import message_ids_taken
from core.scope import structure_scope


class Command(BaseCommand):
    help = "Settles uncertain messages from the relay's log (dry by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("log", help="the relay's log, or a list of Message-IDs")
        parser.add_argument("--complete-until", help="up to when the log is whole, YYYY-MM-DDTHH:MM")
        parser.add_argument("--wet-run", action="store_true", help="write; without it, only tell")

    def handle(self, *args: Any, **options: Any) -> None:
        taken = self._taken(options["log"])
        complete_until = self._moment(options["complete_until"])
        found = queued = 0
        for structure in Structure.objects.order_by("pk"):
            with structure_scope([structure.pk]):
                here = reconcile(
                    structure=structure, message_ids_sent=taken, complete_until=complete_until, now=timezone.now()
                )
                if not options["wet_run"]:
                    transaction.set_rollback(True)
            found, queued = found + here[0], queued + here[1]
        self.stdout.write(f"{len(taken)} messages dans le journal, {found} bien partis, {queued} remis en attente.")
        if not options["wet_run"]:
            self.stdout.write("Essai à blanc\u00a0: rien n’a été écrit (--wet-run pour écrire).")

    @staticmethod
    def _taken(path: str) -> set[str]:
        try:
            with open(path, errors="replace") as lines:
                return message_ids_taken(lines)
        except OSError as error:
            raise CommandError(str(error)) from error

    @staticmethod
    def _moment(text: str | None) -> dt.datetime | None:
        if not text:
            return None
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError("--complete-until\u00a0: une date et une heure, par exemple 2027-01-31T18:00.")
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        return min(moment, timezone.now())
