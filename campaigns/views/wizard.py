"""Preparing a campaign, in five steps that may be walked in any order: companies, texts, check, preview, departure.

What is chosen is written at once: one may leave and come back, and a colleague may go on.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.audience import check_audience, choose_audience, exclude_recipient, include_recipient
from campaigns.actions.campaigns import (
    ask_for_approval,
    create_campaign,
    edit_campaign,
    first_departure,
    launch_campaign,
    problems_of,
    schedule_campaign,
    wants_approval,
)
from campaigns.actions.outbox import send_test
from campaigns.audience import OVERRIDABLE, companies_listed, fix_of, reason_counts, recipients_of, texts_of
from campaigns.enums import CampaignState, Exclusion
from campaigns.forms.campaigns import LATER, NOW, AudienceChoice, CompaniesForm, DepartureForm, TextsForm
from campaigns.letters import values_for, words_of
from campaigns.models import Campaign, Recipient
from campaigns.permissions import can_edit_campaign, can_launch_campaign
from campaigns.queries import reason_it_came_back, settings_of
from campaigns.views.doors import editable_recipient, visible_campaign
from core.doors import allow, go_back, posted, posted_version
from core.errors import ActionError, RowConflictError
from core.french import counted, french_date, french_moment
from core.lists import capped_counts
from core.models import SavedView

STEPS = (
    ("Entreprises", "campaigns:campaign_companies"),
    ("Textes", "campaigns:campaign_texts"),
    ("Vérifier", "campaigns:campaign_check"),
    ("Aperçu", "campaigns:campaign_preview"),
    ("Envoyer", "campaigns:campaign_send"),
)
# Views of the list of companies that everybody has.
BUILT_IN = (
    ("all", "Toutes les entreprises", ""),
    ("mine", "Mes entreprises", "adviser=me"),
    ("partners", "Partenaires et ambassadrices", "state=partner&state=ambassador"),
    ("pilot", "Groupe pilote", "pilot=yes"),
)
COMPANIES = "companies"
ROWS_A_PAGE = 25
MAX_TICKED = 1000


def _steps(campaign: Campaign | None) -> list[tuple[str, str]]:
    return [(label, reverse(name, args=[campaign.pk]) if campaign else "") for label, name in STEPS]


def _in_preparation(request: HttpRequest, pk: int) -> Campaign:
    """The campaign, for whoever may prepare it. One that is under way is shown by its page."""
    campaign = visible_campaign(request, pk)
    allow(can_edit_campaign(request.user, campaign))
    return campaign


def _page(request: HttpRequest, campaign: Campaign, step: int, template: str, **context: Any) -> HttpResponse:
    is_draft = campaign.state == CampaignState.DRAFT
    shared = {"campaign": campaign, "steps": _steps(campaign), "step": step, "is_draft": is_draft}
    came_back = reason_it_came_back(campaign) if is_draft else None
    return render(request, template, {**shared, "came_back": came_back, **context})


# --- 1. companies -------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_create(request: HttpRequest) -> HttpResponse:
    """A new one. `?structure=`: for which, when the person works for several."""
    structure = _structure(request)
    if structure is None:
        return render(request, "campaigns/campaign_structure.html", {"structures": _structures(request)})
    form = CompaniesForm(
        posted(request),
        choices=_choices(request, structure),
        initial={"name": f"Pacte {timezone.localdate():%Y}", "channel": "email"},
    )
    if form.is_valid():
        now = timezone.now()
        values = {name: form.cleaned_data[name] for name in ("name", "channel")}
        campaign = create_campaign(structure=structure, values=values, by=request.user, now=now)
        if _choose(request, campaign, form):
            return redirect("campaigns:campaign_texts", campaign.pk)
        campaign.delete()
    context = {"form": form, "steps": _steps(None), "step": 1, "structure": structure}
    return render(request, "campaigns/campaign_companies.html", context)


def _structures(request: HttpRequest) -> list[Any]:
    chosen = [request.structure] if request.structure else request.structures
    return [structure for structure in chosen if can_edit_campaign(request.user, structure)]


def _structure(request: HttpRequest) -> Any:
    """The one the campaign is for; None when it is still to be said."""
    structures = _structures(request)
    if not structures:
        raise PermissionDenied
    if len(structures) == 1:
        return structures[0]
    asked = request.POST.get("structure") or request.GET.get("structure", "")
    return next((structure for structure in structures if str(structure.pk) == asked), None)


def _choices(request: HttpRequest, structure: Any) -> list[AudienceChoice]:
    """Views everybody has, then one's own and those colleagues share; all counted in one query."""
    views = SavedView.objects.visible_to(request.user).of_list(COMPANIES).filter(structure=structure)
    rows = list(views.select_related("owner").order_by("name", "pk"))
    # One that somebody saved under a name of hers is offered once.
    saved = {view.query for view in rows}
    offered = [(key, label, query, "") for key, label, query in BUILT_IN if query not in saved]
    for view in rows:
        note = "" if view.owner_id == request.user.pk else f"partagée par {view.owner.full_name}"
        offered.append((f"view{view.pk}", view.name, view.query, note))
    today = timezone.localdate()
    listed = [companies_listed(user=request.user, structure=structure, query=row[2], today=today) for row in offered]
    counts = capped_counts(*[listing.filtered for listing in listed])
    return [
        AudienceChoice(key, label, query, count.shown, note)
        for (key, label, query, note), count in zip(offered, counts, strict=True)
        if count.value or key == "all"
    ]


