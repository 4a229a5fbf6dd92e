"""The company: its record, its form, its fields in place."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.actions import (
    CompanyError,
    ConflictError,
    GoneError,
    HeldElsewhereError,
    bin_company,
    create_company,
    edit_company,
)
from companies.duplicates import similar_companies
from companies.forms import IN_PLACE, CompanyForm, PostponeForm, snapshot_of, with_choices_of
from companies.models import Company, Contact
from companies.permissions import can_edit_company, can_record_interaction
from companies.profile import Facet
from companies.queries import (
    TIMELINE_VIEWS,
    activity_label,
    company_page,
    company_timeline,
    recorded_companies,
)
from companies.sectors import parse_naf, proposed_sector, proposed_type
from companies.views.conflicts import conflict_page, posted_pairs
from companies.views.doors import allow, go_back, posted_version, visible_company
from core.addresses import url_of_row
from core.occupations import occupations_named, other_names
from core.toasts import say_with_undo
from core.views.facts import answer_fact, fact_named

STATE_LOOKS = {"prospect": "", "in_relation": "half", "partner": "on", "ambassador": "amb", "watch": "asleep"}


# --- record -------------------------------------------------------------------------------------
def record_context(request: HttpRequest, company: Company, **extra: Any) -> dict[str, Any]:
    """What the record and its partials are drawn with."""
    today = timezone.localdate()
    edit_urls = _edit_urls(request.user, company)
    view, cursor = request.GET.get("fil", ""), request.GET.get("avant", "")
    every_contact = request.GET.get("contacts") == "tous"
    page = company_page(company=company, user=request.user, view=view, cursor=cursor, every_contact=every_contact)
    return {
        "company": company,
        "record": page,
        "today": today,
        "timeline": page.timeline,
        "timeline_views": TIMELINE_VIEWS,
        "state_look": STATE_LOOKS[company.relation_state],
        "edit_urls": edit_urls,
        "profile_rows": _profile_rows(company, edit_urls),
        "missing_rows": _missing_rows(page.gauge.missing, edit_urls),
        "postpone_form": PostponeForm(today=today, auto_id="postpone_%s"),
        "focus": "",
        **extra,
    }


def _company_of_record(request: HttpRequest, pk: int) -> Company:
    return get_object_or_404(recorded_companies(request.user), pk=pk)


WORDS = {fields[0]: word for word, (_, fields) in IN_PLACE.items() if len(fields) == 1}


def _edit_urls(user: Any, company: Company) -> dict[str, str]:
    """Where each fact is corrected; nothing for whoever may only read."""
    if not can_edit_company(user, company):
        return {}
    return {word: url_of_row("companies:company_edit_field", company.pk, word) for word in IN_PLACE}


def _profile_rows(company: Company, edit_urls: dict[str, str]) -> list[dict[str, str]]:
    """What we know in words, with the word of the address that corrects it."""
    known = [(WORDS[name], label, getattr(company, name)) for name, label in PROFILE_LABELS.items()]
    return [
        {"word": word, "label": label, "text": text, "url": edit_urls.get(word, "")}
        for word, label, text in known
        if text
    ]


def _missing_rows(missing: Iterable[Facet], edit_urls: dict[str, str]) -> list[dict[str, str]]:
    """What could be filled in at once; whoever decides is a contact, added elsewhere."""
    words = [(WORDS[facet.name], facet.label) for facet in missing if facet.name in WORDS]
    return [{"word": word, "label": label, "url": edit_urls[word]} for word, label in words if word in edit_urls]


PROFILE_LABELS = {
    "activity": "Fait",
    "organisation": "Équipe",
    "ways_of_working": "Travail",
    "attracts": "Attire",
    "deters": "Retient",
    "coming_needs": "À venir",
    "equality_commitments": "Égalité",
    "history": "Histoire",
    "notes": "Notes",
}


def render_record(request: HttpRequest, company: Company, **extra: Any) -> HttpResponse:
    """The record alone with what there is to say, for a gesture made on it by HTMX."""
    fresh = _company_of_record(request, company.pk)
    return render(request, "companies/partials/company_record_response.html", record_context(request, fresh, **extra))


@require_GET
def company_detail(request: HttpRequest, pk: int) -> HttpResponse:
    company = _company_of_record(request, pk)
    return render(request, "companies/company_detail.html", record_context(request, company))


@require_GET
def company_timeline_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The timeline under another filter, or only its older lines (`avant`)."""
    company = visible_company(request, pk)
    older = request.GET.get("avant", "")
    timeline = company_timeline(company=company, view=request.GET.get("fil", ""), cursor=older)
    template = "company_timeline_lines" if older else "company_timeline"
    context = {"company": company, "timeline": timeline, "timeline_views": TIMELINE_VIEWS}
    return render(request, f"companies/partials/{template}.html", context)


