"""The columns of the list of opportunities: what a cell shows, what an export writes."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from companies.models import Company
from core import french
from core.lists import Column
from core.models import Occupation
from core.pagination import Order
from core.templatetags.components import avatar, phase, state
from opportunities.seasons import months_in_words
from opportunities.templatetags.opportunities import STATE_LOOKS, months, months_of, places

_NONE = mark_safe('<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">non renseigné</span>')


# --- what the cells need of the query ------------------------------------------------------------
# A company is named, and somebody too: the rest of their rows, some eighty columns, is not even read.
_OF_COMPANY, _OF_PERSON = {"id", "structure", "trade_name", "legal_name"}, {"id", "first_name", "last_name"}
_UNREAD_OF_COMPANY = [
    f"company__{field.name}" for field in Company._meta.concrete_fields if field.name not in _OF_COMPANY
]
_UNREAD_OF_PERSON = [
    f"managed_by__{field.name}" for field in User._meta.concrete_fields if field.name not in _OF_PERSON
]


def with_company(opportunities: QuerySet) -> QuerySet:
    return opportunities.select_related("company").defer(*_UNREAD_OF_COMPANY)


def with_people(opportunities: QuerySet) -> QuerySet:
    return opportunities.select_related("managed_by").defer(*_UNREAD_OF_PERSON)


def with_receiver(opportunities: QuerySet) -> QuerySet:
    return opportunities.select_related("received_by")


def with_contact(opportunities: QuerySet) -> QuerySet:
    return opportunities.select_related("contact")


def with_trades(opportunities: QuerySet) -> QuerySet:
    return opportunities.prefetch_related(Prefetch("occupations", Occupation.objects.order_by("label", "pk")))


# --- cells -------------------------------------------------------------------------------------
def _title(row: Any, listing: Any) -> SafeString:
    facts = " · ".join(filter(None, [str(row.company), row.city]))
    return format_html(
        '<a class="who" href="{}">{}</a><br><span class="muted small">{}</span>',
        row.get_absolute_url(),
        row.title,
        facts,
    )


def _phase(row: Any, listing: Any) -> SafeString:
    return format_html(
        '{}<br> <span class="muted small whole">{}</span>', phase(row.phase), row.get_kind_display().split(" (")[0]
    )


def _state(row: Any, listing: Any) -> SafeString:
    return state(row.get_state_display(), look=STATE_LOOKS[row.state])


def _answer(row: Any, listing: Any) -> SafeString | str:
    if not row.answer_by:
        return _NONE
    late = row.is_live and row.answer_by <= listing.today
    said = french.short_date(row.answer_by, today=listing.today)
    return format_html('<span class="{}">{}</span>', "late" if late else "", said)


def _manager(row: Any, listing: Any) -> SafeString:
    return avatar(row.managed_by.full_name) if row.managed_by else _NONE


def _yes(value: Any) -> str:
    return "oui" if value else "non"


def _text(value: Callable[[Any], Any]) -> Callable[[Any, Any], SafeString | str]:
    return lambda row, listing: value(row) or _NONE


def _field(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _label(name: str) -> Callable[[Any], str]:
    return lambda row: getattr(row, f"get_{name}_display")()


def _trades(row: Any) -> str:
    return ", ".join(str(trade) for trade in row.occupations.all())


def _plain(name: str, label: str, value: Callable[[Any], Any], **options: Any) -> Column:
    """A column that shows what it exports; chosen rather than given."""
    return Column(name, label, _text(value), [(label, value)], shown=False, css="wide-only", **options)


COLUMNS = (
    Column(
        "title",
        "Opportunité",
        _title,
        [
            ("Opportunité", _field("title")),
            ("Entreprise", lambda row: str(row.company)),
            ("Commune", _field("city")),
        ],
        order=Order(("title_key", "id")),
        prepare=with_company,
        fixed=True,
        css="title",
    ),
    Column(
        "phase",
        "Phase et genre",
        _phase,
        [("Phase", _label("phase")), ("Genre", _label("kind"))],
        order=Order(("phase", "state", "title_key", "id")),
    ),
    Column("state", "État", _state, [("État", _label("state"))], order=Order(("state", "title_key", "id"))),
    Column(
        "places",
        "Places",
        lambda row, listing: places(row),
        [
            ("Places", _field("places")),
            ("Places prises", _field("taken")),
            ("Places libres", _field("free_places")),
        ],
    ),
    Column(
        "months",
        "Mois",
        lambda row, listing: months(row),
        [
            ("Mois", lambda row: months_in_words(months_of(row))),
            ("Du", _field("starts_on")),
            ("Au", _field("ends_on")),
        ],
        css="wide-only",
    ),
    Column(
        "answer",
        "Répondre avant",
        _answer,
        [("Répondre avant le", _field("answer_by"))],
        order=Order(("answer_by", "id"), nullable=True),
        css="wide-only",
    ),
    Column(
        "manager",
        "Gérée par",
        _manager,
        [("Gérée par", lambda row: row.managed_by.full_name if row.managed_by else "")],
        prepare=with_people,
        css="wide-only",
    ),
    _plain("trades", "Métiers", _trades, prepare=with_trades),
    _plain("received", "Reçue le", _field("received_on"), order=Order(("received_on", "id"))),
    _plain("origin", "Origine", _label("origin")),
    _plain("frequency", "Fréquence", _label("frequency")),
    _plain("contact", "Contact", lambda row: row.contact.full_name if row.contact else "", prepare=with_contact),
    _plain("schedule", "Horaires", _field("schedule")),
    _plain("conditions", "Conditions", _field("conditions")),
    _plain("criteria", "Critères", _field("criteria")),
    _plain("initial_criteria", "Critères d’origine", _field("initial_criteria")),
    _plain("negotiable", "Ce qui se négocie", _field("negotiable")),
    _plain("without_car", "Sans voiture", lambda row: _yes(row.without_car)),
    _plain("open_to_all", "Femmes et hommes", lambda row: _yes(row.is_open_to_all)),
    _plain(
        "receiver",
        "Reçue par",
        lambda row: row.received_by.full_name if row.received_by else "",
        prepare=with_receiver,
    ),
    _plain(
        "reason",
        "Raison",
        lambda row: row.get_refusal_reason_display() or row.get_withdrawal_reason_display(),
    ),
    _plain("reason_note", "Précision", _field("reason_note")),
)
