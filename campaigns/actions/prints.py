"""Letters to print: one PDF sorted by postcode, each letter with its survey behind; then posted, and told.

A relaunch of a company asked by post is such a letter too, once its day has come: it waits for a person to print it.

The work draws fifty letters at a time, says how far it is, and may be stopped: nothing is then kept.
"""

import datetime as dt
import gc
import secrets
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from campaigns import paper
from campaigns.actions.errors import CampaignError
from campaigns.actions.links import draw_links
from campaigns.enums import LIVE_CAMPAIGNS, RecipientState, Step
from campaigns.letters import values_for
from campaigns.models import Campaign, LetterVersion, PrintBatch, PrintedLetter, Recipient, SurveyLink
from campaigns.queries import settings_of
from campaigns.waiting import letters_to_print, relaunches_to_print
from companies.actions.many import log_each
from companies.actions.solicitation import SolicitationDraft, record_solicitations
from companies.enums import SolicitationChannel
from core.french import counted
from core.jobs import JobFailed, Progress, create_job
from core.mail import address_of
from core.models import ActivityKind, Job
from core.models.job import OPEN_JOB_STATES
from core.pdf import PdfUnavailableError, add_to
from core.pdf_joining import JoinedPdf
from core.working_days import zone_of

TASK = "campaigns.tasks.print_letters"
# One document of many letters is laid out faster than many documents; more would be slow to stop.
LETTERS_A_DOCUMENT = 50
# As many names as a message can hold.
NAMED_AT_MOST = 6


def to_print(campaign: Campaign) -> Any:
    """Recipients whose letter goes by post and is not posted yet, sorted as the post counts them."""
    rows = letters_to_print(Recipient.objects.filter(campaign=campaign))
    return rows.order_by("company__postcode", "company__city_key", "company__name_key", "pk")


@dataclass(frozen=True)
class Unposted:
    """One letter that is not posted yet, in its words."""

    recipient: Recipient
    letter: LetterVersion


def unposted(campaign: Campaign, now: dt.datetime) -> dict[Step, list[Unposted]]:
    """{step: letters to print}, sorted as the post counts them. Two queries."""
    found: dict[Step, list[Unposted]] = defaultdict(list)
    letter = campaign.letter
    if campaign.state not in LIVE_CAMPAIGNS or letter is None:
        return found
    firsts = to_print(campaign).select_related("company", "contact", "adviser")
    found[Step.LETTER] = [Unposted(recipient, letter) for recipient in firsts]
    today = now.astimezone(zone_of(campaign.structure.department)).date()
    for relaunch in relaunches_to_print(Recipient.objects.filter(campaign=campaign), today):
        found[relaunch.step].append(Unposted(relaunch.recipient, campaign.relaunch_text(relaunch.kind)))
    return {step: rows for step, rows in sorted(found.items()) if rows}


@transaction.atomic
def ask_print_batch(
    *, campaign: Campaign, by: Any, now: dt.datetime, step: Step = Step.LETTER, result_url: str = ""
) -> PrintBatch:
    """Queued, for the letters not posted yet. Asked twice while one is being drawn, it is that one."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if campaign.state not in LIVE_CAMPAIGNS or campaign.letter_id is None:
        raise CampaignError("Les lettres se préparent une fois la campagne lancée, et tant qu’elle est en cours.")
    drawn = PrintBatch.objects.filter(campaign=campaign, step=step, job__state__in=OPEN_JOB_STATES).first()
    if drawn:
        return drawn
    count = len(unposted(campaign, now).get(step, ()))
    if not count:
        raise CampaignError(
            "Aucune lettre à imprimer\u00a0: elles sont postées, ou personne n’est sollicité par la poste."
        )
    batch = PrintBatch.objects.create(
        structure_id=campaign.structure_id, campaign=campaign, step=step, count=count, created_by=by
    )
    batch.job = create_job(
        structure=campaign.structure,
        task=TASK,
        title=f"{batch.kind_said} de «\u00a0{campaign}\u00a0»",
        by=by,
        total=count,
        result_url=result_url,
    )
    batch.save(update_fields=["job"])
    return batch


# --- the work -----------------------------------------------------------------------------------
def print_letters(job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, Any]:
    """Draw, write and keep the PDF of the job's batch; {"overflow": names of those whose text leaves its page}."""
    batch = PrintBatch.objects.select_related("campaign__structure", "campaign__letter").get(job=job)
    letters = unposted(batch.campaign, now).get(Step(batch.step), [])
    if not letters:
        raise JobFailed("Il n’y a plus de lettre à imprimer.")
    with tempfile.TemporaryFile() as made:
        drawn = _Drawn(batch, letters, JoinedPdf(made))
        try:
            _draw(drawn, letters, progress, now)
        except PdfUnavailableError as error:
            raise JobFailed(str(error)) from error
        drawn.file.end()
        made.seek(0)
        _keep(drawn, File(made))
    names = [str(one.recipient.company) for one in letters if one.recipient.pk in drawn.overflow]
    return {"overflow": names, "message": overflow_warning(names)}


