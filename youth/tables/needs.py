"""The columns of the list of needs: of the young person, a first name and an initial, whoever reads."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from core import french
from core.lists import Column
from core.pagination import Order
from core.templatetags.components import avatar, phase, state
from core.trades import FAMILIES, family_of
from youth.cards import period_words, place_words
from youth.enums import OLD_AFTER, NeedState
from youth.queries.needs import with_person

LOOKS = {NeedState.OPEN: "", NeedState.PROPOSED: "half", NeedState.MET: "on", NeedState.ABANDONED: "asleep"}
_NONE = mark_safe('<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">non renseigné</span>')


# --- cells -------------------------------------------------------------------------------------
def _what(need: Any, listing: Any) -> SafeString:
    person = need.young_person.short_name
    return format_html(
        '<a class="who" href="{}">{}</a><br><span class="muted small">{}{}</span>',
        need.get_absolute_url(),
        capfirst(need.trade_label),
        person,
        f" · {need.get_kind_display()}" if need.kind else "",
    )


def _phase(need: Any, listing: Any) -> SafeString:
    return phase(need.phase)


def _age(need: Any, listing: Any) -> SafeString:
    days = need.age_on(listing.today)
    said = french.counted(days, "jour")
    if need.is_waiting and days > OLD_AFTER:
        return format_html('<span class="late tn text-nowrap">{}</span>', said)
    return format_html('<span class="tn text-nowrap">{}</span>', said)


def _state(need: Any, listing: Any) -> SafeString:
    return state(need.get_state_display(), look=LOOKS[need.state])


def _where(need: Any, listing: Any) -> SafeString:
    car = mark_safe('<br> <span class="muted small text-nowrap">sans voiture</span>') if need.without_car else ""
    return format_html("{}{}", place_words(need.city or need.postcode, need.radius_km), car)


def _when(need: Any, listing: Any) -> str:
    return period_words(need.starts_on, need.ends_on, today=listing.today, short=True)


def _counsellor(need: Any, listing: Any) -> SafeString:
    counsellor = need.young_person.counsellor
    return avatar(counsellor.full_name) if counsellor else _NONE


def _age_exported(need: Any) -> int:
    """As of the day of the export: a row does not know the list's own day."""
    return need.age_on(timezone.localdate())


def _plain(name: str, label: str, value: Callable[[Any], Any]) -> Column:
    def cell(need: Any, listing: Any) -> Any:
        return value(need) or _NONE

    return Column(name, label, cell, [(label, value)], shown=False)


COLUMNS = (
    Column(
        "trade",
        "Besoin",
        _what,
        [
            ("Métier", lambda need: need.trade_label),
            ("Code ROME", lambda need: need.occupation_id or ""),
            ("Jeune", lambda need: need.young_person.short_name),
            ("Genre de solution", lambda need: need.get_kind_display() if need.kind else ""),
        ],
        prepare=with_person,
        fixed=True,
        css="title",
    ),
    Column("phase", "Phase", _phase, [("Phase", lambda need: need.get_phase_display())]),
    # The oldest first is the order of a team that works from needs; its index holds it.
    Column("age", "Attend depuis", _age, [("Âge en jours", _age_exported)], order=Order(("opened_at", "id"))),
    Column("state", "État", _state, [("État", lambda need: need.get_state_display())]),
    Column(
        "where",
        "Où",
        _where,
        [
            ("Commune", lambda need: need.city),
            ("Code postal", lambda need: need.postcode),
            ("Rayon (km)", lambda need: need.radius_km or ""),
            ("Sans voiture", lambda need: "oui" if need.without_car else "non"),
        ],
        css="full",
    ),
    Column(
        "when",
        "Quand",
        _when,
        [("À partir du", lambda need: need.starts_on), ("Jusqu’au", lambda need: need.ends_on)],
    ),
    Column(
        "counsellor",
        "Conseiller",
        _counsellor,
        [
            (
                "Conseiller",
                lambda need: need.young_person.counsellor.full_name if need.young_person.counsellor else "",
            )
        ],
        css="wide-only",
    ),
    _plain("family", "Famille de métiers", lambda need: FAMILIES.get(family_of(need.occupation_id or ""), "")),
    _plain("opened", "Noté le", lambda need: french.short_date(need.opened_at)),
    _plain("proposed", "Première proposition", lambda need: french.short_date(need.proposed_at)),
    _plain("closed", "Clos le", lambda need: french.short_date(need.closed_at)),
    _plain("reason", "Raison d’abandon", lambda need: need.get_abandon_reason_display()),
)
