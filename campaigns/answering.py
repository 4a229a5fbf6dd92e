"""What the pages of the survey read: the link behind a key, what the record already says, an answer in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from campaigns.commitments import asked, changed_questions, is_asked, is_blank, opening_of, said_of
from campaigns.enums import AnswerState
from campaigns.models import (
    Answer,
    AnswerVersion,
    Commitment,
    Message,
    PhoneCall,
    PrintedLetter,
    Recipient,
    SurveyLink,
)
from campaigns.survey import IDENTITY, QUESTIONS, SECTIONS, Section
from companies.enums import ContactPart, Sector
from companies.models import Company, Contact
from core.french import MONTHS
from core.french import phone as shown_phone
from core.tokens import digest_of

_REFERENCE = re.compile(r"[A-Z0-9]{4}-?[A-Z0-9]{4}")
_KEY_IN_ADDRESS = re.compile(r"/enquete/([^/\s?#]+)")
UNANSWERED = "Sans réponse"
_WITH = (
    "recipient__campaign",
    "recipient__structure",
    "recipient__company",
    "recipient__contact",
    "recipient__adviser",
)


def survey_link(key: str) -> SurveyLink | None:
    """The link of that key for the survey, good or not; within the scope of its structure. One query."""
    return SurveyLink.objects.select_related(*_WITH, "recipient__answer").filter(survey_digest=digest_of(key)).first()


def unsubscribe_link(key: str) -> SurveyLink | None:
    return SurveyLink.objects.select_related(*_WITH).filter(unsubscribe_digest=digest_of(key)).first()


def answer_of(recipient: Recipient) -> Answer | None:
    return getattr(recipient, "answer", None)


def version_given(answer: Answer | None) -> int:
    """What a page that fills it in was drawn from: 0 before any was given."""
    return answer.version if answer and answer.state == AnswerState.GIVEN else 0


def recipient_named(text: str, *, user: Any) -> Recipient | None:
    """The recipient whose paper bears that reference, or whose QR code holds that address; of a launched campaign."""
    rows = Recipient.objects.visible_to(user).filter(campaign__launched_at__isnull=False, campaign__deleted_at=None)
    rows = rows.filter(company__deleted_at=None)
    address = _KEY_IN_ADDRESS.search(text)
    if address:
        return rows.filter(links__survey_digest=digest_of(address[1])).first()
    compact = re.sub(r"[\s\-\u2010-\u2015]", "", text.upper().replace("\x00", ""))
    if not _REFERENCE.fullmatch(compact):
        return None
    return rows.filter(reference=f"{compact[:4]}-{compact[4:]}").order_by("-pk").first()


# --- what is known --------------------------------------------------------------------------------
def known_values(recipient: Recipient) -> dict[str, Any]:
    """{question: what the record says}, for the company to correct. One query."""
    company, contact = recipient.company, recipient.contact
    if contact is not None and (contact.is_deleted or contact.has_left):
        contact = None
    values = {
        question.name: getattr(company, question.company_field)
        for question in QUESTIONS.values()
        if question.company_field and question.name != "knows_aid"
    }
    values |= {"mobile": "", "email": company.email, "contact_name": ""}
    if contact is not None:
        values |= {
            "mobile": contact.mobile,
            "email": contact.email,
            "contact_name": f"{contact.first_name} {contact.last_name}".strip(),
        }
    values["leader"] = _leader(company)
    if company.knows_aid is not None:
        values["knows_aid"] = "yes" if company.knows_aid else "no"
    return values


def _leader(company: Company) -> str:
    rows = Contact.objects.kept().filter(company=company, part=ContactPart.DECIDES, left_on=None)
    found = rows.order_by("-is_main", "last_name", "pk").first()
    return f"{found.first_name} {found.last_name}".strip() if found else ""


# --- an answer in words ---------------------------------------------------------------------------
@dataclass(frozen=True)
class SaidSection:
    """`rows`: (question, answer), « Sans réponse » for one that was passed; of who it is, what it said alone."""

    section: Section
    rows: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return self.section.name

    @property
    def title(self) -> str:
        return self.section.title


def answer_in_words(values: dict[str, Any]) -> list[SaidSection]:
    kept = asked(values)
    found = []
    for section in SECTIONS:
        names = [question.name for question in section.questions if is_asked(question, values)]
        if section is IDENTITY:
            names = [name for name in names if not is_blank(kept.get(name))]
        rows = [(QUESTIONS[name].label, value_in_words(name, kept.get(name))) for name in names]
        found.append(SaidSection(section, rows))
    return found


def value_in_words(name: str, value: Any) -> str:
    """« Sans réponse » for a question that was passed: it is no « Non »."""
    said = said_of(name, value, months=MONTHS, sectors=dict(Sector.choices)) or UNANSWERED
    return shown_phone(said) if name in ("phone", "mobile") and said != UNANSWERED else said


# --- one recipient, whole -------------------------------------------------------------------------
@dataclass(frozen=True)
class Version:
    """An answer as it was given that time; `changes`: (question, before, after), none the first time."""

    row: AnswerVersion
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class RecipientStory:
    """What the page of a recipient shows, in seven queries."""

    answer: Answer | None
    versions: list[Version]
    commitments: list[Commitment]
    messages: list[Message]
    letters: list[PrintedLetter]
    calls: list[PhoneCall]
    link: SurveyLink | None

    @property
    def is_given(self) -> bool:
        return self.answer is not None and self.answer.state == AnswerState.GIVEN

    def said(self) -> list[SaidSection]:
        return answer_in_words(self.answer.values) if self.answer else []


def recipient_story(recipient: Recipient) -> RecipientStory:
    """`recipient` was read through `visible_to`: what hangs on it is its own."""
    answer = Answer.objects.select_related("entered_by").filter(recipient=recipient).first()
    commitments = Commitment.objects.filter(answer=answer).select_related("opportunity", "adviser")
    letters = PrintedLetter.objects.filter(recipient=recipient, posted_at__isnull=False)
    return RecipientStory(
        answer=answer,
        versions=_versions(answer) if answer else [],
        commitments=list(commitments.order_by("phase", "pk")) if answer else [],
        messages=list(Message.objects.filter(recipient=recipient).order_by("step", "pk")),
        letters=list(letters.order_by("step", "pk")),
        calls=list(PhoneCall.objects.filter(recipient=recipient).select_related("by").order_by("-at", "-pk")),
        link=SurveyLink.objects.filter(recipient=recipient, revoked_at=None).first(),
    )


def _versions(answer: Answer) -> list[Version]:
    """Latest first."""
    rows = list(answer.versions.select_related("by").order_by("number"))
    found = [Version(row, _differences(before, row)) for before, row in zip([None, *rows], rows, strict=False)]
    return found[::-1]


def _differences(before: AnswerVersion | None, after: AnswerVersion) -> list[tuple[str, str, str]]:
    if before is None:
        return []
    one, other = asked(before.values), asked(after.values)
    names = changed_questions(before.values, after.values)
    rows = [
        (QUESTIONS[name].label, value_in_words(name, one.get(name)), value_in_words(name, other.get(name)))
        for name in names
    ]
    return [*rows, ("Commentaire", before.comment, after.comment)] if before.comment != after.comment else rows


# --- a company's, and what waits ------------------------------------------------------------------
PANEL_ROWS = 5


def company_campaigns(*, company: Company, user: Any) -> list[Recipient]:
    """The latest campaigns it was asked in, with `commitment_count`. One query."""
    standing = Count("answer__commitments", filter=Q(answer__commitments__withdrawn_at=None))
    rows = Recipient.objects.visible_to(user).included().filter(company=company, campaign__launched_at__isnull=False)
    rows = rows.filter(campaign__deleted_at=None).select_related("campaign").annotate(commitment_count=standing)
    return list(rows.order_by("-campaign__launched_at", "-pk")[:PANEL_ROWS])


def waiting_commitments(*, user: Any, structure: Any = None, of: Any = None) -> "QuerySet[Commitment]":
    """Those to follow up, the nearest day first; `of`: only that person's."""
    rows = Commitment.objects.visible_to(user).in_structure(structure).waiting()
    rows = rows.filter(answer__recipient__company__deleted_at=None, answer__recipient__campaign__deleted_at=None)
    if of is not None:
        rows = rows.filter(adviser=of)
    related = ("opportunity", "adviser", "answer__recipient__company", "answer__recipient__campaign")
    return rows.select_related(*related).order_by("due_on", "answer__recipient__company__name_key", "pk")


def with_titles(commitments: Iterable[Commitment]) -> list[tuple[Commitment, str]]:
    """(row, what was promised in words)."""
    openings = [(row, opening_of(row.question)) for row in commitments]
    return [(row, opening.title if opening else row.question) for row, opening in openings]


DAY_ROWS = 5
# What a line of the day says: of the answer, the company and the campaign, nothing else is read.
_SAID = (
    *("phase", "question", "due_on", "opportunity__title", "opportunity__deleted_at"),
    "answer__recipient__company__name",
)


@dataclass(frozen=True)
class DayCommitments:
    """The nearest of one's own; `are_more`: the list holds others."""

    rows: list[tuple[Commitment, str]]
    are_more: bool


def day_commitments(*, user: Any, structure: Any) -> DayCommitments:
    """One query."""
    mine = waiting_commitments(user=user, structure=structure, of=user).select_related(None)
    rows = list(mine.select_related("opportunity", "answer__recipient__company").only(*_SAID)[: DAY_ROWS + 1])
    return DayCommitments(with_titles(rows[:DAY_ROWS]), len(rows) > DAY_ROWS)
