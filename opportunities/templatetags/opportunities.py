"""How an opportunity is drawn in one line: its places, its months; and the balance of the four phases.

`{% load opportunities %}`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core import french
from core.addresses import url_of_row
from opportunities.enums import OpportunityState
from opportunities.queries import PhaseShare, balance_of_phases
from opportunities.seasons import months_in_words, open_months

register = template.Library()

# More dots than that are no longer counted at a glance.
MOST_DOTS = 6
STATE_LOOKS = {
    OpportunityState.DRAFT: "",
    OpportunityState.TO_QUALIFY: "half",
    OpportunityState.OPEN: "on",
    OpportunityState.FILLED: "amb",
    OpportunityState.CLOSED: "asleep",
    OpportunityState.REFUSED: "asleep",
    OpportunityState.WITHDRAWN: "asleep",
}


def _marks(filled: Iterable[bool]) -> SafeString:
    return mark_safe("".join('<i class="f"></i>' if mark else "<i></i>" for mark in filled))


@lru_cache(maxsize=512)
def _places(taken: int, places: int) -> SafeString:
    said = f"{french.counted(taken, 'place prise', 'places prises')} sur {french.number(places)}"
    dots = _marks(place < taken for place in range(places))
    few = places <= MOST_DOTS
    drawn = format_html('<span class="places" aria-hidden="true">{}</span>', dots) if few else ""
    return format_html(
        '<span class="places-said" title="{}">{}<span class="tn" aria-hidden="true">{}/{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        said,
        drawn,
        taken,
        places,
        said,
    )


@register.simple_tag
def places(opportunity: Any) -> SafeString:
    """`{% places opportunity %}`: a dot a place, filled when taken, and « 2/3 »."""
    return _places(opportunity.taken, opportunity.places)


@lru_cache(maxsize=512)
def draw_months(months: frozenset[int]) -> SafeString:
    """Nothing when no period is said: twelve empty boxes would read as never."""
    if not months:
        return SafeString("")
    said = months_in_words(months)
    bars = _marks(month in months for month in range(1, 13))
    return format_html('<span class="months" role="img" aria-label="{}" title="{}">{}</span>', said, said, bars)


def months_of(opportunity: Any) -> frozenset[int]:
    return open_months(
        months=opportunity.months,
        starts_on=opportunity.starts_on,
        ends_on=opportunity.ends_on,
        frequency=opportunity.frequency,
    )


@register.simple_tag
def months(opportunity: Any) -> SafeString:
    """`{% months opportunity %}`: the strip of twelve, those in which it is there filled in."""
    return draw_months(months_of(opportunity))


@register.filter
def state_look(value: str) -> str:
    """The look of `{% state %}` for a state of an opportunity."""
    return STATE_LOOKS[OpportunityState(value)]


@register.filter
def month_names(value: Iterable[int]) -> str:
    return months_in_words(value)


# Stand in the menu drawn once, in place of what each card has of its own; neither is changed by escaping.
_URL, _TITLE = "--card-url--", "--card-title--"


@lru_cache(maxsize=16)
def _menu_of(state: str, moves: tuple[tuple[tuple[str, Any], ...], ...]) -> str:
    values = {"moves": [dict(move) for move in moves], "move_url": _URL, "title": _TITLE}
    return render_to_string("opportunities/partials/opportunity_card_menu.html", values)


@register.simple_tag
def card_menu(card: Any) -> SafeString:
    """`{% card_menu card %}`: what it may become. Cards of one state share a menu, drawn once: the board has dozens."""
    drawn = _menu_of(card.state, tuple(tuple(move.items()) for move in card.gestures))
    url = url_of_row("opportunities:opportunity_move", card.pk)
    # The title last: whatever it says is not read again.
    return mark_safe(drawn.replace(_URL, url).replace(_TITLE, conditional_escape(card.title)))


@register.inclusion_tag("opportunities/partials/phase_balance.html", takes_context=True)
def phase_balance(context: Context) -> dict[str, Any]:
    """`{% phase_balance %}`: the open opportunities of the four phases beside each other, as wide as they are many."""
    return {"balance": _balance(context["request"])}


@register.inclusion_tag("opportunities/partials/phase_counts.html", takes_context=True)
def phase_counts(context: Context) -> dict[str, Any]:
    """`{% phase_counts %}`: the same in a corner of any page, a shape and a figure a phase."""
    return {"balance": _balance(context["request"])}


def _balance(request: Any) -> list[PhaseShare]:
    """Read once a request, however often a page shows it."""
    if not hasattr(request, "phase_shares"):
        request.phase_shares = balance_of_phases(
            user=request.user, structure=request.structure, today=timezone.localdate()
        )
    return request.phase_shares