def _choose(request: HttpRequest, campaign: Campaign, form: CompaniesForm) -> bool:
    """Write the audience the form chose; its refusal goes to the form."""
    choice = form.chosen
    if choice is None:
        return True
    listing = companies_listed(
        user=request.user, structure=campaign.structure, query=choice.query, today=timezone.localdate()
    )
    try:
        choose_audience(
            campaign=campaign,
            companies=listing.filtered,
            query=choice.query[:1000],
            label=choice.label,
            by=request.user,
            now=timezone.now(),
        )
    except ActionError as refusal:
        form.add_error("audience", str(refusal))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_start(request: HttpRequest) -> HttpResponse:
    """« Écrire à ces entreprises », from their list: those ticked, or all that the list shows (`everything`)."""
    structure = _structure(request)
    if request.method != "POST":
        return redirect("campaigns:campaign_create")
    query = request.POST.get("query", "")[:4000]
    if structure is None:
        messages.warning(request, "Choisissez d’abord, en haut de l’écran, pour quelle structure vous écrivez.")
        return redirect("campaigns:campaign_create")
    today, now = timezone.localdate(), timezone.now()
    listing = companies_listed(user=request.user, structure=structure, query=query, today=today)
    everything = request.POST.get("everything") == "1"
    ids = [int(text) for text in request.POST.getlist("ids")[:MAX_TICKED] if text.isdecimal() and len(text) < 19]
    companies = listing.filtered if everything else listing.base.filter(pk__in=ids)
    if not companies.exists():
        messages.warning(request, "Cochez d’abord une ou plusieurs entreprises.")
        return redirect(listing.url())
    campaign = create_campaign(
        structure=structure, values={"name": f"Pacte du {french_date(today, year=True)}"}, by=request.user, now=now
    )
    label = _said(listing) if everything else "Entreprises cochées dans la liste"
    kept = listing.filter_query[:1000] if everything else ""
    try:
        choose_audience(campaign=campaign, companies=companies, query=kept, label=label, by=request.user, now=now)
    except ActionError as refusal:
        campaign.delete()
        messages.error(request, str(refusal))
        return redirect(listing.url())
    return redirect("campaigns:campaign_companies", campaign.pk)


