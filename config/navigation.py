"""The frame around every page, for one request: navigation by task, addresses, the person.

An entry whose address does not exist is left out. Counts are asked only when the page is drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.permissions import can_approve_members, can_edit_structure, can_manage_members, can_view_group
from campaigns.models import Recipient
from campaigns.permissions import can_view_campaign, can_view_letter
from companies.permissions import (
    can_edit_company,
    can_import_companies,
    can_merge_companies,
    can_record_interaction,
)
from core.addresses import url_if_any
from core.lists import capped_counts
from core.navigation import Frame, NavItem, StructureChoice
from dashboards.queries import MOST_COUNTED, late_actions
from opportunities.permissions import can_edit_opportunity, can_view_opportunity
from youth.permissions import (
    can_edit_file,
    can_import_youth,
    can_log_need,
    can_view_accesses,
    can_view_file,
    can_view_need,
)
from youth.queries.needs import own_open_needs

NOTE_EXCHANGE, NOTE_NEED = "Noter un échange", "Noter un besoin"
THEMES = ("auto", "light", "dark")


def navigation(request: HttpRequest) -> list[NavItem]:
    """The tasks open to this person, in the order of a day."""
    items = [
        _entry(
            request,
            "Ma journée",
            "dashboards:day",
            "sun",
            exact=True,
            phone="left",
            count=_figure(request, "late"),
            hot=True,
        ),
        _entry(
            request,
            "Entreprises",
            "companies:company_list",
            "building-2",
            phone="" if begins_with_youth(request.user) else "left",
            only=works_in_a_structure,
            children=_companies(request),
        ),
        _youth(request),
        _entry(
            request,
            "Opportunités",
            "opportunities:opportunity_board",
            "handshake",
            phone="right",
            only=can_view_opportunity,
            children=_opportunities(request),
        ),
        _entry(
            request,
            "Campagnes",
            "campaigns:campaign_list",
            "mail",
            only=can_view_campaign,
            children=_campaigns(request),
        ),
        _entry(
            request,
            "Structure",
            "accounts:structure_edit",
            "landmark",
            only=can_edit_structure,
            children=_set_up(request),
        ),
        _entry(request, "Groupe", "accounts:group_detail", "network", only=can_view_group),
    ]
    return [item for item in items if item]


def _figures(request: HttpRequest) -> dict[str, int]:
    """What waits for the person, up to `MOST_COUNTED` of each: one query a page, however often it shows a figure."""
    if not hasattr(request, "nav_figures"):
        user, structure, today = request.user, request.structure, timezone.localdate()
        asked = {"late": late_actions(user=user, structure=structure, today=today)}
        if user.access.has_role(None, Role.COUNSELLOR):
            asked["needs"] = own_open_needs(user=user, structure=structure)
        if can_view_campaign(user):
            asked["calls"] = Recipient.objects.visible_to(user).in_structure(structure).to_call_on(today)
        counts = capped_counts(*asked.values(), caps=[MOST_COUNTED] * len(asked))
        request.nav_figures = dict(zip(asked, (count.shown for count in counts), strict=True))
    return request.nav_figures


def _figure(request: HttpRequest, name: str) -> Callable[[], int]:
    return lambda: _figures(request).get(name, 0)


def _companies(request: HttpRequest) -> list[NavItem]:
    children = [
        _entry(request, "Imports", "companies:import_list", "upload", only=can_import_companies),
        _entry(request, "Doublons", "companies:duplicate_list", "copy", only=can_merge_companies),
        _entry(request, "Corbeille", "companies:bin_list", "trash-2", only=can_edit_company),
    ]
    return [item for item in children if item]


def _youth(request: HttpRequest) -> NavItem | None:
    """Files for whoever follows young people; for whoever works with companies, what is waited for."""
    name = "youth:young_person_list" if can_view_file(request.user) else "youth:need_list"
    children = [
        _entry(request, "Besoins", "youth:need_list", "target", only=can_view_file),
        _entry(request, "Sans solution", "youth:need_unsolved", "circle-dashed", only=can_view_need),
        _entry(request, "Imports", "youth:import_list", "upload", only=can_import_youth),
        _entry(request, "Comptes à approuver", "accounts:approval_list", "user-round-check", only=approves_alone),
        _entry(request, "Accès aux dossiers", "youth:access_list", "eye", only=can_view_accesses),
        _entry(request, "Corbeille", "youth:bin_list", "trash-2", only=can_edit_file),
    ]
    return _entry(
        request,
        "Jeunes et besoins",
        name,
        "users",
        count=_figure(request, "needs"),
        phone="left" if begins_with_youth(request.user) else "",
        short="Jeunes",
        parts=("youth:young_person_list", "youth:need_list"),
        only=can_view_need,
        children=[item for item in children if item],
    )


def _opportunities(request: HttpRequest) -> list[NavItem]:
    children = [
        _entry(
            request, "Positionnements", "opportunities:placement_list", "user-round-plus", only=can_view_opportunity
        ),
        _entry(request, "Corbeille", "opportunities:bin_list", "trash-2", only=can_edit_opportunity),
    ]
    return [item for item in children if item]


def _campaigns(request: HttpRequest) -> list[NavItem]:
    children = [
        _entry(
            request,
            "À appeler",
            "campaigns:phone_list",
            "phone",
            only=can_view_campaign,
            count=_figure(request, "calls"),
        ),
        _entry(request, "Engagements", "campaigns:commitment_list", "hand-helping", only=can_view_campaign),
        _entry(request, "Relances", "campaigns:relaunch_list", "calendar-clock", only=can_view_campaign),
        _entry(
            request,
            "E-mails à vérifier",
            "campaigns:message_list",
            "mail-warning",
            only=can_view_campaign,
            parts=("campaigns:suppression_list",),
        ),
        _entry(request, "Lettres", "campaigns:letter_list", "file-text", only=can_view_letter),
    ]
    return [item for item in children if item]


def _set_up(request: HttpRequest) -> list[NavItem]:
    children = [
        _entry(request, "Équipe", "accounts:member_list", "users", only=can_manage_members),
        _entry(request, "Comptes à approuver", "accounts:approval_list", "user-round-check", only=can_approve_members),
        _entry(request, "Antennes", "accounts:site_list", "map-pin"),
    ]
    return [item for item in children if item]


def approves_alone(user: Any) -> bool:
    """Approves colleagues without keeping the settings, where administrators find it."""
    return can_approve_members(user) and not can_edit_structure(user)


def begins_with_youth(user: Any) -> bool:
    """Her day is with young people: a phone's bar, which has room for few, shows them before companies."""
    return can_view_file(user) and not can_edit_company(user)


