"""Boring rows; situations are traits. Nobody here exists."""

import datetime as dt

import factory
from django.db.models import Q
from django.utils import timezone

from accounts.models import GroupMembership, Membership, Site, Structure, StructureGroup, User
from campaigns.enums import CampaignState, Channel, LetterKind
from campaigns.models import Campaign, LetterTemplate, LetterVersion, Recipient
from companies.enums import ContactPart, InteractionKind, NextActionKind, RelationState, Sector
from companies.models import Company, Contact, Interaction, NextAction, Tag
from core.models import Occupation
from core.phases import Phase, SolutionKind
from opportunities.enums import OpportunityState, PlacementState
from opportunities.models import Opportunity, Placement
from youth.enums import NeedState
from youth.models import Need, Obstacle, YoungPerson

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

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """The company's own row says when something is next, as the actions of the product keep it."""
        action = super()._create(model_class, *args, **kwargs)
        if action.is_open:
            later = Q(next_action_on=None) | Q(next_action_on__gt=action.due_on)
            Company.objects.filter(later, pk=action.company_id).update(next_action_on=action.due_on)
        return action


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


class OccupationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Occupation
        django_get_or_create = ("code",)

    code = "F1503"
    label = "Charpentier / Charpentière bois"


class YoungPersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = YoungPerson

    class Params:
        left = factory.Trait(step="left", outcome="permanent")

    structure = factory.SubFactory(StructureFactory)
    first_name = "Maël"
    last_name = factory.Sequence(lambda n: f"Rivet{n}")
    birth_date = dt.date(2005, 5, 14)
    city = "Le Blanc"
    postcode = "36300"
    entered_on = dt.date(2025, 9, 1)
    phase = Phase.VALIDATION
    phase_since = dt.date(2026, 3, 2)
    step = "accompanied"
    step_since = dt.date(2025, 10, 6)
    keep_until = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=700))


class ObstacleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Obstacle

    young_person = factory.SubFactory(YoungPersonFactory)
    structure = factory.SelfAttribute("young_person.structure")
    kind = "mobility"
    level = 2
    noted_on = dt.date(2026, 4, 1)


class NeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Need

    class Params:
        met = factory.Trait(state=NeedState.MET, closed_at=factory.LazyFunction(timezone.now))

    young_person = factory.SubFactory(YoungPersonFactory)
    structure = factory.SelfAttribute("young_person.structure")
    phase = Phase.VALIDATION
    kind = SolutionKind.IMMERSION_CONFIRM
    occupation = factory.SubFactory(OccupationFactory)
    city = "Le Blanc"
    postcode = "36300"
    radius_km = 20
    opened_at = factory.LazyFunction(timezone.now)


class OpportunityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Opportunity
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    structure = factory.SelfAttribute("company.structure")
    title = factory.Sequence(lambda n: f"Immersion charpente {n}")
    phase = Phase.VALIDATION
    kind = SolutionKind.IMMERSION_CONFIRM
    places = 1
    city = "Le Blanc"
    postcode = "36300"
    received_on = dt.date(2026, 9, 1)
    state = OpportunityState.OPEN
    state_since = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def occupations(self, create, extracted, **kwargs):
        if create:
            self.occupations.set(extracted if extracted is not None else [OccupationFactory()])


class PlacementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Placement

    opportunity = factory.SubFactory(OpportunityFactory)
    structure = factory.SelfAttribute("opportunity.structure")
    young_person = factory.SubFactory(YoungPersonFactory, structure=factory.SelfAttribute("..structure"))
    state = PlacementState.CONSIDERED
    state_since = factory.LazyFunction(timezone.now)
    considered_on = dt.date(2026, 10, 1)


class LetterVersionFactory(factory.django.DjangoModelFactory):
    """`template__structure=` sets whose it is."""

    class Meta:
        model = LetterVersion

    class Params:
        kind = LetterKind.LETTER

    template = factory.LazyAttribute(
        lambda letter: LetterTemplate.objects.create(
            structure=letter.structure,
            name=f"Modèle {letter.kind} {LetterTemplate.objects.count() + 1}",
            kind=letter.kind,
            version=1,
        )
    )
    structure = factory.SubFactory(StructureFactory)
    number = 1
    subject = "Un pacte pour les jeunes de {structure}"
    headline = "Ouvrons ensemble des portes aux jeunes"
    body = "{entreprise} fait partie de nos partenaires.\n\nRépondez avant le {date_reponse}\u00a0: {lien}"
    closing = "Nous vous remercions."
    signatory = "Claire Fontaine"
    signatory_title = "Présidente"
    created_at = factory.LazyFunction(timezone.now)


class CampaignFactory(factory.django.DjangoModelFactory):
    """In preparation; `running=True`: launched yesterday."""

    class Meta:
        model = Campaign

    class Params:
        running = factory.Trait(
            state=CampaignState.RUNNING,
            launched_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1)),
        )

    structure = factory.SubFactory(StructureFactory)
    name = factory.Sequence(lambda n: f"Pacte {n}")
    channel = Channel.EMAIL
    letter = factory.SubFactory(LetterVersionFactory, structure=factory.SelfAttribute("..structure"))
    answer_by = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))
    first_relaunch_days = 5
    second_relaunch_days = 5
    state_since = factory.LazyFunction(timezone.now)


class RecipientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Recipient

    campaign = factory.SubFactory(CampaignFactory)
    structure = factory.SelfAttribute("campaign.structure")
    company = factory.SubFactory(CompanyFactory, structure=factory.SelfAttribute("..structure"))
    contact = factory.SubFactory(
        ContactFactory,
        company=factory.SelfAttribute("..company"),
        structure=factory.SelfAttribute("..structure"),
        email=factory.Sequence(lambda n: f"contact{n}@entreprise.example"),
    )
    adviser = factory.SelfAttribute("company.adviser")
    email = factory.SelfAttribute("contact.email")
    channel = Channel.EMAIL
    state_since = factory.LazyFunction(timezone.now)