@require_GET
def company_gestures(request: HttpRequest, pk: int) -> HttpResponse:
    """The menu of a row of the list, fetched when it opens: the list itself carries none."""
    company = visible_company(request, pk)
    people = Contact.objects.visible_to(request.user).filter(company=company).present()[:1]
    numbers = [person.mobile or person.phone for person in people]
    context = {
        "company": company,
        "phone": next(filter(None, [*numbers, company.phone]), ""),
        "recording": can_record_interaction(request.user, company),
        "editable": can_edit_company(request.user, company),
    }
    return render(request, "companies/partials/company_gestures.html", context)


# --- create -------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def company_create(request: HttpRequest) -> HttpResponse:
    """The form, then the companies it may already be, then the row."""
    allow(can_edit_company(request.user))
    structure = _structure_of_new(request)
    if structure is None:
        editable = [row for row in request.structures if can_edit_company(request.user, row)]
        return render(request, "companies/company_structure.html", {"structures": editable})
    company = Company(structure=structure)
    arguments = {"instance": company, "user": request.user, "structure": structure}
    if request.method != "POST":
        initial = {"adviser": request.user.pk, "legal_name": request.GET.get("nom", "").replace("\x00", "")[:200]}
        form = CompanyForm(initial=initial, **arguments)
        return render(request, "companies/company_form.html", {"form": form, "structure": structure})
    form = CompanyForm(request.POST, **arguments)
    if not form.is_valid() or "correct" in request.POST:
        return render(request, "companies/company_form.html", {"form": form, "structure": structure})
    return _create(request, form, structure)


def _structure_of_new(request: HttpRequest) -> Any:
    """The one chosen in the header, or named in the address, or the only one; None when it has to be asked."""
    editable = {row.pk: row for row in request.structures if can_edit_company(request.user, row)}
    if request.structure:
        allow(request.structure.pk in editable)
        return request.structure
    wanted = request.POST.get("structure") or request.GET.get("structure") or ""
    if wanted.isascii() and wanted.isdigit():
        return editable.get(int(wanted))
    return next(iter(editable.values())) if len(editable) == 1 else None


def _create(request: HttpRequest, form: CompanyForm, structure: Any) -> HttpResponse:
    values = form.values_with_proposals()
    if "confirmed" not in request.POST:
        candidates = similar_companies(user=request.user, structure=structure, values=values)
        if candidates:
            context = {"form": form, "structure": structure, "candidates": candidates, "posted": posted_pairs(request)}
            return render(request, "companies/company_similar.html", context)
    try:
        company = create_company(structure=structure, values=values, by=request.user, now=timezone.now())
    except CompanyError as error:
        form.add_error("siret", str(error))
        return render(request, "companies/company_form.html", {"form": form, "structure": structure})
    messages.success(
        request, f"«\u00a0{company}\u00a0» est ajoutée. À qui parle-t-on là-bas\u202f? Ajoutez un contact."
    )
    return redirect("companies:company_detail", company.pk)