def works_in_a_structure(user: Any) -> bool:
    """A coordinator who does nothing else has no row to look for."""
    return bool(user.access.roles)


def _entry(
    request: HttpRequest,
    label: str,
    name: str,
    icon: str,
    *,
    exact: bool = False,
    phone: str = "",
    short: str = "",
    parts: Sequence[str] = (),
    count: Callable[[], int | None] | None = None,
    hot: bool = False,
    only: Callable[[Any], bool] | None = None,
    children: Sequence[NavItem] = (),
) -> NavItem | None:
    """`parts` names the addresses whose pages belong to the entry, besides its own."""
    url = url_if_any(name)
    if not url or (only and not only(request.user)):
        return None
    children = _nearest_alone(children)
    here = request.path == url
    beginnings = () if exact else tuple(filter(None, [url, *map(url_if_any, parts)]))
    within = here or request.path.startswith(beginnings) or any(child.current for child in children)
    return NavItem(
        label=label,
        url=url,
        icon=icon,
        count=count,
        hot=hot,
        current=within,
        here=here,
        phone=phone,
        short=short,
        children=children,
    )


def _nearest_alone(children: Sequence[NavItem]) -> list[NavItem]:
    """The children with one at most current: of two whose address begins the page's, the longer says more."""
    nearest = max((child for child in children if child.current), key=lambda child: len(child.url), default=None)
    return [child if child is nearest else replace(child, current=False) for child in children]


def chosen_theme(request: HttpRequest) -> str:
    """The person's own choice, else the one this browser made on a public page."""
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", None) or request.COOKIES.get("theme")
    return theme if theme in THEMES else "auto"


def public_frame(request: HttpRequest) -> Frame:
    return Frame(theme=chosen_theme(request), demo=settings.DEMO)


def frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return public_frame(request)
    structure, structures = getattr(request, "structure", None), getattr(request, "structures", [])
    note_label, note_url = _note(request)
    return Frame(
        theme=chosen_theme(request),
        person=user.full_name,
        place=_place(structure, structures),
        home_url=url_if_any("dashboards:day"),
        search_url=url_if_any("dashboards:search") if works_in_a_structure(user) else "",
        suggest_url=url_if_any("dashboards:search_suggest"),
        note_url=note_url,
        note_label=note_label,
        help_url=url_if_any("dashboards:help"),
        theme_url=url_if_any("core:theme_choose"),
        structure_url=url_if_any("accounts:structure_choose"),
        account_links=_account_links(),
        sign_out_url=url_if_any("account_logout"),
        structures=[StructureChoice(item.pk, str(item), item == structure) for item in structures]
        if len(structures) > 1
        else [],
        demo=settings.DEMO,
    )


def _place(structure: Any, structures: Sequence[Any]) -> str:
    """Where one works, short enough for the foot of the navigation."""
    if structure:
        return str(structure).replace("Mission Locale", "ML")
    return f"mes {len(structures)} structures" if structures else ""


def _note(request: HttpRequest) -> tuple[str, str]:
    """The gesture of the day: a counsellor notes a need, the others an exchange; whose it is, a record says itself."""
    page, user = request.resolver_match, request.user
    if can_record_interaction(user):
        if page and page.view_name == "companies:company_detail":
            return NOTE_EXCHANGE, reverse("companies:interaction_create", kwargs={"pk": page.kwargs["pk"]})
        if can_edit_company(user) or not can_log_need(user):
            return NOTE_EXCHANGE, url_if_any("companies:interaction_start")
    if not can_log_need(user):
        return "", ""
    if page and page.view_name == "youth:young_person_detail":
        return NOTE_NEED, reverse("youth:need_log", kwargs={"pk": page.kwargs["pk"]})
    return NOTE_NEED, url_if_any("youth:need_create")


def _account_links() -> list[NavItem]:
    links = [
        ("Mon compte", "accounts:profile_edit", "user-round"),
        ("Mot de passe", "account_change_password", "lock"),
        ("Second facteur", "mfa_index", "key-round"),
        ("Mes sessions", "usersessions_list", "monitor-smartphone"),
        ("Aide", "dashboards:help", "circle-question-mark"),
    ]
    return [NavItem(label, url_if_any(name), icon) for label, name, icon in links if url_if_any(name)]
