"""Writes the young people of one structure, their needs, what companies offer them and who was put forward."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models.functions import Cast

from accounts.enums import Role
from accounts.models import Structure, User
from config.demo import histories
from config.demo import youth_phrases as phrases
from config.demo.network import Draws, Known
from config.demo.offers import Offer
from config.demo.solutions import PARTS, Solutions
from config.demo.young_people import PLANS, Setting, Youth, moment
from core.models import ActivityEntry, Municipality, Occupation
from opportunities.models import CriteriaChange, Immersion, Opportunity, OpportunityMove, Placement, PlacementMove
from youth.enums import AccessKind
from youth.models import FileAccess, Need, NeedMove, Obstacle, ObstacleShare, PathwayMove, YoungPerson

BATCH = 500
ACCESSES = 60


def fill(index: int, setting: Setting, network: Sequence[Known], draws: Draws) -> None:
    """`network`: the companies of the structure, saved. `draws`: chance of its own (`young_people.youth_draws`)."""
    youth = Youth(setting, draws)
    youth.draw([known.trade for known in network if known.company.adviser])
    labels = dict(Occupation.objects.values_list("code", "label"))
    solutions = Solutions(youth, network, labels, draws, PARTS[index])
    solutions.draw()
    offers, immersions = solutions.offers.drawn, solutions.forwards.immersions
    moves = _save_people(youth)
    _share(youth, setting, draws.source)
    Need.objects.bulk_create([planned.need for planned in youth.needs], batch_size=BATCH)
    NeedMove.objects.bulk_create(youth.need_moves(), batch_size=BATCH)
    _save_solutions(setting.structure, offers, immersions)
    # A title names its need, and a need its trade: said without a query each.
    trades = {trade.pk: trade for trade in Occupation.objects.all()}
    for planned in youth.needs:
        planned.need.occupation = trades.get(planned.need.occupation_id)
    ActivityEntry.objects.bulk_create([*youth.entries(moves), *histories.entries(offers)], batch_size=BATCH)
    _open_files(youth, setting, draws.source)


def _save_people(youth: Youth) -> list[PathwayMove]:
    """A move names its person, and gives her the step she stands at: drawn before, saved after."""
    moves = list(youth.moves())
    YoungPerson.objects.bulk_create([each.person for each in youth.youngsters], batch_size=BATCH)
    for rows in (moves, youth.obstacles):
        for row in rows:
            row.young_person_id = row.young_person.pk
    PathwayMove.objects.bulk_create(moves, batch_size=BATCH)
    Obstacle.objects.bulk_create(youth.obstacles, batch_size=BATCH)
    for planned in youth.needs:
        planned.need.young_person_id = planned.need.young_person.pk
    # Opened on the day of the entry, not on that of the demo.
    YoungPerson.objects.filter(structure=youth.structure).update(
        created_at=Cast("entered_on", models.DateTimeField()),
        updated_at=Cast("last_contact_on", models.DateTimeField()),
    )
    return moves


def setting_of(
    index: int, structure: Structure, staff: Iterable[tuple[Role, User]], communes: list[Municipality], today: dt.date
) -> Setting:
    """`staff`: everybody who works or worked there."""

    def playing(role: Role) -> list[User]:
        return [user for own, user in staff if own == role and user.is_active]

    return Setting(
        structure,
        PLANS[index],
        communes,
        counsellors=playing(Role.COUNSELLOR),
        advisers=playing(Role.ADVISER),
        managers=playing(Role.MANAGER),
        today=today,
    )


def _share(youth: Youth, setting: Setting, source: random.Random) -> None:
    """A few obstacles, each told on purpose to one adviser."""
    standing = [each for each in youth.obstacles if each.lifted_on is None]
    ObstacleShare.objects.bulk_create(
        [
            ObstacleShare(
                structure=setting.structure,
                obstacle=obstacle,
                adviser=source.choice(setting.advisers),
                shared_at=moment(obstacle.noted_on, source),
                shared_by=obstacle.noted_by,
            )
            for obstacle in source.sample(standing, setting.plan.shared_obstacles)
        ]
    )


def _save_solutions(structure: Structure, offers: Sequence[Offer], immersions: Sequence[Immersion]) -> None:
    for offer in offers:
        former = offer.opportunity.copied_from
        if former is not None:
            former.save()  # its copy names it
    new = [offer.opportunity for offer in offers if offer.opportunity.pk is None]
    for opportunity in new:
        opportunity.copied_from_id = opportunity.copied_from.pk if opportunity.copied_from else None
    Opportunity.objects.bulk_create(new, batch_size=BATCH)
    through = Opportunity.occupations.through
    through.objects.bulk_create(
        [through(opportunity_id=offer.opportunity.pk, occupation_id=code) for offer in offers for code in offer.codes],
        batch_size=BATCH,
    )
    changes = [offer.widened for offer in offers if offer.widened]
    placements = [forward.placement for forward in histories.forwards_of(offers)]
    _point(changes, "opportunity")
    _point(placements, "opportunity", "young_person", "need")
    CriteriaChange.objects.bulk_create(changes)
    Placement.objects.bulk_create(placements, batch_size=BATCH)
    _point(immersions, "placement")
    Immersion.objects.bulk_create(immersions, batch_size=BATCH)
    OpportunityMove.objects.bulk_create(histories.opportunity_moves(offers), batch_size=BATCH)
    PlacementMove.objects.bulk_create(histories.placement_moves(offers), batch_size=BATCH)
    Opportunity.objects.filter(structure=structure).update(
        created_at=Cast("received_on", models.DateTimeField()), updated_at=models.F("state_since")
    )
    Placement.objects.filter(structure=structure).update(created_at=Cast("considered_on", models.DateTimeField()))


def _point(rows: Iterable[models.Model], *names: str) -> None:
    """Rows were drawn before what they name was saved."""
    for row in rows:
        for name in names:
            setattr(row, name, getattr(row, name))


def _open_files(youth: Youth, setting: Setting, source: random.Random) -> None:
    """Who opened which file these last weeks; outside one’s own caseload, why."""
    accesses = []
    readers = [*setting.counsellors, *setting.managers]
    for _ in range(ACCESSES):
        person, reader = source.choice(youth.youngsters).person, source.choice(readers)
        own = reader in (person.counsellor, person.backup)
        accesses.append(
            FileAccess(
                structure=youth.structure,
                young_person=person,
                file_number=person.pk,
                user=reader,
                kind=AccessKind.READ,
                reason="" if own else source.choice(phrases.OPENING_REASONS),
                at=moment(max(setting.today - dt.timedelta(days=source.randint(1, 25)), person.entered_on), source),
            )
        )
    FileAccess.objects.bulk_create(accesses)
