"""A person we know in a company."""

from django.db import models

from companies.enums import ContactPart
from companies.models.base import Deletable, DeletableQuerySet
from companies.models.company import Company, search_key
from core.field_checks import validate_phone


class ContactQuerySet(DeletableQuerySet):
    def present(self):
        """Those who still work there, main contact first."""
        return self.filter(left_on=None).order_by("-is_main", "last_name", "first_name", "pk")


class Contact(Deletable):
    company = models.ForeignKey(Company, verbose_name="entreprise", on_delete=models.CASCADE, related_name="contacts")
    civility = models.CharField("civilité", max_length=5, blank=True, choices=[("mme", "Mme"), ("m", "M.")])
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    job_title = models.CharField("fonction", max_length=150, blank=True)
    part = models.CharField("rôle dans la relation", max_length=20, choices=ContactPart, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True, validators=[validate_phone])
    mobile = models.CharField("mobile", max_length=20, blank=True, validators=[validate_phone])
    is_main = models.BooleanField("contact principal", default=False)
    opted_out_at = models.DateTimeField("ne veut plus d’e-mails depuis le", null=True, blank=True)
    left_on = models.DateField("a quitté l’entreprise le", null=True, blank=True)
    notes = models.TextField("notes", blank=True)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    name_key = models.GeneratedField(
        expression=search_key(
            models.functions.Concat("last_name", models.Value(" "), "first_name", output_field=models.TextField())
        ),
        output_field=models.TextField("clé du nom", db_collation="C"),
        db_persist=True,
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(is_main=True, left_on=None, deleted_at=None),
                name="contact_one_main",
                violation_error_message="L’entreprise a déjà un contact principal.",
            ),
            models.UniqueConstraint(fields=["structure", "id"], name="contact_structure_id_unique"),
            models.CheckConstraint(
                condition=~models.Q(first_name="", last_name="", job_title="", email="", phone="", mobile=""),
                name="contact_says_something",
                violation_error_message="Indiquez au moins un nom, une fonction, un e-mail ou un téléphone.",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "left_on"], name="contact_company_idx"),
            models.Index(fields=["structure", "email"], name="contact_email_idx", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Name, else function, else address: a contact is never shown blank."""
        name = f"{self.first_name} {self.last_name}".strip()
        return name or self.job_title or self.email or self.mobile or self.phone

    @property
    def part_said(self) -> str:
        """« gérante, décide »: her function, unless it stands for her name, and her part in the relation."""
        job = "" if self.job_title == self.full_name else self.job_title
        part = self.get_part_display().lower() if self.part not in ("", ContactPart.OTHER) else ""
        return ", ".join(filter(None, [job, part]))

    @property
    def initials(self) -> str:
        return (f"{self.first_name[:1]}{self.last_name[:1]}" or self.full_name[:1]).upper()

    @property
    def is_opted_out(self) -> bool:
        return self.opted_out_at is not None

    @property
    def has_left(self) -> bool:
        return self.left_on is not None
