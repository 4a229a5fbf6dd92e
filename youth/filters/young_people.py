"""The filters of the list of young people, and how each is said in words."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from core.filters import AnyOf, WithPeople, one_of
from core.french import NBSP
from core.lists import Words
from core.phases import Phase
from core.text import search_key
from youth.enums import FILE_ROLES, NeedState, PathwayStep, Programme, TrainingLevel
from youth.models import Need, YoungPerson, YouthImportBatch, YouthImportChange

FOLLOWED = "followed"
LEFT = "left"
# The end of a file is said so long before it comes.
ERASURE_NOTICE = dt.timedelta(days=90)
HERE = [(FOLLOWED, "accompagnés"), (LEFT, "sortis")]
NEED = [("none", "aucun en attente"), ("waiting", "en attente"), ("open", "en attente, sans solution proposée")]
ERASE = [("soon", f"dans les 90{NBSP}jours"), ("late", "déjà dépassée")]


class YoungPersonFilterSet(WithPeople):
    q = django_filters.CharFilter(
        label="Texte", method="filter_q", max_length=100, help_text="Nom, prénom, e-mail, téléphone, numéro i-Milo."
    )
    counsellor = AnyOf(label="Suivi assuré par", method="filter_counsellor")
    here = one_of(HERE, label="Accompagnement", method="filter_here")
    phase = AnyOf(label="Phase", choices=Phase.choices)
    step = AnyOf(label="Étape", choices=PathwayStep.choices)
    need = one_of(NEED, label="Besoins", method="filter_need")
    city = django_filters.CharFilter(
        label="Commune", method="filter_city", max_length=100, help_text="Un nom ou un code postal."
    )
    programme = AnyOf(label="Dispositif", choices=Programme.choices)
    level = AnyOf(label="Niveau de formation", field_name="training_level", choices=TrainingLevel.choices)
    batch = django_filters.NumberFilter(
        label="Import", method="filter_batch", min_value=1, max_value=2**31 - 1, decimal_places=0
    )
    erase = one_of(ERASE, label="Fin de conservation", method="filter_erase")

    panel = [
        ("Suivi", ["q", "counsellor", "here"]),
        ("Parcours", ["phase", "step", "need", "programme"]),
        ("Situation", ["city", "level", "erase"]),
    ]

    people: ClassVar = {"counsellor": "suivis par"}

    class Meta:
        model = YoungPerson
        fields: list[str] = []

    def people_in(self, name: str) -> QuerySet:
        return User.objects.with_role_in(self.user.access.structure_ids(FILE_ROLES), *FILE_ROLES)

    # filters
    def filter_q(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        wanted = Q()
        for word in search_key(value).split():
            wanted &= Q(name_key__contains=word)
        digits = "".join(sign for sign in value if sign.isdigit())
        if len(digits) >= 4:
            wanted |= Q(imilo_number__contains=digits) | Q(phone__contains=digits.removeprefix("0"))
        if "@" in value:
            wanted |= Q(email__icontains=value.strip())
        return queryset.filter(wanted)

    def filter_counsellor(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """The referent, or the backup."""
        return queryset.filter(self.of_people(value, "counsellor", "backup"))

    def filter_here(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(step=PathwayStep.LEFT) if value == LEFT else queryset.followed()

    def filter_need(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        waiting = Need.objects.filter(young_person=OuterRef("pk")).waiting()
        if value == "none":
            return queryset.filter(~Exists(waiting))
        return queryset.filter(Exists(waiting.filter(state=NeedState.OPEN) if value == "open" else waiting))

    def filter_city(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        key = search_key(value)
        return queryset.filter(postcode=key) if key.isdigit() else queryset.filter(city__iexact=value.strip())

    def filter_batch(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Those whose file an import opened or completed."""
        written = YouthImportChange.objects.filter(batch_id=int(value), structure_id=OuterRef("structure_id"))
        return queryset.filter(Exists(written.filter(object_id=OuterRef("pk"))))

    def filter_erase(self, queryset: Any, name: str, value: str) -> Any:
        end = self.today if value == "late" else self.today + ERASURE_NOTICE
        return queryset.due_for_erasure_on(end)

    # words
    def words_q(self, value: str) -> Words:
        return Words(f"«{NBSP}{value}{NBSP}»", before="contient")

    def words_here(self, value: str) -> Words:
        return Words(dict(HERE)[value])

    def words_phase(self, value: list[str]) -> Words:
        return Words(" ou ".join(Phase(int(item)).label for item in value), before="phase")

    def words_need(self, value: str) -> Words:
        return Words(dict(NEED)[value], before="besoin")

    def words_city(self, value: str) -> Words:
        return Words(value, before="à")

    def words_batch(self, value: Any) -> Words:
        batch = YouthImportBatch.objects.visible_to(self.user).filter(pk=int(value)).first()
        return Words(f"«{NBSP}{batch}{NBSP}»" if batch else f"n°{NBSP}{value}", before="de l’import")

    def words_erase(self, value: str) -> Words:
        return Words(dict(ERASE)[value], before="conservation finie")
