"""A young person: as little as the work asks. No NIR, no health, no origin."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.addresses import url_of_row
from core.field_checks import validate_insee_code, validate_phone, validate_postcode
from core.models import Deletable, DeletableQuerySet
from core.phases import Phase
from youth.enums import (
    CASE_ROLES,
    FILE_ROLES,
    District,
    Gender,
    Outcome,
    PathwayStep,
    ProfileField,
    Programme,
    TrainingLevel,
)


class YoungPersonQuerySet(DeletableQuerySet):
    # The file itself: an adviser receives a card (`youth.cards`), never this row.
    viewing_roles = FILE_ROLES

    def visible_to(self, user: Any) -> Self:
        """An anonymous file is for the figures alone."""
        return super().visible_to(user).filter(anonymised_at=None)

    def binned_for(self, user: Any) -> Self:
        return super().binned_for(user).filter(anonymised_at=None)

    def presented_to(self, user: Any) -> Self:
        """Those of whom the user may see a card."""
        return self.filter(structure_id__in=user.access.structure_ids(CASE_ROLES), deleted_at=None, anonymised_at=None)

    def followed(self) -> Self:
        """Still accompanied."""
        return self.exclude(step=PathwayStep.LEFT)

    def of(self, user: Any) -> Self:
        """Her own caseload: those she is the referent of, or the backup."""
        return self.filter(models.Q(counsellor=user) | models.Q(backup=user))

    def due_for_erasure_on(self, day: dt.date) -> Self:
        return self.filter(anonymised_at=None, keep_until__lt=day)


class YoungPerson(Deletable):
    # Who
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    birth_date = models.DateField("date de naissance")
    gender = models.CharField("genre", max_length=10, choices=Gender, default=Gender.UNSAID)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True, validators=[validate_phone])
    imilo_number = models.CharField("numéro i-Milo", max_length=20, blank=True)

    # Where
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code commune INSEE", max_length=5, blank=True, validators=[validate_insee_code])
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    district = models.CharField("quartier prioritaire (QPV)", max_length=10, choices=District, default=District.UNKNOWN)

    # Situation
    has_rqth = models.BooleanField("reconnaissance de travailleur handicapé (RQTH)", default=False)
    training_level = models.CharField("niveau de formation", max_length=10, choices=TrainingLevel, blank=True)
    programme = models.CharField("dispositif", max_length=10, choices=Programme, blank=True)
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="conseiller référent",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # a young person whose counsellor left waits for another
        related_name="young_people",
    )
    backup = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="conseiller relais",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # idem
        related_name="+",
    )
    entered_on = models.DateField("entrée le")

    # Pathway: the present place; the moves tell the history
    phase = models.PositiveSmallIntegerField("phase", choices=Phase, default=Phase.DISCOVERY)
    phase_since = models.DateField("dans cette phase depuis le")
    step = models.CharField("étape", max_length=15, choices=PathwayStep, default=PathwayStep.ENROLLED)
    step_since = models.DateField("à cette étape depuis le")
    outcome = models.CharField("issue", max_length=15, choices=Outcome, blank=True)

    # For joining a company
    strengths = models.TextField("atouts pour intégrer une entreprise", blank=True)
    vulnerabilities = models.TextField("fragilités pour intégrer une entreprise", blank=True)
    company_profile = models.TextField("présentation aux entreprises", blank=True)
    profile_fields = ArrayField(
        models.CharField(max_length=20, choices=ProfileField),
        verbose_name="ce que le jeune accepte de montrer",
        default=list,
        blank=True,
    )
    profile_agreed_on = models.DateField("accord du jeune le", null=True, blank=True)

    # Personal data has an end
    consented_on = models.DateField("information et consentement le", null=True, blank=True)
    last_contact_on = models.DateField("dernier contact le", null=True, blank=True, editable=False)
    keep_until = models.DateField("à conserver jusqu’au")
    anonymised_at = models.DateTimeField("rendu anonyme le", null=True, blank=True, editable=False)

    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajouté par",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,  # the file outlives the account
        related_name="+",
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    name_key = models.GeneratedField(
        expression=models.Func(
            models.functions.Concat("last_name", models.Value(" "), "first_name", output_field=models.TextField()),
            function="search_key",
        ),
        output_field=models.TextField("clé du nom", db_collation="C"),
        db_persist=True,
    )

    objects = YoungPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "jeune"
        verbose_name_plural = "jeunes"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="young_person_structure_id_unique"),
            models.UniqueConstraint(
                fields=["structure", "imilo_number"],
                condition=~models.Q(imilo_number="") & models.Q(deleted_at=None),
                name="young_person_imilo_unique",
                violation_error_message="Un jeune de votre structure porte déjà ce numéro i-Milo.",
            ),
            models.CheckConstraint(
                condition=(models.Q(step=PathwayStep.LEFT) & ~models.Q(outcome=""))
                | (~models.Q(step=PathwayStep.LEFT) & models.Q(outcome="")),
                name="young_person_left_has_outcome",
                violation_error_message="Une sortie dit vers quoi\u202f; un jeune accompagné n’a pas d’issue.",
            ),
            models.CheckConstraint(
                condition=models.Q(backup=None) | ~models.Q(backup=models.F("counsellor")),
                name="young_person_backup_is_another",
                violation_error_message="Le conseiller relais est une autre personne que le référent.",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="young_person_position_whole",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["structure", "name_key", "id"],
                name="young_person_name_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "counsellor", "name_key", "id"],
                name="young_person_counsellor_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "step", "name_key", "id"],
                name="young_person_step_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "deleted_at"],
                name="young_person_bin_idx",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["backup"], name="young_person_backup_idx", condition=models.Q(backup__isnull=False)),
            models.Index(fields=["keep_until"], name="young_person_keep_idx", condition=models.Q(anonymised_at=None)),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """First name and initial: what an adviser or a list of needs shows."""
        return f"{self.first_name} {self.last_name[:1]}.".strip() if self.last_name else self.first_name

    @property
    def has_left(self) -> bool:
        return self.step == PathwayStep.LEFT

    def age_on(self, day: dt.date) -> int:
        """Whole years."""
        birth = self.birth_date
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

    def get_absolute_url(self) -> str:
        return url_of_row("youth:young_person_detail", self.pk)
