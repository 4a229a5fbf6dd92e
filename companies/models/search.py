"""What the search box looks into: one row a company and one a contact, kept by database triggers.

Row-level security is off on this table, because its trigram index cannot be used under a policy; it
is the one exception, and `visible_to` is the only wall here. What is shown is always read from the
tables that have both walls.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from companies.models.base import CompanyScopedQuerySet
from companies.models.company import Company
from companies.models.contact import Contact
from core.models import StructureScoped


class SearchEntryQuerySet(CompanyScopedQuerySet):
    pass


class SearchEntry(StructureScoped):
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, null=True, on_delete=models.CASCADE, related_name="+")
    # Lower case, no accent: names, commune, tags of words. Digits: SIRET and phones, one after the other.
    text = models.TextField("texte", db_collation="C")
    digits = models.TextField("chiffres", blank=True, db_collation="C")

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée de recherche"
        verbose_name_plural = "entrées de recherche"
        indexes = [
            GinIndex(fields=["structure", "text"], opclasses=["int8_ops", "gin_trgm_ops"], name="search_text_idx"),
            GinIndex(fields=["structure", "digits"], opclasses=["int8_ops", "gin_trgm_ops"], name="search_digits_idx"),
            models.Index(fields=["company"], name="search_company_idx"),
        ]

    def __str__(self) -> str:
        return self.text
