"""The columns of the list of young people. What is delicate (RQTH, QPV, genre, freins) has no column and no export."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import french
from core.lists import Column
from core.pagination import Order
from core.templatetags.components import avatar, phase, tag_label
from core.templatetags.french import ago_tag
from youth.models import Need

_NONE = mark_safe('<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">non renseigné</span>')
_IN_THE_FILE = mark_safe('<span class="muted">dans le dossier</span>')


def with_needs(people: QuerySet) -> QuerySet:
    """`need_count`, `need_since`: of the needs that wait."""
    waiting = Need.objects.filter(young_person=OuterRef("pk")).waiting().order_by().values("young_person")
    return people.annotate(
        need_count=Subquery(waiting.annotate(found=Count("pk")).values("found")),
        need_since=Subquery(waiting.annotate(first=Min("opened_at")).values("first")),
    )


def with_counsellor(people: QuerySet) -> QuerySet:
    return people.select_related("counsellor")


def with_backup(people: QuerySet) -> QuerySet:
    return people.select_related("backup")


# --- cells -------------------------------------------------------------------------------------
def _name(person: Any, listing: Any) -> SafeString:
    facts = " · ".join(filter(None, [f"{person.age_on(listing.today)}\u00a0ans", person.city]))
    return format_html(
        '<a class="who" href="{}">{} {}</a><br><span class="muted small">{}</span>',
        person.get_absolute_url(),
        person.last_name,
        person.first_name,
        facts,
    )


def _phase(person: Any, listing: Any) -> SafeString:
    return phase(person.phase)


def _step(person: Any, listing: Any) -> SafeString:
    said = person.get_step_display()
    if person.outcome:
        said = f"{said}\u00a0: {person.get_outcome_display()}"
    return format_html(
        '<span class="text-nowrap">{}</span><br> <span class="muted small">{}</span>',
        said,
        french.since(person.step_since),
    )


def _needs(person: Any, listing: Any) -> SafeString | str:
    if person.has_left:
        return _NONE
    if not person.need_count:
        return tag_label("aucun besoin")
    days = (listing.today - timezone.localdate(person.need_since)).days
    return format_html(
        '{} <span class="muted small">{}</span>',
        french.counted(person.need_count, "besoin"),
        f"depuis {french.span_of_days(days)}" if days > 0 else "d’aujourd’hui",
    )


def _last(person: Any, listing: Any) -> SafeString:
    return format_html('<span class="muted">{}</span>', ago_tag(person.last_contact_on))


def _counsellor(person: Any, listing: Any) -> SafeString:
    return avatar(person.counsellor.full_name) if person.counsellor else tag_label("personne", look="hot")


def _keep(person: Any, listing: Any) -> SafeString:
    said = french.short_date(person.keep_until, today=listing.today)
    late = person.keep_until < listing.today
    return format_html('<span class="late">{}</span>', said) if late else format_html("{}", said)


def _field(name: str) -> Callable[[Any], Any]:
    return lambda person: getattr(person, name)


def _label(name: str) -> Callable[[Any], str]:
    return lambda person: getattr(person, f"get_{name}_display")()


def _plain(name: str, label: str, value: Callable[[Any], Any], **options: Any) -> Column:
    """A column that shows what it exports; chosen rather than given."""

    def cell(person: Any, listing: Any) -> SafeString:
        shown = value(person)
        return format_html("{}", shown) if shown else _NONE

    return Column(name, label, cell, [(label, value)], **{"shown": False, "css": "wide-only", **options})


def _reach(name: str, label: str, value: Callable[[Any], Any]) -> Column:
    """A way to reach the person, of her own young people: of others it is in the file, whose opening is counted."""

    def cell(person: Any, listing: Any) -> SafeString:
        if listing.user.pk not in (person.counsellor_id, person.backup_id):
            return _IN_THE_FILE
        return format_html("{}", value(person) or _NONE)

    return Column(name, label, cell, [(label, value)], shown=False, css="wide-only")


COLUMNS = (
    Column(
        "name",
        "Jeune",
        _name,
        [
            ("Nom", _field("last_name")),
            ("Prénom", _field("first_name")),
            ("Date de naissance", _field("birth_date")),
            ("Commune", _field("city")),
        ],
        order=Order(("name_key", "id")),
        fixed=True,
        css="title",
    ),
    Column("phase", "Phase", _phase, [("Phase", _label("phase")), ("Dans la phase depuis le", _field("phase_since"))]),
    Column(
        "step",
        "Étape",
        _step,
        [("Étape", _label("step")), ("À l’étape depuis le", _field("step_since")), ("Issue", _label("outcome"))],
        order=Order(("step", "name_key", "id")),
    ),
    Column(
        "needs",
        "Besoins en attente",
        _needs,
        [("Besoins en attente", lambda person: person.need_count or 0)],
        prepare=with_needs,
        css="full",
    ),
    Column("last", "Dernier contact", _last, [("Dernier contact", _field("last_contact_on"))], css="wide-only"),
    Column(
        "counsellor",
        "Suivi",
        _counsellor,
        [("Conseiller référent", lambda person: person.counsellor.full_name if person.counsellor else "")],
        order=Order(("counsellor_id", "name_key", "id"), nullable=True),
        prepare=with_counsellor,
        css="wide-only",
    ),
    _plain("backup", "Relais", lambda person: person.backup.full_name if person.backup else "", prepare=with_backup),
    _plain("programme", "Dispositif", _label("programme")),
    _plain("level", "Niveau", _label("training_level")),
    _plain("postcode", "Code postal", _field("postcode")),
    _reach("imilo", "Numéro i-Milo", _field("imilo_number")),
    _reach("phone", "Téléphone", lambda person: french.phone(person.phone)),
    _reach("email", "E-mail", _field("email")),
    Column(
        "entered",
        "Entrée",
        lambda person, listing: french.short_date(person.entered_on),
        [("Entrée", _field("entered_on"))],
        shown=False,
        css="wide-only",
    ),
    Column("keep", "À conserver jusqu’au", _keep, [("À conserver jusqu’au", _field("keep_until"))], shown=False),
)
