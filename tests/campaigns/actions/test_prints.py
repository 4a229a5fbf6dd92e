import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfReader

from campaigns.actions.errors import CampaignError
from campaigns.actions.prints import (
    LETTERS_A_DOCUMENT,
    ask_print_batch,
    overflow_warning,
    post_batch,
    print_letters,
    purge_batches,
    taken_out_words,
    to_print,
    to_take_out,
    unposted,
)
from campaigns.enums import Channel, LetterKind, RecipientState, Step
from campaigns.models import PrintBatch, PrintedLetter, SurveyLink
from companies.models import SolicitationEntry
from core import pdf
from core.jobs import JobCancelled
from core.models import ActivityEntry
from tests.factories import CampaignFactory, LetterVersionFactory, RecipientFactory

needs_pango = pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")


class Told:
    """Keeps what a job would show; `stop_at`: somebody asks to stop there."""

    def __init__(self, stop_at=None):
        self.said, self.stop_at = [], stop_at

    def advance(self, done, total=None, message=""):
        self.said.append(done)
        if self.stop_at is not None and done >= self.stop_at:
            raise JobCancelled


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def campaign(structure, adviser):
    return CampaignFactory(structure=structure, running=True, channel=Channel.POST, owner=adviser)


def recipient(campaign, postcode="36300", **fields):
    place = {"company__postcode": postcode, "company__address": "4 rue du Four", "company__city": "Le Blanc"}
    return RecipientFactory(campaign=campaign, channel=Channel.POST, **place, **fields)


def asked(campaign, by):
    return ask_print_batch(campaign=campaign, by=by, now=timezone.now())


def drawn(batch, told=None):
    return print_letters(batch.job, told or Told(), now=timezone.now())


def test_letters_are_sorted_as_the_post_counts_them(campaign):
    south, north = recipient(campaign, "36300"), recipient(campaign, "18000")
    recipient(campaign, exclusion="no_address")
    recipient(campaign, state=RecipientState.DECLINED)
    RecipientFactory(campaign=campaign, channel=Channel.EMAIL)
    assert list(to_print(campaign)) == [north, south]


def test_one_batch_is_drawn_at_a_time(campaign, adviser, colleague):
    recipient(campaign)
    assert asked(campaign, adviser) == asked(campaign, colleague)
    assert PrintBatch.objects.count() == 1


def test_a_campaign_that_is_not_launched_prints_nothing(structure, adviser):
    with pytest.raises(CampaignError, match="lancée"):
        asked(CampaignFactory(structure=structure), adviser)


def test_nothing_to_print_is_said(campaign, adviser):
    with pytest.raises(CampaignError, match="Aucune lettre"):
        asked(campaign, adviser)


@needs_pango
def test_a_batch_holds_each_letter_and_its_survey(campaign, adviser):
    first, second = recipient(campaign, "18000"), recipient(campaign, "36300")
    batch, told = asked(campaign, adviser), Told()
    assert drawn(batch, told) == {"overflow": [], "message": ""}
    batch.refresh_from_db()
    assert (batch.count, batch.pages) == (2, 4)
    assert batch.file.open("rb").read(5) == b"%PDF-"
    rows = PrintedLetter.objects.order_by("first_page").values_list("recipient_id", "first_page", "pages")
    assert list(rows) == [(first.pk, 1, 2), (second.pk, 3, 2)]
    assert SurveyLink.objects.filter(recipient__in=[first, second]).count() == 2
    assert told.said == [0, 2]


@needs_pango
def test_documents_follow_one_another_on_new_sheets(campaign, adviser, monkeypatch):
    monkeypatch.setattr("campaigns.actions.prints.LETTERS_A_DOCUMENT", 1)
    assert LETTERS_A_DOCUMENT == 50
    campaign.letter = LetterVersionFactory(structure=campaign.structure, body="Un paragraphe qui dure.\n\n" * 30)
    campaign.save()
    rows = [recipient(campaign, postcode) for postcode in ("18000", "36300")]
    batch = asked(campaign, adviser)
    result = drawn(batch)
    assert result["overflow"] == [str(row.company) for row in rows]
    assert "2 lettres dépassent leur page" in result["message"]
    pages = list(PrintedLetter.objects.order_by("first_page").values_list("first_page", "pages"))
    assert pages == [(1, 3), (5, 3)]
    with PrintBatch.objects.get(pk=batch.pk).file.open("rb") as file:
        assert len(PdfReader(file).pages) == 8