class _Drawn:
    """The letters drawn so far: in the file already, with where each begins."""

    def __init__(self, batch: PrintBatch, letters: Sequence[Unposted], file: JoinedPdf) -> None:
        self.batch, self.words, self.file = batch, {one.recipient.pk: one.letter for one in letters}, file
        self.rows: list[PrintedLetter] = []
        self.overflow: set[int] = set()

    def add(self, printed: paper.Printed) -> None:
        before = len(self.file.pages)
        for pk, (first, count) in printed.pages.items():
            row = PrintedLetter(batch=self.batch, recipient_id=pk, letter=self.words[pk], pages=count)
            row.structure_id, row.step, row.first_page = self.batch.structure_id, self.batch.step, before + first
            self.rows.append(row)
        # Written at once: laid out pages are heavy, and there may be thousands.
        add_to(self.file, printed.drawing)
        self.overflow.update(printed.overflow)


def _draw(drawn: _Drawn, letters: Sequence[Unposted], progress: Progress, now: dt.datetime) -> None:
    batch, campaign, recipients = drawn.batch, drawn.batch.campaign, [one.recipient for one in letters]
    head = paper.letterhead(campaign.structure, settings_of(campaign.structure))
    today = now.astimezone(zone_of(campaign.structure.department)).date()
    values = values_for(campaign=campaign, recipients=recipients, today=today)
    links = draw_links(campaign=campaign, recipients=recipients, now=now)
    progress.advance(0, len(letters))
    for start in range(0, len(letters), LETTERS_A_DOCUMENT):
        group = letters[start : start + LETTERS_A_DOCUMENT]
        sheets = [
            paper.paper_letter(
                recipient=one.recipient,
                letter=one.letter,
                values=values[one.recipient.pk],
                head=head,
                link=survey_address(links[one.recipient.pk]),
                today=today,
            )
            for one in group
        ]
        drawn.add(paper.print_letters(sheets, head=head, title=f"{batch.kind_said} de «\u00a0{campaign}\u00a0»"))
        # What was laid out holds itself in circles: left alone, it would weigh until some later turn.
        gc.collect()
        progress.advance(start + len(group), len(letters))


def _keep(drawn: _Drawn, file: File) -> None:
    batch = drawn.batch
    batch.count, batch.pages = len(drawn.rows), len(drawn.file.pages)
    batch.file.save(f"{slugify(batch.kind_said)}-{batch.pk}-{secrets.token_hex(8)}.pdf", file, save=False)
    batch.save(update_fields=["count", "pages", "file"])
    PrintedLetter.objects.bulk_create(drawn.rows, batch_size=1000)


def survey_address(link: SurveyLink) -> str:
    return address_of("campaigns:survey", key=link.survey_key)


def overflow_warning(names: Sequence[str]) -> str:
    """« 2 lettres dépassent leur page : A, B. »; "" when none does."""
    if not names:
        return ""
    said = ", ".join(names[:NAMED_AT_MOST]) + ("…" if len(names) > NAMED_AT_MOST else "")
    count = "1 lettre dépasse sa page" if len(names) == 1 else f"{len(names)} lettres dépassent leur page"
    return f"{count}\u00a0: {said}."