def _said(listing: Any) -> str:
    """The filters in words: « BTP, à moins de 15 km de Le Blanc »."""
    parts = [" ".join(filter(None, [words.before, words.value, words.after])) for _, words in listing.filterset.words()]
    return ", ".join(parts)[:200] or "Toutes les entreprises"


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_companies(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, how it writes, to whom."""
    campaign = _in_preparation(request, pk)
    if campaign.state != CampaignState.DRAFT:
        return redirect(campaign)
    count = sum(reason_counts(campaign).values())
    kept = " · ".join(filter(None, [counted(count, "entreprise"), campaign.audience_label])) if count else ""
    form = CompaniesForm(
        posted(request),
        choices=_choices(request, campaign.structure),
        kept=kept,
        initial={"name": campaign.name, "channel": campaign.channel},
    )
    version = posted_version(request) if request.method == "POST" else campaign.version
    if form.is_valid() and _save(request, campaign, form, ("name", "channel")) and _choose(request, campaign, form):
        return redirect("campaigns:campaign_texts", campaign.pk)
    return _page(
        request,
        campaign,
        1,
        "campaigns/campaign_companies.html",
        form=form,
        version=version,
        structure=campaign.structure,
    )


def _save(request: HttpRequest, campaign: Campaign, form: Any, names: Any) -> bool:
    """Write these fields; what is refused goes to the form."""
    changes = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    try:
        edit_campaign(
            campaign=campaign, changes=changes, by=request.user, now=timezone.now(), version=posted_version(request)
        )
    except RowConflictError:
        form.add_error(
            None, "Un collègue vient de modifier cette campagne\u00a0: rouvrez cette étape pour voir ce qu’il a écrit."
        )
        return False
    except ActionError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


# --- 2. texts -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter, the relaunches and their words, the dates."""
    campaign = _in_preparation(request, pk)
    if campaign.state != CampaignState.DRAFT:
        return redirect(campaign)
    version = posted_version(request) if request.method == "POST" else campaign.version
    form = TextsForm(posted(request), instance=campaign, today=timezone.localdate())
    if form.is_valid() and _save(request, campaign, form, TextsForm.Meta.fields):
        return redirect("campaigns:campaign_check", campaign.pk)
    return _page(request, campaign, 2, "campaigns/campaign_texts.html", form=form, version=version)


# --- 3. check -----------------------------------------------------------------------------------
@require_safe
def campaign_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is written to; who is left out, why, and what mends it. `?raison=`: one reason; `?voir=retenues`.

    `?corrigee`: back from a form that mended one, still to be looked at again.
    """
    campaign = _in_preparation(request, pk)
    if campaign.state != CampaignState.DRAFT:
        return redirect(campaign)
    shows_included = request.GET.get("voir") == "retenues"
    counts = reason_counts(campaign)
    included, excluded = counts.pop("", 0), sum(counts.values())
    if not excluded:
        shows_included = True
    reason = request.GET.get("raison", "")
    rows = recipients_of(campaign)
    if shows_included:
        rows = rows.filter(exclusion="")
    else:
        rows = (
            rows.filter(exclusion=reason)
            if reason in counts
            else rows.exclude(exclusion="").order_by("exclusion", "company_key", "pk")
        )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.fix = fix_of(row)
        row.may_be_kept = row.exclusion in OVERRIDABLE
    context = {
        "included": included,
        "excluded": excluded,
        "reasons": [(key, label, counts[key]) for key, label in Exclusion.choices if key in counts],
        "reason": reason if reason in counts else "",
        "shows_included": shows_included,
        "page": page,
        "problems": problems_of(campaign, now=timezone.now()),
        "mended": "corrigee" in request.GET,
        "here": request.get_full_path(),
    }
    return _page(request, campaign, 3, "campaigns/campaign_check.html", **context)


@require_POST
def campaign_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _in_preparation(request, pk)
    before = reason_counts(campaign).get("", 0)
    try:
        check_audience(campaign=campaign, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        gained = reason_counts(campaign).get("", 0) - before
        more = "de plus" if gained > 0 else "de moins"
        said = f"{counted(abs(gained), 'entreprise')} {more} à solliciter." if gained else "Rien n’a changé."
        messages.success(request, f"Vérifié. {said}")
    return redirect("campaigns:campaign_check", campaign.pk)


@require_POST
def recipient_exclude(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    return _decide(request, recipient, exclude_recipient, f"{recipient.company} ne sera pas sollicitée.")


@require_POST
def recipient_include(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    return _decide(request, recipient, include_recipient, f"{recipient.company} sera sollicitée.")


def _decide(request: HttpRequest, recipient: Recipient, gesture: Any, said: str) -> HttpResponse:
    try:
        gesture(recipient=recipient, by=request.user, now=timezone.now())
    except ActionError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return go_back(request, reverse("campaigns:campaign_check", args=[recipient.campaign_id]))


# --- 4. preview ---------------------------------------------------------------------------------
@require_safe
def campaign_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What each company will read, one after the other. `?entreprise=`: a recipient; `?texte=`: one of the texts."""
    campaign = _in_preparation(request, pk)
    texts = texts_of(campaign)
    pks = list(recipients_of(campaign).filter(exclusion="").values_list("pk", flat=True))
    if not texts or not pks:
        return _page(request, campaign, 4, "campaigns/campaign_preview.html", texts=texts, recipient=None)
    asked, wanted = request.GET.get("entreprise", ""), request.GET.get("texte", "")
    position = next((number for number, one in enumerate(pks) if str(one) == asked), 0)
    text = next((one for one in texts if str(one.pk) == wanted), texts[0])
    recipient = get_object_or_404(recipients_of(campaign), pk=pks[position])
    values = values_for(campaign=campaign, recipients=[recipient], today=timezone.localdate())[recipient.pk]
    query = QueryDict(mutable=True)
    if wanted:
        query["texte"] = str(text.pk)
    context = {
        "texts": texts,
        "text": text,
        "recipient": recipient,
        "words": words_of(text, values),
        "values": values,
        "sending": settings_of(campaign.structure_id),
        "position": position + 1,
        "total": len(pks),
        "previous": _other(query, pks[position - 1]) if position else "",
        "next": _other(query, pks[position + 1]) if position + 1 < len(pks) else "",
    }
    return _page(request, campaign, 4, "campaigns/campaign_preview.html", **context)


def _other(query: QueryDict, pk: int) -> str:
    copy = query.copy()
    copy["entreprise"] = str(pk)
    return f"?{copy.urlencode()}"


@require_POST
def campaign_test(request: HttpRequest, pk: int) -> HttpResponse:
    """To oneself, what a company would receive. `entreprise`, `texte`: as in the preview; else the first of each."""
    campaign = _in_preparation(request, pk)
    here = reverse("campaigns:campaign_send", args=[campaign.pk])
    texts = texts_of(campaign)
    asked, wanted = request.POST.get("entreprise", ""), request.POST.get("texte", "")
    rows = recipients_of(campaign).filter(exclusion="").exclude(email="")
    chosen = rows.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else rows
    recipient = chosen.first() or rows.first()
    if not texts or recipient is None:
        messages.warning(request, "Il n’y a encore rien à essayer\u00a0: choisissez une lettre et des entreprises.")
        return go_back(request, here)
    text = next((one for one in texts if str(one.pk) == wanted), texts[0])
    send_test(letter=text, recipient=recipient, by=request.user)
    said = f"Un essai part vers {request.user.email}, tel que {recipient.company} le recevra."
    messages.success(request, f"{said} Son lien n’ouvre rien.")
    return go_back(request, here)


# --- 5. departure -------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    """When it leaves; then it does, waits for its hour, or for a manager."""
    campaign = _in_preparation(request, pk)
    allow(can_launch_campaign(request.user, campaign))
    if campaign.state != CampaignState.DRAFT:
        if request.method == "POST":
            messages.info(request, "Cette campagne n’est plus en préparation\u00a0: voici où elle en est.")
        return redirect(campaign)
    now = timezone.now()
    form = DepartureForm(posted(request), now=now, helps=_departure_helps(campaign, now), initial=_hour_of(campaign))
    if form.is_valid():
        try:
            _depart(request, campaign, form, now)
        except ActionError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(campaign)
    counts = reason_counts(campaign)
    included = counts.pop("", 0)
    context = {
        "form": form,
        "included": included,
        "excluded": sum(counts.values()),
        "problems": problems_of(campaign, now=now),
        "wants_approval": wants_approval(campaign, request.user),
        "test_address": request.user.email,
    }
    return _page(request, campaign, 5, "campaigns/campaign_send.html", **context)


def _departure_helps(campaign: Campaign, now: Any) -> dict[str, str]:
    if not campaign.by_email:
        return {NOW: "Les lettres sont à imprimer dès maintenant.", LATER: "Les lettres sont à imprimer ce jour-là."}
    at = first_departure(Campaign(structure=campaign.structure), now)
    first = "tout de suite" if at <= now else french_moment(at)
    hours = "Jamais la nuit, le week-end ni un jour férié\u00a0: alors, à la prochaine heure permise."
    return {NOW: f"Les premiers messages partent {first}.", LATER: hours}


def _hour_of(campaign: Campaign) -> dict[str, Any]:
    if not campaign.send_at:
        return {}
    local = timezone.localtime(campaign.send_at)
    return {"when": LATER, "day": local.date(), "hour": local.time().replace(second=0, microsecond=0)}


def _depart(request: HttpRequest, campaign: Campaign, form: DepartureForm, now: Any) -> None:
    send_at = form.send_at
    if wants_approval(campaign, request.user):
        ask_for_approval(campaign=campaign, send_at=send_at, by=request.user, now=now)
        messages.success(request, "Un responsable de votre structure peut maintenant approuver la campagne.")
    elif send_at:
        schedule_campaign(campaign=campaign, send_at=send_at, by=request.user, now=now)
        messages.success(request, f"La campagne partira {french_moment(send_at)}.")
    else:
        launched = launch_campaign(campaign=campaign, by=request.user, now=now)
        messages.success(request, f"La campagne «\u00a0{launched}\u00a0» est lancée.")
