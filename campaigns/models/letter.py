"""Texts of a structure, version after version: a version is written once, and never changed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.enums import Role
from campaigns.enums import LetterKind
from core.models import Deletable, DeletableQuerySet, StructureScoped, StructureScopedQuerySet

LETTER_ROLES = frozenset({Role.ADVISER, Role.MANAGER, Role.ADMINISTRATOR})


class LetterTemplateQuerySet(DeletableQuerySet):
    viewing_roles = LETTER_ROLES

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class LetterTemplate(Deletable):
    name = models.CharField("nom", max_length=100)
    kind = models.CharField("sert à", max_length=12, choices=LetterKind, default=LetterKind.LETTER)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de lettre"
        verbose_name_plural = "modèles de lettre"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="letter_template_structure_id_unique"),
            models.UniqueConstraint(
                fields=["structure", "name"],
                condition=models.Q(deleted_at=None),
                name="letter_template_name_unique",
                violation_error_message="Un modèle porte déjà ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:letter_detail", args=[self.pk])


class LetterVersionQuerySet(StructureScopedQuerySet):
    viewing_roles = LETTER_ROLES


class LetterVersion(StructureScoped):
    """Plain text with merge fields between braces (`campaigns.merge_fields`); a blank line parts two paragraphs."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("numéro")
    subject = models.CharField("objet de l’e-mail", max_length=150)
    headline = models.CharField("titre", max_length=150)
    body = models.TextField("texte", max_length=6000)
    closing = models.TextField("formule de fin", max_length=500, blank=True)
    signatory = models.CharField("signée par", max_length=150, blank=True)
    signatory_title = models.CharField("qualité", max_length=150, blank=True)
    created_at = models.DateTimeField("écrite le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = LetterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de lettre"
        verbose_name_plural = "versions de lettre"
        constraints = [
            models.UniqueConstraint(fields=["structure", "id"], name="letter_version_structure_id_unique"),
            models.UniqueConstraint(fields=["template", "number"], name="letter_version_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"
