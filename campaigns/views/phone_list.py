"""The list of calls, and what a call gave."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.phone import call_again, end_calls, record_call
from campaigns.enums import PHONED, PhoneOutcome
from campaigns.forms.calls import CallForm
from campaigns.models import PhoneCall, Recipient
from campaigns.permissions import can_view_campaign
from campaigns.views.doors import editable_recipient
from core.doors import allow, go_back, posted
from core.errors import ActionError
from core.toasts import say_with_undo

MOST_SHOWN = 200


@require_safe
def phone_list(request: HttpRequest) -> HttpResponse:
    """`?pour=moi`: one's own companies; `?quand=plus-tard`: those to call back another day."""
    allow(can_view_campaign(request.user))
    today = timezone.localdate()
    rows = Recipient.objects.visible_to(request.user).in_structure(request.structure).on_the_phone_list()
    due = Q(call_back_on=None) | Q(call_back_on__lte=today)
    mine, later = request.GET.get("pour") == "moi", request.GET.get("quand") == "plus-tard"
    counts = rows.aggregate(
        due=models.Count("pk", filter=due),
        mine=models.Count("pk", filter=due & Q(adviser=request.user)),
        later=models.Count("pk", filter=~due),
    )
    shown = rows.filter(~due if later else due)
    if mine:
        shown = shown.filter(adviser=request.user)
    last = PhoneCall.objects.visible_to(request.user).filter(recipient=models.OuterRef("pk")).order_by("-at", "-pk")
    shown = shown.annotate(
        last_outcome=models.Subquery(last.values("outcome")[:1]),
        last_note=models.Subquery(last.values("note")[:1]),
        last_called_at=models.Subquery(last.values("at")[:1]),
    ).select_related("campaign", "company", "contact", "adviser")
    # Whoever was not called yet comes first, then whoever was called longest ago.
    never_first = models.F("last_called_at").asc(nulls_first=True)
    order = ("call_back_on" if later else never_first, "phone_listed_at", "company__name_key", "pk")
    context = {
        "rows": [_with_words(row) for row in shown.order_by(*order)[:MOST_SHOWN]],
        "counts": counts,
        "mine": mine,
        "later": later,
        "today": today,
        "most": MOST_SHOWN,
    }
    return render(request, "campaigns/phone_list.html", context)


def _with_words(row: Any) -> Any:
    row.owes_answer = row.last_outcome == PhoneOutcome.COMMITS
    row.last_words = dict(PhoneOutcome.choices).get(row.last_outcome, "")
    if row.owes_answer:
        row.last_words = "S’engage, mais sa réponse n’est pas encore notée"
    row.numbers = numbers_of(row)
    return row


def numbers_of(recipient: Recipient) -> list[str]:
    """Where to call, the person first; each once."""
    contact, found = recipient.contact, []
    if contact is not None and not contact.is_deleted and not contact.has_left:
        found += [contact.mobile, contact.phone]
    found.append(recipient.company.phone)
    return list(dict.fromkeys(number for number in found if number))


@require_http_methods(["GET", "HEAD", "POST"])
def phone_call(request: HttpRequest, pk: int) -> HttpResponse:
    """One company to call: who, where, what was written to it; then what the call gave.

    `?pour=moi`: from the list of one's own, to which it comes back.
    """
    recipient = editable_recipient(request, pk)
    form = CallForm(posted(request), today=timezone.localdate())
    if form.is_valid():
        try:
            call = record_call(recipient=recipient, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            return _after(request, call)
    context = {
        "form": form,
        "recipient": recipient,
        "numbers": numbers_of(recipient),
        "is_listed": Recipient.objects.visible_to(request.user).on_the_phone_list().filter(pk=recipient.pk).exists(),
        "may_return": recipient.is_included and recipient.state in PHONED,
        "calls": recipient.calls.select_related("by").order_by("-at", "-pk")[:10],
        "sent": recipient.messages.sent().order_by("step"),
    }
    return render(request, "campaigns/phone_call.html", context)


def _after(request: HttpRequest, call: PhoneCall) -> HttpResponse:
    if call.outcome == PhoneOutcome.COMMITS:
        messages.success(request, f"{call.recipient.company} s’engage\u00a0: notez maintenant sa réponse.")
        address = reverse("campaigns:paper_answer_edit", args=[call.recipient_id])
        return redirect(f"{address}?recue=telephone")
    messages.success(request, f"Appel noté\u00a0: {call.recipient.company}.")
    mine = "?pour=moi" if request.GET.get("pour") == "moi" else ""
    return redirect(reverse("campaigns:phone_list") + mine)


@require_POST
def phone_end(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    end_calls(recipient=recipient, by=request.user, now=timezone.now())
    undo = reverse("campaigns:phone_again", args=[recipient.pk])
    say_with_undo(request, f"{recipient.company} n’est plus à appeler.", undo_url=undo)
    return go_back(request, "campaigns:phone_list")


@require_POST
def phone_again(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = editable_recipient(request, pk)
    call_again(recipient=recipient, by=request.user, now=timezone.now())
    messages.success(request, f"{recipient.company} est à appeler.")
    return go_back(request, "campaigns:phone_list")
