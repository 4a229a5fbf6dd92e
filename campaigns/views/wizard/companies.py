"""First step: which companies, and by which way they are written to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.actions.audience import choose_audience
from campaigns.actions.campaigns import create_campaign
from campaigns.audience import companies_listed, reason_counts
from campaigns.enums import CampaignState
from campaigns.forms.campaigns import AudienceChoice, CompaniesForm
from campaigns.models import Campaign
from campaigns.permissions import can_edit_campaign
from campaigns.views.wizard.frame import in_preparation, save, step_page, steps_of
from core.doors import posted, posted_version
from core.errors import ActionError
from core.french import counted, french_date
from core.lists import capped_counts
from core.models import SavedView

# Views of the list of companies that everybody has.
BUILT_IN = (
    ("all", "Toutes les entreprises", ""),
    ("mine", "Mes entreprises", "adviser=me"),
    ("partners", "Partenaires et ambassadrices", "state=partner&state=ambassador"),
    ("pilot", "Groupe pilote", "pilot=yes"),
)
COMPANIES = "companies"
MAX_TICKED = 1000


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
    context = {"form": form, "steps": steps_of(None), "step": 1, "structure": structure}
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
    campaign = in_preparation(request, pk)
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
    if form.is_valid() and save(request, campaign, form, ("name", "channel")) and _choose(request, campaign, form):
        return redirect("campaigns:campaign_texts", campaign.pk)
    return step_page(
        request,
        campaign,
        1,
        "campaigns/campaign_companies.html",
        form=form,
        version=version,
        structure=campaign.structure,
    )
