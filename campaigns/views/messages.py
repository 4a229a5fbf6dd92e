"""E-mails that want a person's eye, the text of each, and the addresses no campaign writes to."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Structure
from campaigns.actions.suppressions import lift_suppression, suppress_address
from campaigns.actions.sweeping import queue_again, settle_message
from campaigns.enums import WAITED_FOR, MessageState, SuppressionReason
from campaigns.forms.messages import LiftForm, SuppressionForm
from campaigns.models import Message, Suppression
from campaigns.permissions import can_edit_campaign, can_settle_message, can_view_campaign
from core.doors import allow, asked_words, go_back, posted
from core.errors import ActionError

PER_PAGE = 50


def _seen(request: HttpRequest) -> QuerySet[Message]:
    rows = Message.objects.visible_to(request.user).exclude(campaign__deleted_at__isnull=False)
    return rows.select_related("campaign", "recipient__company", "recipient__contact")


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Uncertain ones, which only a person can settle; `?etat=echec`: those that could not leave."""
    allow(can_view_campaign(request.user))
    rows = _seen(request).in_structure(request.structure)
    uncertain, failed = rows.uncertain(), rows.filter(state=MessageState.FAILED)
    shows_failed = request.GET.get("etat") == "echec"
    shown = (failed if shows_failed else uncertain).order_by("-state_since", "-pk")
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "shows_failed": shows_failed,
        "counts": {"uncertain": uncertain.count(), "failed": failed.count()},
        "waited_for": WAITED_FOR,
    }
    return render(request, "campaigns/message_list.html", context)


@require_safe
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it said, word for word, to whom, and what the server answered."""
    allow(can_view_campaign(request.user))
    message = get_object_or_404(_seen(request).select_related("settled_by", "letter__template"), pk=pk)
    is_retriable = message.state == MessageState.FAILED and not message.bounced_at and message.recipient.is_waited_for
    return render(request, "campaigns/message_detail.html", {"message": message, "is_retriable": is_retriable})


@require_POST
def message_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """`has_left`: yes or no; anything else settles nothing."""
    answers = {"yes": True, "no": False}
    has_left = answers.get(request.POST.get("has_left", ""))

    def settle(message: Message) -> str:
        if has_left is None:
            raise ActionError("Dites si le message est parti ou non.")
        settle_message(message=message, has_left=has_left, by=request.user, now=timezone.now())
        return "Noté\u00a0: il est bien parti." if has_left else "Il est remis en attente, et partira de nouveau."

    return _gesture(request, pk, settle)


@require_POST
def message_queue(request: HttpRequest, pk: int) -> HttpResponse:
    def queue(message: Message) -> str:
        queue_again(message=message, by=request.user, now=timezone.now())
        return f"Le message à {message.recipient.company} est remis en attente."

    return _gesture(request, pk, queue)


def _gesture(request: HttpRequest, pk: int, work: Callable[[Message], str]) -> HttpResponse:
    allow(can_view_campaign(request.user))
    message = get_object_or_404(_seen(request), pk=pk)
    allow(can_settle_message(request.user, message))
    try:
        messages.success(request, work(message))
    except ActionError as error:
        messages.error(request, str(error))
    return go_back(request, "campaigns:message_list")


# --- addresses put aside ------------------------------------------------------------------------
@require_safe
def suppression_list(request: HttpRequest) -> HttpResponse:
    """`?q=`: part of an address; `?levees=oui`: those written to again."""
    allow(can_view_campaign(request.user))
    words, shows_lifted = asked_words(request).lower(), request.GET.get("levees") == "oui"
    rows = Suppression.objects.visible_to(request.user).in_structure(request.structure)
    rows = rows.exclude(lifted_at=None) if shows_lifted else rows.standing()
    if words:
        rows = rows.filter(email__contains=words)
    context = {
        "page": Paginator(rows.select_related("by", "lifted_by").order_by("-at", "-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "words": words,
        "shows_lifted": shows_lifted,
    }
    return render(request, "campaigns/suppression_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def suppression_create(request: HttpRequest) -> HttpResponse:
    structures = _structures(request)
    allow(bool(structures))
    if len(structures) > 1:
        return render(request, "accounts/structure_which.html", {"structures": structures})
    form = SuppressionForm(posted(request))
    if form.is_valid():
        row = suppress_address(
            structure_id=structures[0].pk,
            email=form.cleaned_data["email"],
            reason=SuppressionReason.BY_HAND,
            note=form.cleaned_data["note"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"Aucune campagne n’écrira plus à {row.email}.")
        return redirect("campaigns:suppression_list")
    return render(request, "campaigns/suppression_form.html", {"form": form})


def _structures(request: HttpRequest) -> list[Structure]:
    candidates = [request.structure] if request.structure else request.structures
    return [structure for structure in candidates if can_edit_campaign(request.user, structure)]


@require_http_methods(["GET", "HEAD", "POST"])
def suppression_lift(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_view_campaign(request.user))
    suppression = get_object_or_404(Suppression.objects.visible_to(request.user).standing(), pk=pk)
    allow(can_edit_campaign(request.user, suppression))
    form = LiftForm(posted(request))
    if form.is_valid():
        try:
            lift_suppression(
                suppression=suppression, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
            )
        except ActionError as error:
            form.add_error("note", str(error))
        else:
            messages.success(request, f"{suppression.email} peut de nouveau recevoir nos messages.")
            return redirect("campaigns:suppression_list")
    return render(request, "campaigns/suppression_lift.html", {"form": form, "suppression": suppression})