# --- edit ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def company_edit(request: HttpRequest, pk: int) -> HttpResponse:
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    arguments = {"user": request.user, "structure": company.structure}
    version = company.version
    if request.method != "POST":
        return _edit_page(request, company, CompanyForm(instance=company, **arguments), version)
    data = with_choices_of(request.POST, CompanyForm(instance=visible_company(request, pk), **arguments))
    form = CompanyForm(data, instance=company, **arguments)
    if not form.is_valid():
        return _edit_page(request, company, form, posted_version(request))
    try:
        edit_company(
            company=company, changes=form.values(), by=request.user, now=timezone.now(), version=posted_version(request)
        )
    except ConflictError as conflict:
        theirs = CompanyForm(instance=conflict.current, **arguments)
        return conflict_page(request, form=form, theirs=theirs, company=visible_company(request, pk))
    except CompanyError as error:
        form.add_error(None if isinstance(error, GoneError) else "siret", str(error))
        return _edit_page(request, company, form, posted_version(request))
    messages.success(request, f"La fiche de «\u00a0{company}\u00a0» est à jour.")
    return go_back(request, company)


def _edit_page(request: HttpRequest, company: Company, form: CompanyForm, version: int) -> HttpResponse:
    base = request.POST.get("base") or snapshot_of(form)
    context = {"form": form, "company": company, "version": version, "base": base}
    return render(request, "companies/company_form.html", context)


# --- one field in place -------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def company_edit_field(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """A few fields that go together, corrected where they stand."""
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    fact = fact_named(
        word, IN_PLACE, request=request, shown="companies:company_fact", record=company, record_id="company-record",
        label=str(company),
    )  # fmt: skip
    return answer_fact(
        request,
        fact,
        row=company,
        form_of=lambda data, row: CompanyForm(
            data, instance=row, user=request.user, structure=company.structure, only=fact.fields
        ),
        save=lambda form, version: edit_company(
            company=company,
            changes=form.values(),  # type: ignore[attr-defined]
            by=request.user,
            now=timezone.now(),
            version=version,
        ),
        show=lambda: render_record(request, company, focus=word),
    )


@require_GET
def company_fact(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """Gives up a correction in place: the record as it is."""
    return render_record(request, visible_company(request, pk), focus=word)


# --- help while typing ---------------------------------------------------------------------------
@require_GET
def company_hints(request: HttpRequest) -> HttpResponse:
    """The NAF's label, and what the codes suggest; a choice already made is left alone."""
    allow(can_edit_company(request.user))
    naf = parse_naf(request.GET.get("naf_code", "")) or parse_naf(request.GET.get("naf_2025_code", ""))
    form = CompanyForm(
        instance=Company(),
        initial={
            "sector": request.GET.get("sector") or proposed_sector(naf),
            "company_type": request.GET.get("company_type")
            or proposed_type(
                workforce_band=request.GET.get("workforce_band", ""),
                legal_category=request.GET.get("legal_category", ""),
            ),
        },
        user=request.user,
        structure=request.structures[0],
        only=("sector", "company_type"),
    )
    context = {"form": form, "naf_label": activity_label(naf, naf), "naf": naf}
    return render(request, "companies/partials/company_hints.html", context)


@require_GET
def occupation_search(request: HttpRequest) -> HttpResponse:
    """ROME occupations by words; those ticked already stay ticked."""
    allow(can_edit_company(request.user))
    form = CompanyForm(
        request.GET, instance=Company(), user=request.user, structure=request.structures[0], only=("occupations",)
    )
    chosen = form.chosen_occupations()
    words = request.GET.get("occupation_words", "")
    found = [row for row in occupations_named(words) if row not in chosen]
    names = other_names(words, found)
    rows = [(row, names.get(row.pk, "")) for row in found]
    context = {"chosen": chosen, "found": rows, "words": words.strip()}
    return render(request, "companies/partials/occupation_choices.html", context)


# --- bin ----------------------------------------------------------------------------------------
@require_POST
def company_bin(request: HttpRequest, pk: int) -> HttpResponse:
    """At once; or, when something goes on there, after the page that says what would be hidden."""
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    try:
        bin_company(company=company, by=request.user, now=timezone.now(), confirmed="confirmed" in request.POST)
    except HeldElsewhereError as held:
        return render(request, "companies/company_bin.html", {"company": company, "held": held}, status=409)
    say_with_undo(
        request,
        f"«\u00a0{company}\u00a0» est à la corbeille.",
        undo_url=reverse("companies:company_restore", args=[company.pk]),
    )
    return redirect("companies:company_list")
