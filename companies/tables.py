"""The columns of the list of companies: what a cell shows, what an export writes."""

import textwrap
from collections.abc import Callable
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from companies.enums import NextActionState, RelationState, Sector
from companies.models import Contact, NextAction, Tag
from core import french
from core.lists import Column
from core.models import Activity, Nomenclature
from core.pagination import Order
from core.templatetags.components import avatar, state, tag_label
from core.templatetags.french import ago_tag

STATE_LOOKS = {
    RelationState.PROSPECT: "",
    RelationState.IN_RELATION: "half",
    RelationState.PARTNER: "on",
    RelationState.AMBASSADOR: "amb",
    RelationState.WATCH: "asleep",
}
_SECTORS = {key: label.split(" (")[0] for key, label in Sector.choices}
# Longer, a NAF label takes the second line of the row for itself.
ACTIVITY_LENGTH = 38
_NONE = mark_safe('<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">non renseigné</span>')


# --- what the cells need of the query ------------------------------------------------------------
def with_activity(companies: QuerySet) -> QuerySet:
    label = Activity.objects.filter(nomenclature=Nomenclature.NAF_REV2, code=OuterRef("naf_code"))
    return companies.annotate(activity_label=Subquery(label.values("label")[:1]))


def with_next_action(companies: QuerySet) -> QuerySet:
    """`next_title`: of the first thing to be done."""
    actions = NextAction.objects.filter(company=OuterRef("pk"), state=NextActionState.OPEN)
    first = actions.order_by("due_on", F("due_time").asc(nulls_last=True), "pk")
    return companies.annotate(next_title=Subquery(first.values("title")[:1]))


def with_adviser(companies: QuerySet) -> QuerySet:
    return companies.select_related("adviser")


def with_tags(companies: QuerySet) -> QuerySet:
    return companies.prefetch_related(Prefetch("tags", Tag.objects.order_by("name", "pk")))


def with_main_contact(companies: QuerySet) -> QuerySet:
    """`main_name`, `main_phone`, `main_email`: of the main contact, else of the first."""
    people = Contact.objects.filter(company=OuterRef("pk"), deleted_at=None, left_on=None)
    people = people.order_by("-is_main", "last_name", "first_name", "pk")
    return companies.annotate(
        main_name=Subquery(people.values_list(Concat("first_name", Value(" "), "last_name"))[:1]),
        main_phone=Subquery(people.values("phone")[:1]),
        main_mobile=Subquery(people.values("mobile")[:1]),
        main_email=Subquery(people.values("email")[:1]),
    )


# --- cells -------------------------------------------------------------------------------------
def activity_of(company: Any) -> str:
    """The shortest way to say what it does: its NAF label, else its sector."""
    return company.activity_label or _SECTORS.get(company.sector, "")


def short_activity(label: str) -> str:
    """A NAF label in one line: what is in brackets goes, then the end at a word."""
    short = label.partition(" (")[0]
    return (
        short
        if len(short) <= ACTIVITY_LENGTH
        else textwrap.shorten(short, ACTIVITY_LENGTH - 1, placeholder="").rstrip(",") + "…"
    )


def _name(company: Any, listing: Any) -> SafeString:
    facts = [short_activity(activity_of(company)), company.city, company.get_workforce_band_display()]
    second = format_html_join(" · ", '<span class="whole">{}</span>', ((fact,) for fact in facts if fact))
    return format_html(
        '<a class="who" href="{}">{}</a><br><span class="muted small">{}</span>',
        company.get_absolute_url(),
        company.name,
        second,
    )


def _state(company: Any, listing: Any) -> SafeString:
    return state(company.get_relation_state_display(), look=STATE_LOOKS[company.relation_state])


def _last(company: Any, listing: Any) -> SafeString:
    return format_html('<span class="muted">{}</span>', ago_tag(company.last_interaction_on))


def _next(company: Any, listing: Any) -> SafeString:
    due = company.next_action_on
    if due is None:
        return tag_label("aucune prévue")
    late = due < listing.today
    when = french.ago(due) if abs((due - listing.today).days) < 2 else french.short_date(due, today=listing.today)
    said = f"{company.next_title or 'À faire'}, {when}"
    if late:
        return format_html('<span class="late">{}<span class="visually-hidden"> (en retard)</span></span>', said)
    return format_html("{}", said)


def _adviser(company: Any, listing: Any) -> SafeString:
    return avatar(company.adviser.full_name) if company.adviser else _NONE


def _tags(company: Any, listing: Any) -> SafeString:
    return format_html_join(" ", "{}", ((tag_label(tag.name),) for tag in company.tags.all())) or _NONE


