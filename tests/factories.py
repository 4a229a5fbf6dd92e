"""Boring rows; situations are traits. Nobody here exists."""

import datetime as dt

import factory
from django.utils import timezone

from accounts.models import GroupMembership, Membership, Site, Structure, StructureGroup, User
from companies.enums import ContactPart, InteractionKind, NextActionKind, RelationState, Sector
from companies.models import Company, Contact, Interaction, NextAction, Tag

PASSWORD = "une phrase de passe longue"


class StructureGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StructureGroup

    name = factory.Sequence(lambda n: f"Groupe {n}")


class StructureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Structure

    name = factory.Sequence(lambda n: f"Mission Locale {n}")


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    structure = factory.SubFactory(StructureFactory)
    name = factory.Sequence(lambda n: f"Antenne {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Martin{n}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    structure = factory.SubFactory(StructureFactory)
    role = "adviser"


class GroupMembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GroupMembership

    user = factory.SubFactory(UserFactory)
    group = factory.SubFactory(StructureGroupFactory)


class TagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tag

    structure = factory.SubFactory(StructureFactory)
    name = factory.Sequence(lambda n: f"étiquette {n}")


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    class Params:
        partner = factory.Trait(relation_state=RelationState.PARTNER)
        watched = factory.Trait(relation_state=RelationState.WATCH, watch_reason="Fermée pour travaux")

    structure = factory.SubFactory(StructureFactory)
    legal_name = factory.Sequence(lambda n: f"Menuiserie {n}")
    sector = Sector.CONSTRUCTION
    city = "Le Blanc"
    postcode = "36300"


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    company = factory.SubFactory(CompanyFactory)
    structure = factory.SelfAttribute("company.structure")
    first_name = "Nadia"
    last_name = factory.Sequence(lambda n: f"Haddad{n}")
    part = ContactPart.DECIDES


class NextActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NextAction

    company = factory.SubFactory(CompanyFactory)
    structure = factory.SelfAttribute("company.structure")
    kind = NextActionKind.CALL
    title = "Appeler au sujet du CAP"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=3))
    assigned_to = factory.SubFactory(UserFactory)


class InteractionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interaction

    company = factory.SubFactory(CompanyFactory)
    structure = factory.SelfAttribute("company.structure")
    kind = InteractionKind.CALL
    at = factory.LazyFunction(timezone.now)
    by = factory.SubFactory(UserFactory)
    summary = "Accepte une visite en juin."
    nothing_next = True
