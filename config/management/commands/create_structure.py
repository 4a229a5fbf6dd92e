"""Create a structure and invite the person who will administer it: the first thing to do in production."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts.actions import create_structure
from accounts.models import Structure, StructureGroup
from campaigns.actions.settings import prepare_structure
from core.scope import structure_scope


class Command(BaseCommand):
    help = "Creates a structure, and e-mails its first administrator an invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="name of the Mission Locale")
        parser.add_argument("--admin-email", required=True, help="address of its first administrator")
        parser.add_argument("--group", default="", help="group of structures it joins; made when it does not exist")

    def handle(self, *args: object, **options: str) -> None:
        name, email = options["name"].strip(), options["admin_email"].strip()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        if not name or Structure.objects.filter(name__iexact=name).exists():
            raise CommandError(f"A structure is already called “{name}”." if name else "The name is empty.")
        now = timezone.now()
        structure = create_structure(name=name, admin_email=email, now=now)
        with structure_scope([structure.pk]):
            prepare_structure(structure=structure, now=now)
        if options["group"]:
            group, _ = StructureGroup.objects.get_or_create(name=options["group"].strip())
            structure.groups.add(group)
        self.stdout.write(f"{name} exists; the invitation of {email} leaves as soon as a worker runs.")