def taken_out_words(names: Sequence[str]) -> str:
    """« Retirez 2 lettres avant de poster : A, B. »; "" when none is."""
    if not names:
        return ""
    said = ", ".join(names[:NAMED_AT_MOST]) + ("…" if len(names) > NAMED_AT_MOST else "")
    return f"Retirez {counted(len(names), 'lettre')} avant de poster\u00a0: {said}."


# --- posted -------------------------------------------------------------------------------------
def to_take_out(batch: PrintBatch) -> "QuerySet[PrintedLetter]":
    """Letters of a batch that should not be posted any more: answered since it was drawn, held back, posted before."""
    posted = PrintedLetter.objects.filter(posted_at__isnull=False)
    again = posted.filter(recipient=OuterRef("recipient"), step=OuterRef("step"))
    wanted = Recipient.objects.waited_for().filter(held_at=None, company__deleted_at=None)
    rows = PrintedLetter.objects.filter(batch=batch, posted_at=None)
    rows = rows.filter(~Q(recipient__in=wanted) | Q(Exists(again)))
    return rows.select_related("recipient__company").order_by("first_page")


@transaction.atomic
def post_batch(*, batch: PrintBatch, by: Any, now: dt.datetime) -> int:
    """They are in the post: their companies are asked, ledger and timelines say so. How many; 0 told twice.

    Those that were to be taken out (`to_take_out`) are not in the post.
    """
    batch = PrintBatch.objects.select_for_update(of=("self",)).select_related("campaign__structure").get(pk=batch.pk)
    if batch.posted_at is not None:
        return 0
    if batch.is_purged:
        raise CampaignError("Ce PDF n’est plus conservé\u00a0: préparez-en un nouveau.")
    if not batch.file:
        raise CampaignError("Ces lettres ne sont pas encore prêtes.")
    batch.posted_at, batch.posted_by = now, by
    batch.save(update_fields=["posted_at", "posted_by"])
    out = set(to_take_out(batch).values_list("pk", flat=True))
    letters = list(batch.letters.exclude(pk__in=out).select_related("recipient__company").order_by("recipient_id"))
    PrintedLetter.objects.filter(batch=batch).exclude(pk__in=out).update(posted_at=now)
    recipients = Recipient.objects.filter(pk__in=[letter.recipient_id for letter in letters])
    recipients.filter(asked_at=None).update(asked_at=now)
    recipients.filter(state=RecipientState.PLANNED).update(state=RecipientState.ASKED, state_since=now)
    _tell(batch, letters, by=by, now=now)
    return len(letters)


def _tell(batch: PrintBatch, letters: Sequence[PrintedLetter], *, by: Any, now: dt.datetime) -> None:
    campaign = batch.campaign
    day = timezone.localtime(now, zone_of(campaign.structure.department)).date()
    step = batch.get_step_display()
    record_solicitations(
        drafts=[
            SolicitationDraft(
                company=letter.recipient.company,
                channel=SolicitationChannel.LETTER,
                on=day,
                title=f"{campaign} · {step.lower()}",
                source=letter,
            )
            for letter in letters
        ],
        by=campaign.owner,
    )
    log_each(
        [(letter.recipient.company, f"{step} envoyée par la poste\u00a0: {campaign}", {}) for letter in letters],
        verb="campaign_posted",
        by=by,
        now=now,
        kind=ActivityKind.CAMPAIGN,
    )


# --- the end ------------------------------------------------------------------------------------
@transaction.atomic
def purge_batches(*, structure: Any, now: dt.datetime) -> int:
    """Erase the files that were kept long enough; how many. What was posted to whom stays known."""
    batches = PrintBatch.objects.filter(structure=structure).outdated(now).order_by("pk")
    outdated = list(batches.select_for_update(of=("self",)))
    for batch in outdated:
        storage, name = batch.file.storage, str(batch.file.name)
        batch.file = ""
        batch.save(update_fields=["file"])
        # Once nothing names it any more.
        transaction.on_commit(partial(storage.delete, name))
    return len(outdated)