@needs_pango
def test_work_that_is_stopped_keeps_nothing(campaign, adviser):
    recipient(campaign)
    batch = asked(campaign, adviser)
    with pytest.raises(JobCancelled):
        drawn(batch, Told(stop_at=1))
    batch.refresh_from_db()
    assert not batch.file
    assert not PrintedLetter.objects.exists()


@needs_pango
def test_posted_letters_are_told_once(campaign, adviser):
    row = recipient(campaign)
    answered = recipient(campaign)
    batch = asked(campaign, adviser)
    drawn(batch)
    answered.state, answered.answered_at = RecipientState.ANSWERED, timezone.now()
    answered.save()
    now = timezone.now()
    assert [letter.recipient for letter in to_take_out(batch)] == [answered]
    assert post_batch(batch=batch, by=adviser, now=now) == 1
    assert post_batch(batch=batch, by=adviser, now=now) == 0
    row.refresh_from_db()
    answered.refresh_from_db()
    assert (row.state, row.asked_at) == (RecipientState.ASKED, now)
    assert (answered.state, answered.asked_at) == (RecipientState.ANSWERED, None)
    assert SolicitationEntry.objects.filter(company=row.company, channel="letter").count() == 1
    assert ActivityEntry.objects.filter(subject_id=row.company_id, verb="campaign_posted").count() == 1
    assert not to_print(campaign).exists()


@needs_pango
def test_a_relaunch_by_post_waits_for_a_printer_then_for_the_next(campaign, adviser):
    campaign.unopened_text = LetterVersionFactory(structure=campaign.structure, kind=LetterKind.UNOPENED)
    campaign.save()
    row, now = recipient(campaign), timezone.now()
    first = asked(campaign, adviser)
    drawn(first)
    post_batch(batch=first, by=adviser, now=now - dt.timedelta(days=20))
    (relaunch,) = unposted(campaign, now)[Step.FIRST_RELAUNCH]
    assert (relaunch.recipient, relaunch.letter) == (row, campaign.unopened_text)
    batch = ask_print_batch(campaign=campaign, step=Step.FIRST_RELAUNCH, by=adviser, now=now)
    drawn(batch)
    assert batch.letters.get().letter == campaign.unopened_text
    post_batch(batch=batch, by=adviser, now=now)
    assert unposted(campaign, now) == {}
    assert SolicitationEntry.objects.filter(company=row.company, channel="letter").count() == 2


def test_a_file_is_kept_as_long_as_it_serves(campaign, structure, adviser, django_capture_on_commit_callbacks):
    now = timezone.now()
    posted, fresh, waiting, forgotten = (
        PrintBatch.objects.create(structure=structure, campaign=campaign, pages=2, file=ContentFile(b"%PDF", "a.pdf"))
        for _ in range(4)
    )
    for batch, days in ((posted, 31), (fresh, 29)):
        PrintBatch.objects.filter(pk=batch.pk).update(posted_at=now - dt.timedelta(days=days))
    PrintBatch.objects.filter(pk=waiting.pk).update(created_at=now - dt.timedelta(days=89))
    PrintBatch.objects.filter(pk=forgotten.pk).update(created_at=now - dt.timedelta(days=91))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_batches(structure=structure, now=now) == 2
    kept = PrintBatch.objects.exclude(file="").order_by("pk")
    assert list(kept) == [fresh, waiting]
    assert [posted.file.storage.exists(batch.file.name) for batch in (posted, fresh, waiting, forgotten)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert (kept[0].kept_until - now).days == 1
    with pytest.raises(CampaignError, match="plus conservé"):
        post_batch(batch=forgotten, by=adviser, now=now)


def test_a_batch_without_its_file_is_not_posted(campaign, adviser):
    recipient(campaign)
    batch = asked(campaign, adviser)
    with pytest.raises(CampaignError, match="pas encore prêtes"):
        post_batch(batch=batch, by=adviser, now=timezone.now())


def test_a_warning_names_whose_letter_leaves_its_page():
    assert overflow_warning([]) == ""
    assert taken_out_words([]) == ""
    assert taken_out_words(["A", "B"]) == "Retirez 2\u00a0lettres avant de poster\u00a0: A, B."
    assert overflow_warning(["Suin"]) == "1 lettre dépasse sa page\u00a0: Suin."
    assert overflow_warning([str(number) for number in range(9)]).endswith("0, 1, 2, 3, 4, 5….")
