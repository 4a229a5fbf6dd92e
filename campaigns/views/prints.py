"""Letters on paper: the batches of a campaign, and one company's letter or survey by itself."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from campaigns import paper
from campaigns.actions.errors import CampaignError
from campaigns.actions.prints import (
    Unposted,
    ask_print_batch,
    overflow_warning,
    post_batch,
    survey_address,
    taken_out_words,
    to_take_out,
    unposted,
)
from campaigns.audience import texts_of
from campaigns.enums import Step
from campaigns.letters import values_for
from campaigns.models import LetterVersion, PrintBatch, Recipient, SurveyLink
from campaigns.permissions import can_launch_campaign, can_view_campaign
from campaigns.queries import settings_of
from campaigns.trials import address_of_nobody
from campaigns.views.doors import visible_campaign, visible_recipient
from campaigns.views.letters import pdf_response
from core.doors import allow
from core.french import counted
from core.pdf import PdfUnavailableError

# One, many: as `counted` wants them.
NAMES = {
    Step.LETTER: "lettre",
    Step.FIRST_RELAUNCH: "première relance,premières relances",
    Step.SECOND_RELAUNCH: "seconde relance,secondes relances",
}


@require_safe
def print_batch_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What was printed and posted, what is being drawn, what is left to print."""
    campaign = visible_campaign(request, pk)
    batches = PrintBatch.objects.visible_to(request.user).filter(campaign=campaign)
    batches = list(batches.select_related("job", "created_by", "posted_by").order_by("-created_at", "-pk"))
    left = unposted(campaign, timezone.now())
    context = {
        "campaign": campaign,
        "rows": [_row(batch) for batch in batches],
        "waiting": [_waiting(step, letters, batches) for step, letters in left.items()],
        "editable": can_launch_campaign(request.user, campaign),
    }
    return render(request, "campaigns/print_batch_list.html", context)


def _row(batch: PrintBatch) -> dict[str, Any]:
    """A batch with what is to be known before it goes into envelopes."""
    is_ready = bool(batch.file) and batch.posted_at is None
    names = [str(letter.recipient.company) for letter in to_take_out(batch)] if is_ready else []
    overflow = (batch.job.result if batch.job else {}).get("overflow", [])
    return {"batch": batch, "overflow": overflow_warning(overflow), "taken_out": taken_out_words(names)}


def _waiting(step: Step, letters: list[Unposted], batches: list[PrintBatch]) -> dict[str, Any]:
    """Letters of a step that are not posted. `drawn`: how many of them the latest PDF holds already."""
    mine = [batch for batch in batches if batch.step == step]
    ready = next((batch for batch in mine if batch.file and batch.posted_at is None), None)
    pks = {one.recipient.pk for one in letters}
    drawn = ready.letters.filter(recipient__in=pks).count() if ready else 0
    return {
        "step": step,
        "label": NAMES[step],
        "count": len(letters),
        "drawn": drawn,
        "under_way": any(batch.job and batch.job.is_open for batch in mine),
    }


@require_POST
def print_batch_create(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = visible_campaign(request, pk)
    allow(can_launch_campaign(request.user, campaign))
    here = reverse("campaigns:print_batch_list", args=[campaign.pk])
    asked = request.POST.get("etape", "")
    step = Step(int(asked)) if asked in map(str, Step.values) else Step.LETTER
    try:
        batch = ask_print_batch(campaign=campaign, step=step, by=request.user, now=timezone.now(), result_url=here)
    except CampaignError as error:
        messages.error(request, str(error))
        return redirect(here)
    # The work is its asker's to follow; whoever asks while it goes on waits on the page.
    mine = batch.job is not None and batch.job.created_by_id == request.user.pk
    return redirect("core:job_detail", key=batch.job.key) if mine else redirect(here)


@require_safe
def print_batch_file(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if not batch.file or not batch.file.storage.exists(batch.file.name):
        raise Http404
    name = f"{slugify(batch.kind_said)}-{slugify(str(batch.campaign)) or batch.pk}.pdf"
    response = FileResponse(batch.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def print_batch_post(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    allow(can_launch_campaign(request.user, batch))
    try:
        count = post_batch(batch=batch, by=request.user, now=timezone.now())
    except CampaignError as error:
        messages.error(request, str(error))
    else:
        said = f"{counted(count, 'lettre')} {'notées comme postées' if count > 1 else 'notée comme postée'}."
        messages.success(request, said if count else "Ces lettres étaient déjà notées comme postées.")
    return redirect("campaigns:print_batch_list", pk=batch.campaign_id)


def _batch(request: HttpRequest, pk: int) -> PrintBatch:
    allow(can_view_campaign(request.user))
    rows = PrintBatch.objects.visible_to(request.user).filter(campaign__deleted_at=None)
    return get_object_or_404(rows.select_related("campaign"), pk=pk)


# --- one company --------------------------------------------------------------------------------
@require_safe
def recipient_letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Her letter as it leaves on paper, with its survey behind. `?texte=`: one of the relaunches."""
    recipient = visible_recipient(request, pk)
    texts, wanted = texts_of(recipient.campaign), request.GET.get("texte", "")
    if recipient.campaign.letter is None:
        raise Http404
    letter = next((text for text in texts if str(text.pk) == wanted), recipient.campaign.letter)
    return _paper(request, recipient, letter, "lettre")


@require_safe
def recipient_survey_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Her survey alone: `?papier` to fill in by hand, else on a screen."""
    return _paper(request, visible_recipient(request, pk), None, "questionnaire", fillable="papier" not in request.GET)


def _paper(
    request: HttpRequest, recipient: Recipient, letter: LetterVersion | None, name: str, *, fillable: bool = False
) -> HttpResponse:
    """Without a link drawn yet, the code leads nowhere; the reference holds all the same."""
    today, campaign = timezone.localdate(), recipient.campaign
    link = SurveyLink.objects.visible_to(request.user).filter(recipient=recipient, revoked_at=None).first()
    values: dict[int | None, Any] = values_for(campaign=campaign, recipients=[recipient], today=today)
    head = paper.letterhead(campaign.structure, settings_of(campaign.structure))
    one = paper.paper_letter(
        recipient=recipient,
        letter=letter,
        values=values[recipient.pk],
        head=head,
        link=survey_address(link) if link else address_of_nobody(),
        today=today,
    )
    title = f"{name.capitalize()}, {recipient.company}"
    try:
        printed = paper.print_letters([one], head=head, title=title, fillable=fillable)
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect(campaign)
    return pdf_response(paper.pdf_bytes(printed, fillable=fillable), name)
