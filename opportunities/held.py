"""What this app holds of a young person (given to her, erased with her file), what goes on with her or a company."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Replace, StrIndex, Substr

from companies.models import NextAction
from core.activity import shown_value
from core.columns import field_label
from core.french import counted
from core.holdings import Holding
from core.models import ActivityEntry
from opportunities.actions import move_placement
from opportunities.actions.errors import PlacementError
from opportunities.actions.prospecting import solicitation_title
from opportunities.enums import LIVE_PLACEMENTS, BreakCause, Party, PlacementRefusalReason, PlacementState
from opportunities.models import Immersion, Opportunity, Placement, PlacementMove, ProfileLink, Solicitation
from youth.held_elsewhere import Becomes
from youth.queries.names import names_of

_SHOWN = (
    "state",
    "considered_on",
    "refused_by",
    "refusal_reason",
    "broken_by",
    "break_cause",
    "outcome_note",
    "preparation_youth",
    "preparation_company",
)
SOMEBODY = "Un jeune"
# After her name, in every title that tells one of her placements.
BETWEEN = " · "
KEPT, ENDED, REFUSED, BROKEN = "kept", "ended", "refused", "broken"
_PARTIES = {
    Party.YOUNG_PERSON: "du ou de la jeune",
    Party.COMPANY: "de l’entreprise",
    Party.US: "de notre part",
    Party.BOTH: "d’un commun accord",
}


def placements_held(young_person: Any) -> tuple[str, list[dict[str, str]]]:
    """(title, rows of {label: shown value}): where she was put forward, and how it ended."""
    rows = Placement.objects.filter(young_person=young_person).select_related("opportunity__company").order_by("pk")
    told = []
    for placement in rows:
        held = {name: shown_value(placement, name) for name in _SHOWN}
        said = {field_label(Placement, name): value for name, value in held.items() if value}
        told.append(
            {"opportunité": str(placement.opportunity), "entreprise": placement.opportunity.company.name, **said}
        )
    return "Positionnements", told


def erase_placements(young_person: Any) -> None:
    """The texts about her, the links to her profile, and her name in the companies' timelines; the counts stay."""
    placements = Placement.objects.filter(young_person=young_person)
    pks = list(placements.values_list("pk", flat=True))
    PlacementMove.objects.filter(placement__in=pks).update(note="")
    Immersion.objects.filter(placement__in=pks).update(activities="", schedule="", convention_number="")
    ProfileLink.objects.filter(placement__in=pks).delete()
    placements.update(outcome_note="", preparation_youth="", preparation_company="")
    lines = ActivityEntry.objects.filter(
        source_type=ContentType.objects.get_for_model(Placement), source_id__in=pks, structure=young_person.structure_id
    )
    # « Maël R. · Aide-couvreur : proposé »: what stands before is her name of that day, whatever it became since.
    after = Substr(F("title"), StrIndex(F("title"), Value(BETWEEN)))
    lines.filter(title__contains=BETWEEN).update(title=Concat(Value(SOMEBODY), after))
    lines.update(body="", changes={})
    companies = list(placements.order_by().values_list("opportunity__company_id", flat=True).distinct())
    _unname_actions(young_person, companies)


def _unname_actions(young_person: Any, companies: list[int]) -> None:
    """What is to be asked of companies speaks of a phase and a family of trades, and of nobody."""
    rows = Solicitation.objects.filter(need__young_person=young_person).select_related("next_action")
    for row in rows.order_by("pk"):
        action, title = row.next_action, solicitation_title(phase=row.phase, family=row.family)
        _rewrite(action, title)
    named = Q()
    names = names_of(young_person)
    for name in names:
        named |= Q(title__contains=name)
    if not names:
        return
    for action in NextAction.objects.filter(named, company__in=companies).order_by("pk"):
        title = action.title
        for name in names:
            title = title.replace(name, SOMEBODY)
        _rewrite(action, title)


def _rewrite(action: NextAction, title: str) -> None:
    """The action, and the lines that repeat what it said."""
    told = ActivityEntry.objects.filter(
        source_type=ContentType.objects.get_for_model(NextAction),
        source_id=action.pk,
        structure=action.structure_id,
    )
    told.update(title=Replace(F("title"), Value(action.title), Value(title)), changes={})
    NextAction.objects.filter(pk=action.pk).update(title=title)


