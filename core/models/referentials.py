"""Public referentials, filled by idempotent import commands keyed on the official code."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Municipality(models.Model):
    """A commune (official geographic code). Coordinates in decimal degrees, when known."""

    insee_code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    postcodes = models.JSONField("codes postaux", default=list)
    department = models.CharField("département", max_length=3)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    name_key = models.GeneratedField(
        expression=models.Func(models.F("name"), function="search_key"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        indexes = [
            GinIndex(fields=["postcodes"], name="municipality_postcodes_idx"),
            models.Index(fields=["name_key"], name="municipality_name_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class Nomenclature(models.TextChoices):
    NAF_REV2 = "naf_rev2", "NAF rév. 2"
    NAF_2025 = "naf_2025", "NAF 2025"


class Activity(models.Model):
    """A NAF code. NAF 2025 replaces NAF rév. 2 on 1 January 2027: both are kept."""

    nomenclature = models.CharField("nomenclature", max_length=10, choices=Nomenclature)
    code = models.CharField("code", max_length=6, help_text="avec le point\u00a0: 43.91A")
    label = models.CharField("libellé", max_length=250)

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        constraints = [models.UniqueConstraint(fields=["nomenclature", "code"], name="activity_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Occupation(models.Model):
    """A trade (ROME code)."""

    code = models.CharField("code ROME", max_length=5, primary_key=True)
    label = models.CharField("intitulé", max_length=250)
    label_key = models.GeneratedField(
        expression=models.Func(models.F("label"), function="search_key"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = "métier"
        verbose_name_plural = "métiers"
        indexes = [models.Index(fields=["label_key"], name="occupation_label_idx")]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class OccupationTitle(models.Model):
    """A name people give to a trade (appellation): several lead to one ROME code."""

    occupation = models.ForeignKey(Occupation, on_delete=models.CASCADE, related_name="titles")
    title = models.CharField("appellation", max_length=250)
    title_key = models.GeneratedField(
        expression=models.Func(models.F("title"), function="search_key"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = "appellation"
        verbose_name_plural = "appellations"
        constraints = [models.UniqueConstraint(fields=["occupation", "title"], name="occupation_title_unique")]
        indexes = [
            GinIndex(fields=["title_key"], name="occupation_title_idx", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.title


class OccupationActivity(models.Model):
    """Where a trade is hired: the share, from 0 to 1, of its recruitments made by companies of this NAF code."""

    occupation = models.ForeignKey(Occupation, on_delete=models.CASCADE, related_name="activities")
    naf_code = models.CharField("code NAF rév. 2", max_length=6, help_text="avec le point\u00a0: 43.91A")
    share = models.FloatField("part des embauches")

    class Meta:
        verbose_name = "activité qui embauche un métier"
        verbose_name_plural = "activités qui embauchent un métier"
        constraints = [
            models.UniqueConstraint(fields=["occupation", "naf_code"], name="occupation_activity_unique"),
            models.CheckConstraint(condition=models.Q(share__range=(0, 1)), name="occupation_activity_share"),
        ]
        indexes = [models.Index(fields=["naf_code"], name="occupation_activity_naf_idx")]

    def __str__(self) -> str:
        return f"{self.occupation_id} ← {self.naf_code}"
