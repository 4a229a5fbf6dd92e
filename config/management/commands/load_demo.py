"""Load the invented territory once, and say who may sign in. What was typed into it since stays."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo.loading import demo_accounts, forget, is_loaded, is_of_today, load
from config.demo.territory import PASSWORD, load_referentials

KEPT = (
    "Vos données sont gardées, telles que vous les avez laissées. Elles viennent d’une version antérieure\u00a0:\n"
    "certaines pages (les campagnes) y sont vides. «\u00a0make demo-reset\u00a0» les efface, et le territoire complet\n"
    "est chargé au démarrage suivant."
)


class Command(BaseCommand):
    help = "Loads the invented territory (once), and prints the demo accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="take the territory away and load it anew")

    def handle(self, *args: object, **options: bool) -> None:
        if options["reset"] or not is_loaded():
            forget()  # accounts without their structures, too
            load(today=timezone.localdate())
        else:
            load_referentials()  # what a newer version reads; nothing typed is in there
        self.stdout.write(self._accounts())
        if not is_of_today():
            self.stdout.write(f"\n{KEPT}")

    def _accounts(self) -> str:
        lines = [f"Comptes de démonstration (mot de passe\u00a0: {PASSWORD})"]
        users = demo_accounts().prefetch_related("memberships__structure", "group_memberships__group")
        rows = []
        for user in users:
            places = [f"{each.get_role_display()}, {each.structure}" for each in user.memberships.all()]
            places += [f"coordinateur, {each.group}" for each in user.group_memberships.all()]
            rows.append((user.email, user.full_name, " · ".join(places)))
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines += [f"  {email:<{widths[0]}}  {name:<{widths[1]}}  {places}" for email, name, places in rows]
        return "\n".join(lines)
