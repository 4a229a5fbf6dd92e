"""Writes the territory, whole or not at all, and takes it away."""

import datetime as dt
import random

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.db.models.functions import Cast, Coalesce

from accounts.enums import Role
from accounts.models import GroupMembership, Membership, Site, Structure, StructureGroup, User
from campaigns.actions.settings import prepare_structure
from campaigns.models import Campaign
from companies.actions import refresh_dates
from companies.duplicates import refresh_pairs
from companies.enums import RelationState
from companies.models import Company, Contact, Interaction, NextAction, Tag
from config.demo import accompanying, phrases, territory
from config.demo import campaigns as demo_campaigns
from config.demo.network import Draws, Known, Network
from config.demo.relations import Relations
from config.demo.territory import GROUP, PASSWORD, PEOPLE, PLACES, Person, Place
from config.demo.young_people import PARIS, youth_draws
from core.models import ActivityEntry, SavedView, StructureScoped
from core.scope import set_scope, structure_scope

SEED = 36300
PILOTS = 12
BINNED = 6
DOUBLES = 3
# (name, filters as the address of the list holds them).
SHARED_VIEWS = (("Partenaires et ambassadrices", "state=partner&state=ambassador"),)
OWN_VIEWS = (("BTP, sans nouvelles depuis 3 mois", "sector=construction&contact=over-3"),)


def demo_structures() -> models.QuerySet:
    return Structure.objects.filter(siret__in=[place.siret for place in PLACES]).order_by("pk")


def demo_accounts() -> models.QuerySet:
    """The open accounts of the demo, in the order of the roles: the sign-in page lists them too."""
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


def is_loaded() -> bool:
    return demo_structures().exists()


def is_of_today() -> bool:
    """Nothing is missing: a territory of before the campaigns has none."""
    pks = list(demo_structures().values_list("pk", flat=True))
    with structure_scope(pks):
        return Campaign.objects.filter(structure__in=pks).exists()


def load(*, today: dt.date) -> None:
    """Everything in one transaction. The same day gives the same territory."""
    with structure_scope([]):
        territory.load_referentials()
        structures = [_structure(place) for place in PLACES]
        people = _people(structures)
        set_scope([structure.pk for structure in structures])
        draws = Draws.seeded(SEED)
        own = youth_draws(draws, SEED + 1)
        networks = []
        for index, structure in enumerate(structures):
            known = _fill(index, structure, people, draws, today)
            communes = territory.communes()[PLACES[index].communes]
            staff = [(role, user) for person, user in people.items() for place, role in person.roles if place == index]
            setting = accompanying.setting_of(index, structure, staff, communes, today)
            accompanying.fill(index, setting, known, own)
            networks.append((known, setting.advisers))
        for structure in structures[1:]:
            prepare_structure(structure=structure, now=dt.datetime.combine(today, dt.time(9), tzinfo=PARIS))
        known, advisers = networks[0]
        demo_campaigns.fill(structures[0], known, advisers, today, SEED + 2)


def forget() -> None:
    """Take away the demo's structures, accounts and all that hangs from them; the referentials stay."""
    pks = list(demo_structures().values_list("pk", flat=True))
    scoped = [model for model in apps.get_models() if issubclass(model, StructureScoped)]
    with structure_scope(pks), connection.cursor() as cursor:
        # Foreign keys are checked at the end of the transaction: any order will do, and protected pairs go together.
        for model in scoped:
            for field in model._meta.local_many_to_many:
                delete = "DELETE FROM {} WHERE {} IN (SELECT id FROM {} WHERE structure_id = ANY(%s))"
                through = field.remote_field.through._meta.db_table
                cursor.execute(_quoted(delete, through, field.m2m_column_name(), model._meta.db_table), [pks])
        for model in scoped:
            cursor.execute(_quoted("DELETE FROM {} WHERE structure_id = ANY(%s)", model._meta.db_table), [pks])
        User.objects.filter(is_demo=True).delete()
        Structure.objects.filter(pk__in=pks).delete()
        StructureGroup.objects.filter(name=GROUP).delete()