def _phone(company: Any, listing: Any) -> SafeString:
    if not company.phone:
        return _NONE
    return format_html('<a href="tel:{}" class="text-nowrap">{}</a>', company.phone, french.phone(company.phone))


def _email(company: Any, listing: Any) -> SafeString:
    return format_html('<a href="mailto:{}">{}</a>', company.email, company.email) if company.email else _NONE


def _contact(company: Any, listing: Any) -> SafeString:
    phone = company.main_mobile or company.main_phone
    name = (company.main_name or "").strip()
    if not name and not phone:
        return _NONE
    return format_html('{}<br><span class="muted small text-nowrap">{}</span>', name, french.phone(phone))


def _text(value: Callable[[Any], Any]) -> Callable[[Any, Any], SafeString]:
    def cell(company: Any, listing: Any) -> SafeString:
        shown = value(company)
        return format_html("{}", shown) if shown else _NONE

    return cell


def _field(name: str) -> Callable[[Any], Any]:
    return lambda company: getattr(company, name)


def _label(name: str) -> Callable[[Any], str]:
    return lambda company: getattr(company, f"get_{name}_display")()


def _plain(name: str, label: str, value: Callable[[Any], Any], order: Order | None = None, **options: Any) -> Column:
    """A column that shows what it exports; quiet, and chosen rather than given."""
    return Column(name, label, _text(value), [(label, value)], order=order, shown=False, css="wide-only", **options)


COLUMNS = (
    Column(
        "name",
        "Entreprise",
        _name,
        [
            ("Entreprise", _field("name")),
            ("Activité", activity_of),
            ("Commune", _field("city")),
            ("Effectif", _label("workforce_band")),
        ],
        order=Order(("name_key", "id")),
        prepare=with_activity,
        fixed=True,
        css="title",
    ),
    Column(
        "state",
        "État",
        _state,
        [("État de la relation", _label("relation_state"))],
        order=Order(("relation_state", "name_key", "id")),
    ),
    Column(
        "last",
        "Dernier échange",
        _last,
        [("Dernier échange", _field("last_interaction_on"))],
        order=Order(("last_interaction_on", "id"), nullable=True),
    ),
    Column(
        "next",
        "Prochaine action",
        _next,
        [("Prochaine action", lambda company: company.next_title or ""), ("Pour le", _field("next_action_on"))],
        order=Order(("next_action_on", "id"), nullable=True),
        prepare=with_next_action,
        css="full",
    ),
    Column(
        "adviser",
        "Suivie par",
        _adviser,
        [("Suivie par", lambda company: company.adviser.full_name if company.adviser else "")],
        order=Order(("adviser_id", "name_key", "id"), nullable=True),
        prepare=with_adviser,
        css="wide-only",
    ),
    Column(
        "contact",
        "Contact",
        _contact,
        [
            ("Contact", lambda company: (company.main_name or "").strip()),
            ("Téléphone du contact", lambda company: french.phone(company.main_mobile or company.main_phone)),
            ("E-mail du contact", lambda company: company.main_email or ""),
        ],
        prepare=with_main_contact,
        shown=False,
        css="full",
    ),
    Column(
        "phone",
        "Téléphone",
        _phone,
        [("Téléphone", lambda company: french.phone(company.phone))],
        shown=False,
    ),
    Column("email", "E-mail", _email, [("E-mail", _field("email"))], shown=False),
    _plain("city", "Commune", _field("city"), Order(("city_key", "name_key", "id"))),
    _plain("postcode", "Code postal", _field("postcode")),
    _plain("sector", "Secteur", lambda company: _SECTORS.get(company.sector, ""), Order(("sector", "name_key", "id"))),
    _plain("type", "Type", _label("company_type")),
    _plain("siret", "SIRET", _field("siret")),
    _plain("naf", "Code NAF", _field("naf_code")),
    Column(
        "tags",
        "Étiquettes",
        _tags,
        [("Étiquettes", lambda company: ", ".join(tag.name for tag in company.tags.all()))],
        prepare=with_tags,
        shown=False,
        css="full",
    ),
    _plain("watch_reason", "Motif de la veille", _field("watch_reason")),
    _plain("network", "Réseau", _label("network_kind")),
    _plain("pilot", "Groupe pilote", lambda company: "oui" if company.is_pilot else "non"),
    _plain("origin", "Origine", _label("origin_network")),
    _plain("address", "Adresse", _field("address")),
    _plain("website", "Site", _field("website")),
)
