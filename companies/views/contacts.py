"""The people we know in a company."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from companies.actions import (
    ConflictError,
    add_contact,
    bin_contact,
    edit_contact,
    mark_left,
    mark_returned,
    opt_in,
    opt_out,
    set_main_contact,
)
from companies.forms import ContactForm, LeaveForm, snapshot_of, with_choices_of
from companies.models import Contact
from companies.permissions import can_edit_company, can_record_interaction
from companies.views.conflicts import conflict_page
from companies.views.doors import allow, go_back, posted, posted_version, visible_company, visible_contact
from core.toasts import say_with_undo


@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    company = visible_company(request, pk)
    allow(can_edit_company(request.user, company))
    form = ContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        contact = add_contact(company=company, values=form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, f"{contact} est dans les contacts de «\u00a0{company}\u00a0».")
        return go_back(request, company)
    return render(request, "companies/contact_form.html", {"form": form, "company": company})


@require_GET
def contact_gestures(request: HttpRequest, pk: int) -> HttpResponse:
    """What fills a contact's menu when it opens: ten of them would double the weight of the record."""
    contact = visible_contact(request, pk)
    company = contact.company
    context = {
        "contact": contact,
        "company": company,
        "recording": can_record_interaction(request.user, company),
        "editable": can_edit_company(request.user, company),
    }
    allow(context["recording"] or context["editable"])
    in_place = request.htmx and not request.htmx.boosted
    template = "companies/partials/contact_gestures.html" if in_place else "companies/contact_gestures.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _editable(request, pk)
    context = {"contact": contact, "company": contact.company, "version": contact.version}
    if request.method != "POST":
        form = ContactForm(instance=contact)
        return render(request, "companies/contact_form.html", {**context, "form": form, "base": snapshot_of(form)})
    data = with_choices_of(request.POST, ContactForm(instance=_editable(request, pk)))
    form = ContactForm(data, instance=contact)
    if form.is_valid():
        return _edit(request, contact, form)
    context |= {"version": posted_version(request), "base": request.POST.get("base", "")}
    return render(request, "companies/contact_form.html", {**context, "form": form})


def _edit(request: HttpRequest, contact: Contact, form: ContactForm) -> HttpResponse:
    try:
        edited = edit_contact(
            contact=contact,
            changes=form.cleaned_data,
            by=request.user,
            now=timezone.now(),
            version=posted_version(request),
        )
    except ConflictError as conflict:
        theirs = ContactForm(instance=conflict.current)
        return conflict_page(request, form=form, theirs=theirs, company=contact.company)
    messages.success(request, f"{edited} est à jour.")
    return go_back(request, contact.company)


def _editable(request: HttpRequest, pk: int) -> Contact:
    contact = visible_contact(request, pk)
    allow(can_edit_company(request.user, contact))
    return contact


@require_http_methods(["GET", "HEAD", "POST"])
def contact_leave(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _editable(request, pk)
    form = LeaveForm(posted(request), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        mark_left(contact=contact, on=form.cleaned_data["left_on"], by=request.user, now=timezone.now())
        say_with_undo(
            request,
            f"{contact} a quitté l’entreprise\u00a0: ses échanges restent dans le fil.",
            undo_url=reverse("companies:contact_return", args=[contact.pk]),
        )
        return redirect(contact.company)
    return render(
        request, "companies/contact_leave.html", {"form": form, "contact": contact, "company": contact.company}
    )


def _gesture(request: HttpRequest, pk: int, action: Callable[..., Contact], said: str) -> HttpResponse:
    contact = _editable(request, pk)
    action(contact=contact, by=request.user, now=timezone.now())
    messages.success(request, said.format(contact))
    return redirect(contact.company)


@require_POST
def contact_return(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, mark_returned, "{} est toujours dans l’entreprise.")


@require_POST
def contact_main(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, set_main_contact, "{} est le contact principal.")


@require_POST
def contact_opt_out(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, opt_out, "{} ne recevra plus d’e-mails de campagne.")


@require_POST
def contact_opt_in(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, opt_in, "{} peut de nouveau recevoir des e-mails.")


@require_POST
def contact_bin(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _editable(request, pk)
    bin_contact(contact=contact, by=request.user, now=timezone.now())
    say_with_undo(
        request, f"{contact} est à la corbeille.", undo_url=reverse("companies:contact_restore", args=[contact.pk])
    )
    return redirect(contact.company)