def _quoted(statement: str, *names: str) -> str:
    return statement.format(*map(connection.ops.quote_name, names))


def _structure(place: Place) -> Structure:
    seat = territory.communes()[place.communes][0]
    structure = Structure.objects.create(
        name=place.name,
        legal_name=place.legal_name,
        siret=place.siret,
        address=place.address,
        postcode=seat.postcodes[0],
        city=seat.name,
        phone=place.phone,
        email=f"accueil@{place.domain}",
        website=f"https://www.{place.domain}",
        president=place.president,
        funders_line="Avec le soutien de l’État, de la Région et des communes adhérentes",
        department=seat.department,
    )
    group, _ = StructureGroup.objects.get_or_create(name=GROUP)
    structure.groups.add(group)
    Site.objects.bulk_create(
        [
            Site(structure=structure, name=name, city=city, postcode=_postcode(city), address="")
            for name, city in place.sites
        ]
    )
    return structure


def _postcode(city: str) -> str:
    return next(commune.postcodes[0] for commune in territory.communes() if commune.name == city)


def _people(structures: list[Structure]) -> dict[Person, User]:
    # One hash for all: it is slow on purpose, and the password is printed anyway.
    password = make_password(PASSWORD)
    found = {}
    for person in PEOPLE:
        user = User.objects.create(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            password=password,
            is_demo=True,
            is_active=person.is_active,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for index, role in person.roles:
            Membership.objects.create(user=user, structure=structures[index], role=role)
        if person.is_coordinator:
            GroupMembership.objects.create(user=user, group=StructureGroup.objects.get(name=GROUP))
        found[person] = user
    return found


def _fill(
    index: int,
    structure: Structure,
    people: dict[Person, User],
    draws: Draws,
    today: dt.date,
) -> list[Known]:
    """The companies of the structure and all we did with them; returns those that are not in the bin."""
    staff = [(person, user) for person, user in people.items() if any(place == index for place, _ in person.roles)]
    advisers = [(user, person.portfolio) for person, user in staff if person.portfolio]
    former = next((user for person, user in staff if not person.is_active), None)
    place = PLACES[index]
    source = draws.source
    network = Network(structure, territory.communes()[place.communes], advisers, draws, today)
    known = network.draw(place.companies)
    _pilots(known, source)
    _doubles(known, source)
    _bin(known, source, today)
    Company.objects.bulk_create([each.company for each in known], batch_size=500)
    Contact.objects.bulk_create([contact for each in known for contact in each.contacts], batch_size=500)
    _tag(structure, known, source)
    live = [each for each in known if each.company.deleted_at is None]
    relations = Relations(live, list(structure.sites.order_by("pk")), source, today, former)
    relations.live([user for user, _ in advisers])
    _hand_over(relations, [user for user, _ in advisers], today)
    _save(relations)
    refresh_dates([each.company.pk for each in known])
    refresh_pairs(structure_id=structure.pk)
    _views(structure, [user for person, user in staff if (index, Role.ADVISER) in person.roles and person.is_active])
    return live


def _pilots(known: list[Known], source: random.Random) -> None:
    partners = [each.company for each in known if each.company.relation_state == RelationState.PARTNER]
    for company in source.sample(partners, PILOTS):
        company.is_pilot = True


def _doubles(known: list[Known], source: random.Random) -> None:
    """The same company noted a second time in a hurry: no SIRET, capitals, one thing in common with the first."""
    originals = [
        each
        for each in known
        if each.company.phone and each.company.email and each.company.relation_state == RelationState.IN_RELATION
    ]
    for rank, original in enumerate(source.sample(originals, DOUBLES)):
        first = original.company
        double = Company(
            structure=first.structure,
            legal_name=str(first).upper() if rank else f"{first} SARL",
            city=first.city,
            postcode=first.postcode,
            insee_code=first.insee_code,
            phone=first.phone if rank < 2 else "",
            email=f"direction@{first.email.partition('@')[2]}" if rank else "",
            sector=first.sector,
            origin_on=first.origin_on,
            relation_state=RelationState.PROSPECT,
        )
        known.append(Known(double, original.trade))


def _bin(known: list[Known], source: random.Random, today: dt.date) -> None:
    useless = [each for each in known if each.company.relation_state == RelationState.PROSPECT and each.company.adviser]
    for rank, each in enumerate(source.sample(useless, BINNED)):
        at = dt.datetime.combine(today - dt.timedelta(days=2 + rank * 3), dt.time(10, 20), dt.UTC)
        for row in (each.company, *each.contacts):
            row.deleted_at, row.deleted_by = at, each.company.adviser


def _tag(structure: Structure, known: list[Known], source: random.Random) -> None:
    tags = Tag.objects.bulk_create([Tag(structure=structure, name=name) for name in phrases.TAGS])
    tagged, trades = Company.tags.through, Company.occupations.through
    tagged.objects.bulk_create(
        [
            tagged(company_id=each.company.pk, tag_id=tag.pk)
            for each in known
            if each.company.relation_state != RelationState.PROSPECT
            for tag in source.sample(tags, source.choice((0, 0, 1, 1, 2, 3)))
        ]
    )
    trades.objects.bulk_create(
        [
            trades(company_id=each.company.pk, occupation_id=code)
            for each in known
            if each.company.activity
            for code in each.trade.occupations
        ]
    )


def _hand_over(relations: Relations, advisers: list[User], today: dt.date) -> None:
    """A few actions of the second adviser come from the first."""
    if len(advisers) < 2:
        return
    received = [action for action in relations.actions if action.ended_at is None and action.assigned_to == advisers[1]]
    for action in received[:3]:
        action.handed_over_from = advisers[0]
        action.handed_over_at = dt.datetime.combine(today - dt.timedelta(days=3), dt.time(15, 0), dt.UTC)


def _save(relations: Relations) -> None:
    NextAction.objects.bulk_create(relations.actions, batch_size=500)
    for interaction in relations.interactions:
        interaction.next_action_id = interaction.next_action.pk if interaction.next_action else None
    Interaction.objects.bulk_create(relations.interactions, batch_size=500)
    met = Interaction.contacts.through
    met.objects.bulk_create(
        [
            met(interaction_id=interaction.pk, contact_id=contact.pk)
            for interaction, contacts in relations.people
            for contact in contacts
        ],
        batch_size=1000,
    )
    ActivityEntry.objects.bulk_create(relations.entries(), batch_size=500)
    companies = {each.company.pk: each.company.origin_on for each in relations.network}
    Company.objects.bulk_update([each.company for each in relations.network], ["origin_on"], batch_size=500)
    # What was noted two years ago was written two years ago.
    Company.objects.filter(pk__in=companies).update(created_at=Cast("origin_on", models.DateTimeField()))
    Contact.objects.filter(company__in=companies).update(
        created_at=models.Subquery(Company.objects.filter(pk=models.OuterRef("company_id")).values("created_at")[:1])
    )
    ids = [interaction.pk for interaction in relations.interactions]
    Interaction.objects.filter(pk__in=ids).update(created_at=models.F("at"), updated_at=models.F("at"))
    decided = Interaction.objects.filter(next_action=models.OuterRef("pk")).values("at")[:1]
    NextAction.objects.filter(company__in=companies).update(
        created_at=Coalesce(models.Subquery(decided), models.F("created_at"))
    )


def _views(structure: Structure, advisers: list[User]) -> None:
    rows = [
        SavedView(structure=structure, owner=adviser, listing="companies", name=name, query=query)
        for adviser in advisers
        for name, query in OWN_VIEWS
    ]
    rows += [
        SavedView(structure=structure, owner=advisers[0], listing="companies", name=name, query=query, is_shared=True)
        for name, query in SHARED_VIEWS
    ]
    SavedView.objects.bulk_create(rows)