# --- what goes on at a company ----------------------------------------------------------------------
def going_on_at(company: Any) -> list[Holding]:
    """Its live placements, which must end before it goes to the bin, and its live opportunities, hidden with it.

    The opportunities are locked: nobody is put forward there until the gesture is done.
    """
    rows = Opportunity.objects.kept().filter(company=company).select_for_update(of=("self",)).order_by("pk")
    opportunities = list(rows)
    placements = (
        Placement.objects.live()
        .filter(opportunity__in=[row.pk for row in opportunities], young_person__deleted_at=None)
        .select_related("young_person", "opportunity")
        .order_by("pk")
    )
    held = [
        Holding(
            key=f"placement-{placement.pk}",
            label=f"{placement.young_person.short_name} · {placement.opportunity}",
            detail=placement.get_state_display(),
            url=placement.get_absolute_url(),
            must_end=True,
        )
        for placement in placements
    ]
    return held + [_opportunity_held(row) for row in opportunities if row.is_live]


def _opportunity_held(row: Opportunity) -> Holding:
    places = counted(row.free_places, "place libre", "places libres")
    return Holding(
        key=f"opportunity-{row.pk}",
        label=str(row),
        detail=f"{row.get_state_display()} · {places}",
        url=row.get_absolute_url(),
    )


# --- what goes on for a young person ----------------------------------------------------------------
def going_on_for(young_person: Any) -> list[Holding]:
    """Her live placements, with what may become of each when she leaves."""
    rows = Placement.objects.live().filter(young_person=young_person, opportunity__company__deleted_at=None)
    return [_placement_held(row) for row in rows.select_related("opportunity__company").order_by("pk")]


def _placement_held(placement: Placement) -> Holding:
    began = placement.state == PlacementState.STARTED
    ways = []
    if began:
        ways += [(KEPT, "Continue sur place"), (ENDED, "A terminé ce jour-là")]
    elif placement.state == PlacementState.ACCEPTED:
        ways.append((KEPT, "Maintenu\u00a0: le début est à venir"))
    how, said = (BROKEN, "Rupture") if began else (REFUSED, "Ne se fera pas, refus")
    bad = [(f"{how}-{party}", f"{said} {words}") for party, words in _PARTIES.items() if began or party != Party.BOTH]
    reasons = BreakCause.choices if began else PlacementRefusalReason.choices
    return Holding(
        key=f"placement-{placement.pk}",
        label=f"{placement.opportunity} · {placement.opportunity.company}",
        detail=placement.get_state_display(),
        url=placement.get_absolute_url(),
        must_end=True,
        ways=[*ways, *bad],
        reasons=reasons,
        asking=frozenset(value for value, _ in bad),
    )


def settle_placements(*, young_person: Any, becomes: Becomes, on: dt.date, by: Any, now: dt.datetime) -> None:
    """What becomes of each of her live placements when she leaves, by the one door that moves them.

    Every opportunity concerned is locked first, in pk order. Raises `PlacementError` for an answer made up, and all
    that `move_placement` raises.
    """
    live = Placement.objects.filter(young_person=young_person, state__in=LIVE_PLACEMENTS).order_by("pk")
    asked = [row for row in live if f"placement-{row.pk}" in becomes]
    opportunities = Opportunity.objects.filter(pk__in=[row.opportunity_id for row in asked]).order_by("pk")
    list(opportunities.select_for_update(of=("self",)).values_list("pk"))
    for placement in asked:
        way, reason = becomes[f"placement-{placement.pk}"]
        if way not in {value for value, _ in _placement_held(placement).ways}:
            raise PlacementError("Dites ce que devient chaque positionnement.")
        _settle(placement, way, reason, on=on, by=by, now=now)


def _settle(placement: Placement, way: str, reason: str, *, on: dt.date, by: Any, now: dt.datetime) -> None:
    if way == KEPT:
        return
    how, _, party = way.partition("-")
    to = {ENDED: PlacementState.ENDED, REFUSED: PlacementState.REFUSED, BROKEN: PlacementState.BROKEN}[how]
    values: dict[str, Any] = {"on": on}
    if to == PlacementState.REFUSED:
        values |= {"refused_by": party, "refusal_reason": reason}
    elif to == PlacementState.BROKEN:
        values |= {"broken_by": party, "break_cause": reason}
    move_placement(placement=placement, to=to, values=values, by=by, now=now)
