"""Answers as advisers meet them: typed from paper or from a call, read on a recipient's page, followed up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from campaigns.actions.answers import decline, give_answer
from campaigns.actions.commitments import settle_commitment, unsettle_commitment
from campaigns.actions.links import draw_links, revoke_link
from campaigns.answering import (
    answer_of,
    company_campaigns,
    known_values,
    recipient_named,
    recipient_story,
    version_given,
    waiting_commitments,
    with_titles,
)
from campaigns.enums import AnswerChannel
from campaigns.forms.survey import PaperAnswerForm, ReferenceForm
from campaigns.models import Commitment, Recipient
from campaigns.permissions import can_edit_campaign, can_enter_answer, can_view_campaign
from campaigns.views.doors import drawn_from, visible_recipient
from companies.models import Company
from core.doors import allow, go_back, posted
from core.errors import ActionError
from core.toasts import say_with_undo

MOST_SHOWN = 200


# --- typing an answer -----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def paper_answer(request: HttpRequest) -> HttpResponse:
    """Which paper it is: its reference, or what its QR code holds (`?reference=`)."""
    allow(can_enter_answer(request.user))
    given = request.GET.get("reference", "")
    form = ReferenceForm(request.POST if request.method == "POST" else ({"reference": given} if given else None))
    if form.is_valid():
        recipient = recipient_named(form.cleaned_data["reference"], user=request.user)
        if recipient:
            return redirect("campaigns:paper_answer_edit", recipient.pk)
        form.add_error(
            "reference", "Aucune entreprise sollicitée ne porte cette référence\u00a0: vérifiez les huit signes."
        )
    return render(request, "campaigns/paper_answer.html", {"form": form})


def _enterable(request: HttpRequest, pk: int) -> Recipient:
    recipient = visible_recipient(request, pk)
    allow(can_enter_answer(request.user, recipient))
    return recipient


@require_http_methods(["GET", "HEAD", "POST"])
def paper_answer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole survey on one page, over what was answered already. `?recue=telephone`: said on the telephone."""
    recipient = _enterable(request, pk)
    answer = answer_of(recipient)
    called = request.GET.get("recue") == "telephone"
    form = PaperAnswerForm(
        posted(request),
        values=answer.values if answer else {},
        known=known_values(recipient),
        comment=answer.comment if answer else "",
        initial={"channel": AnswerChannel.PHONE if called else AnswerChannel.PAPER},
    )
    if form.is_valid() and _give(request, recipient, form):
        return redirect(recipient)
    context = {"form": form, "recipient": recipient, "answer": answer, "given_version": version_given(answer)}
    return render(request, "campaigns/paper_answer_form.html", context)


def _give(request: HttpRequest, recipient: Recipient, form: PaperAnswerForm) -> bool:
    try:
        answer = give_answer(
            recipient=recipient,
            values=form.answers(),
            comment=form.comment(),
            by=request.user,
            now=timezone.now(),
            channel=form.cleaned_data["channel"],
            drawn_from=drawn_from(request),
        )
    except ActionError as error:
        form.add_error(None, str(error))
        return False
    count = answer.commitments.filter(withdrawn_at=None).count()
    said = "Ses brouillons d’opportunités vous attendent." if count else "Elle ne s’engage pas pour l’instant."
    messages.success(request, f"Réponse enregistrée\u00a0: {recipient.company}. {said}")
    return True


@require_POST
def recipient_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The company said no, on paper or to somebody."""
    recipient = _enterable(request, pk)
    try:
        decline(recipient=recipient, by=request.user, now=timezone.now(), channel=AnswerChannel.PHONE)
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"C’est noté\u00a0: {recipient.company} ne participe pas, et ne sera pas relancée.")
    return redirect(recipient)


# --- one recipient --------------------------------------------------------------------------------
@require_safe
def recipient_detail(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = visible_recipient(request, pk)
    allow(can_view_campaign(request.user, recipient))
    story = recipient_story(recipient)
    context = {
        "recipient": recipient,
        "story": story,
        "link_url": request.build_absolute_uri(reverse("campaigns:survey", args=[story.link.survey_key]))
        if story.link and can_enter_answer(request.user, recipient)
        else "",
        "today": timezone.localdate(),
        "commitments": with_titles(story.commitments),
    }
    return render(request, "campaigns/recipient_detail.html", context)


@require_POST
def link_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to give by hand, when the one it had was taken back or none was drawn."""
    recipient = visible_recipient(request, pk)
    allow(can_edit_campaign(request.user, recipient))
    if not recipient.campaign.is_launched:
        messages.error(request, "La campagne n’est pas encore lancée\u00a0: son enquête n’est pas ouverte.")
        return redirect(recipient)
    draw_links(campaign=recipient.campaign, recipients=[recipient], now=timezone.now())
    messages.success(request, "Le lien personnel est prêt.")
    return redirect(recipient)


@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = visible_recipient(request, pk)
    allow(can_edit_campaign(request.user, recipient))
    revoke_link(recipient=recipient, now=timezone.now(), by=request.user)
    messages.success(request, "Le lien est annulé\u00a0: il n’ouvre plus rien. Un autre se prépare ici.")
    return redirect(recipient)


# --- following up ---------------------------------------------------------------------------------
@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """What companies promised and nobody has followed up; `?pour=tous`: everybody's."""
    allow(can_view_campaign(request.user))
    scope = {"user": request.user, "structure": request.structure}
    everybody = request.GET.get("pour") == "tous"
    mine = waiting_commitments(**scope, of=request.user)
    rows = waiting_commitments(**scope) if everybody else mine
    context = {
        "rows": with_titles(list(rows[:MOST_SHOWN])),
        "everybody": everybody,
        "mine_count": mine.count(),
        "every_count": waiting_commitments(**scope).count(),
        "today": timezone.localdate(),
        "most": MOST_SHOWN,
    }
    return render(request, "campaigns/commitment_list.html", context)


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    allow(can_view_campaign(request.user))
    rows = Commitment.objects.visible_to(request.user).select_related("answer__recipient__company")
    commitment = get_object_or_404(rows, pk=pk)
    allow(can_edit_campaign(request.user, commitment))
    return commitment


@require_POST
def commitment_settle(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = _commitment(request, pk)
    try:
        settle_commitment(commitment=commitment, by=request.user, now=timezone.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        company = commitment.answer.recipient.company
        undo_url = reverse("campaigns:commitment_unsettle", args=[commitment.pk])
        say_with_undo(request, f"L’engagement de {company} est repris.", undo_url=undo_url)
    return go_back(request, "campaigns:commitment_list")


@require_POST
def commitment_unsettle(request: HttpRequest, pk: int) -> HttpResponse:
    unsettle_commitment(commitment=_commitment(request, pk), by=request.user, now=timezone.now())
    return go_back(request, "campaigns:commitment_list")


# --- panel of a company ---------------------------------------------------------------------------
@require_GET
def company_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What a company was asked and what it answered: a panel of its record, or a page of its own without script."""
    allow(can_view_campaign(request.user))
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=pk)
    allow(can_view_campaign(request.user, company))
    context: dict[str, Any] = {"company": company, "asked": company_campaigns(company=company, user=request.user)}
    partial = request.htmx and not request.htmx.boosted
    panel = "campaigns/partials/company_campaigns.html"
    response = render(request, panel if partial else "campaigns/company_campaigns_page.html", context)
    response["Vary"] = "HX-Request"
    return response
