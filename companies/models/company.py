"""A company of the network: who it is, how we know it, what we know of it."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, NullIf

from companies.enums import (
    EXPECTING,
    CompanyType,
    NetworkKind,
    OriginDirection,
    OriginNetwork,
    RelationState,
    Sector,
    ServiceLevel,
    WorkforceBand,
)
from companies.models.base import CompanyScopedQuerySet, Deletable, DeletableQuerySet
from core.addresses import url_of_row
from core.field_checks import validate_insee_code, validate_phone, validate_postcode, validate_siret
from core.models import Occupation, StructureScoped

# A partner nobody has spoken to for this long is shown as forgotten.
FORGOTTEN_AFTER = dt.timedelta(days=90)


def search_key(expression: Any) -> models.Func:
    """Lower case, no accent: the SQL counterpart of `core.text.search_key`."""
    return models.Func(expression, function="search_key")


class Tag(StructureScoped):
    name = models.CharField("étiquette", max_length=50)

    objects = CompanyScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "étiquette"
        verbose_name_plural = "étiquettes"
        constraints = [
            models.UniqueConstraint(
                "structure",
                search_key(models.F("name")),
                name="tag_name_unique",
                violation_error_message="Cette étiquette existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CompanyQuerySet(DeletableQuerySet):
    def forgotten_on(self, day: dt.date) -> Self:
        """Companies in relation with no next action, nor any exchange for three months."""
        return self.without_next_action().filter(
            models.Q(last_interaction_on=None) | models.Q(last_interaction_on__lt=day - FORGOTTEN_AFTER)
        )

    def without_next_action(self) -> Self:
        """Companies we are in relation with, and for which nothing is planned."""
        return self.filter(relation_state__in=EXPECTING, next_action_on=None)


class Company(Deletable):
    # Who it is
    legal_name = models.CharField("raison sociale", max_length=200)
    trade_name = models.CharField("nom d’usage, enseigne", max_length=200, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    naf_code = models.CharField("code NAF rév. 2", max_length=6, blank=True)
    naf_2025_code = models.CharField("code NAF 2025", max_length=6, blank=True)
    legal_category = models.CharField("catégorie juridique", max_length=4, blank=True)
    workforce_band = models.CharField("effectif", max_length=2, choices=WorkforceBand, blank=True)
    sector = models.CharField("secteur", max_length=15, choices=Sector, blank=True)
    company_type = models.CharField("type", max_length=15, choices=CompanyType, blank=True)

    # Where it is
    address = models.CharField("adresse", max_length=200, blank=True)
    address_extra = models.CharField("complément d’adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("commune", max_length=100, blank=True)
    insee_code = models.CharField("code commune INSEE", max_length=5, blank=True, validators=[validate_insee_code])
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True, validators=[validate_phone])
    email = models.EmailField("e-mail", blank=True)
    website = models.URLField("site", blank=True)

    # How we know it
    origin_network = models.CharField("origine", max_length=15, choices=OriginNetwork, blank=True)
    origin_direction = models.CharField("premier contact", max_length=10, choices=OriginDirection, blank=True)
    origin_on = models.DateField("connue depuis le", null=True, blank=True)
    network_kind = models.CharField("réseau", max_length=15, choices=NetworkKind, blank=True)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="suivie par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # a company whose adviser left waits for another
        related_name="companies",
    )
    relation_state = models.CharField(
        "état de la relation", max_length=15, choices=RelationState, default=RelationState.PROSPECT
    )
    service_level = models.CharField("niveau de service", max_length=15, choices=ServiceLevel, blank=True)
    watch_reason = models.CharField("motif de la veille", max_length=200, blank=True)
    is_pilot = models.BooleanField("groupe pilote", default=False)
    tags = models.ManyToManyField(Tag, verbose_name="étiquettes", blank=True, related_name="companies")

    # What we know of it (company profile, method document)
    history = models.TextField("son histoire", blank=True)
    activity = models.TextField("ce qu’elle fait", blank=True)
    organisation = models.TextField("son organisation", blank=True)
    occupations = models.ManyToManyField(Occupation, verbose_name="métiers", blank=True, related_name="+")
    ways_of_working = models.TextField("ses façons de travailler", blank=True)
    attracts = models.TextField("ce qui attire", blank=True)
    deters = models.TextField("ce qui retient", blank=True)
    coming_needs = models.TextField("ce qui s’annonce", blank=True)
    equality_commitments = models.TextField("engagements pour l’égalité", blank=True)
    # Said in the engagement survey (Annexe 5): in trades seen as those of the other sex.
    recruits_all = models.BooleanField("recrute femmes et hommes dans les métiers dits de l’autre", default=False)
    welcomes_all = models.BooleanField("accueille femmes et hommes dans les métiers dits de l’autre", default=False)
    knows_aid = models.BooleanField("connaît les aides à l’emploi des jeunes", null=True, blank=True)
    notes = models.TextField("notes", blank=True)

    # Written by the actions that record interactions and next actions, so that lists sort on them
    last_interaction_on = models.DateField("dernier échange", null=True, blank=True, editable=False)
    next_action_on = models.DateField("prochaine action", null=True, blank=True, editable=False)

    created_at = models.DateTimeField("ajoutée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajoutée par",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,  # the company outlives the account
        related_name="+",
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="fusionnée dans",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,  # a merge is undone before its company is erased
        related_name="absorbed",
    )

    name = models.GeneratedField(
        expression=Coalesce(NullIf("trade_name", models.Value("")), "legal_name"),
        output_field=models.CharField("nom", max_length=200),
        db_persist=True,
    )
    # One French order everywhere, whatever the server's locale: see docs/adr.
    name_key = models.GeneratedField(
        expression=search_key(Coalesce(NullIf("trade_name", models.Value("")), "legal_name")),
        output_field=models.TextField("clé du nom", db_collation="C"),
        db_persist=True,
    )
    city_key = models.GeneratedField(
        expression=search_key("city"),
        output_field=models.TextField("clé de la commune", db_collation="C"),
        db_persist=True,
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprises"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "siret"],
                condition=~models.Q(siret="") & models.Q(deleted_at=None),
                name="company_siret_unique",
                violation_error_message="Une entreprise de votre structure porte déjà ce SIRET.",
            ),
            models.UniqueConstraint(fields=["structure", "id"], name="company_structure_id_unique"),
            models.CheckConstraint(
                condition=models.Q(siret="") | models.Q(siret__regex=r"^[0-9]{14}$"),
                name="company_siret_digits",
                violation_error_message="Un SIRET a 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=~models.Q(relation_state=RelationState.WATCH) | ~models.Q(watch_reason=""),
                name="company_watch_has_reason",
                violation_error_message="Dites pourquoi l’entreprise est en veille.",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="company_position_whole",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["structure", "name_key", "id"], name="company_name_idx", condition=models.Q(deleted_at=None)
            ),
            models.Index(
                fields=["structure", "last_interaction_on", "id"],
                name="company_last_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "next_action_on", "id"],
                name="company_next_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "city_key", "name_key", "id"],
                name="company_city_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "adviser", "name_key", "id"],
                name="company_adviser_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "relation_state", "name_key", "id"],
                name="company_state_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "sector", "name_key", "id"],
                name="company_sector_idx",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["structure", "latitude", "longitude"],
                name="company_position_idx",
                condition=models.Q(deleted_at=None),
            ),
            # Whom to ask for a trade: those of the activities that hire it.
            models.Index(
                fields=["structure", "naf_code"], name="company_activity_idx", condition=models.Q(deleted_at=None)
            ),
            # What lists filter on most, so that counting a selection reads this and no row.
            models.Index(
                fields=["structure"],
                include=(
                    "relation_state",
                    "sector",
                    "company_type",
                    "workforce_band",
                    "network_kind",
                    "is_pilot",
                    "adviser",
                    "last_interaction_on",
                    "next_action_on",
                    "id",
                ),
                name="company_count_idx",
                condition=models.Q(deleted_at=None),
            ),
            # The forgotten ones of each, longest without news first: « Ma journée » shows five, counts the others.
            models.Index(
                "structure",
                "adviser",
                models.F("last_interaction_on").asc(nulls_first=True),
                "id",
                name="company_forgotten_idx",
                condition=models.Q(deleted_at=None, next_action_on=None, relation_state__in=EXPECTING),
            ),
            models.Index(fields=["structure", "phone"], name="company_phone_idx", condition=~models.Q(phone="")),
            models.Index(fields=["structure", "deleted_at"], name="company_bin_idx"),
        ]

    def __str__(self) -> str:
        return self.trade_name or self.legal_name

    def get_absolute_url(self) -> str:
        return url_of_row("companies:company_detail", self.pk)
