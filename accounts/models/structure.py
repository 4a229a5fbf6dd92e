"""The Mission Locale, its places, and the groups it belongs to."""

from typing import Any, Self

from django.db import models

from core.field_checks import validate_postcode, validate_siret


class StructureGroupQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The groups the user coordinates."""
        return self.filter(pk__in=user.access.group_ids)


class StructureGroup(models.Model):
    """Structures that compare their practice; a coordinator sees their aggregates only."""

    name = models.CharField("nom", max_length=150, unique=True)

    objects = StructureGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "groupe de structures"
        verbose_name_plural = "groupes de structures"

    def __str__(self) -> str:
        return self.name


class StructureQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The structures in which the user holds a role."""
        return self.filter(pk__in=user.access.structure_ids())


class Structure(models.Model):
    name = models.CharField("nom", max_length=150, unique=True)
    legal_name = models.CharField("raison sociale", max_length=200, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    address = models.CharField("adresse", max_length=200, blank=True)
    address_extra = models.CharField("complément d’adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("ville", max_length=100, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("e-mail", blank=True)
    website = models.URLField("site", blank=True)
    logo = models.ImageField("logo", upload_to="logos/", blank=True)
    president = models.CharField("présidente ou président", max_length=150, blank=True)
    funders_line = models.CharField("ligne des financeurs", max_length=300, blank=True)
    department = models.CharField(
        "département",
        max_length=3,
        blank=True,
        help_text="Sert aux jours fériés : l’Alsace-Moselle et l’outre-mer ont les leurs.",
    )
    groups = models.ManyToManyField(StructureGroup, verbose_name="groupes", blank=True, related_name="structures")
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        verbose_name_plural = "structures"
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~models.Q(siret=""),
                name="structure_siret_unique",
                violation_error_message="Une autre structure porte déjà ce SIRET.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(structure_id__in=user.access.structure_ids())

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Site(models.Model):
    """A place of the structure (antenne)."""

    structure = models.ForeignKey(Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="sites")
    name = models.CharField("nom", max_length=100)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postcode])
    city = models.CharField("ville", max_length=100, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    closed_at = models.DateTimeField("fermée le", null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "antenne"
        verbose_name_plural = "antennes"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "name"],
                name="site_name_unique",
                violation_error_message="Une antenne de la structure porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.name
