"""What a letter says to one recipient: its fields, what is missing, the e-mail.

What is kept of an e-mail holds no key: the personal addresses are marks (`LINK_MARK`, `UNSUBSCRIBE_MARK`) that
`with_addresses` replaces while the message is handed to the server, and that are real links for whoever reads a mail.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import mrml
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from campaigns.merge_fields import fill, missing_in, told
from campaigns.models import Campaign, LetterVersion, Recipient, SendingSettings
from companies.enums import RelationState
from companies.models import Company
from core import french
from core.phases import Phase
from opportunities import counts
from opportunities.models import Placement

# Whole addresses, so that they need no escaping anywhere; « .invalid » belongs to nobody, for ever.
LINK_MARK = "https://lien-personnel.invalid/"
UNSUBSCRIBE_MARK = "https://desabonnement.invalid/"
MARKS = (LINK_MARK, UNSUBSCRIBE_MARK)
LINK_WORDS = "répondre à l’enquête"

IN_THE_NETWORK = (RelationState.IN_RELATION, RelationState.PARTNER, RelationState.AMBASSADOR)
SUBJECT_LENGTH = 200

# Fonts that every mail reader has: nothing is fetched.
_MJML = mrml.RenderOptions(disable_comments=True, fonts={})
# Line breaks of every alphabet: one in a name would be a header of its own.
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_BULLET = re.compile(r"^[ \t]*[-–•][ \t\u00a0]+")


@dataclass(frozen=True)
class RenderedEmail:
    """`text` and `html` hold the marks; `subject` is one line of 200 characters at most."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Block:
    """A paragraph (`lines`: where one breaks it) or a list (`lines`: its items)."""

    kind: Literal["paragraph", "list"]
    lines: list[str]

    @property
    def text(self) -> str:
        """As plain text."""
        return "\n".join(f"- {line}" if self.kind == "list" else line for line in self.lines)


@dataclass(frozen=True)
class LetterText:
    """The words of a letter for one recipient, fields filled. What e-mail, page and paper draw."""

    subject: str
    headline: str
    blocks: list[Block]
    closing: list[Block]
    signatory: str
    signatory_title: str


# --- the values ---------------------------------------------------------------------------------
def one_line(text: str) -> str:
    """Without any line break nor control character; other spaces stay as they are."""
    return _BREAKS.sub(" ", text).strip()


def values_for(
    *, campaign: Campaign, recipients: Sequence[Recipient], today: dt.date
) -> dict[int | None, dict[str, str]]:
    """{recipient pk: {field: text}}, "" where it is not known; `lien` is its mark. Six queries, whatever their number.

    Works on recipients that are not saved too (pk None), for the preview of a text.
    """
    prefetch_related_objects([campaign], "structure")
    prefetch_related_objects(list(recipients), "company", "contact", "adviser")
    common = _common_values(campaign, today)
    return {recipient.pk: common | _own_values(recipient, campaign.structure) for recipient in recipients}


def _common_values(campaign: Campaign, today: dt.date) -> dict[str, str]:
    structure = campaign.structure
    said = {
        "structure": structure.name,
        "ville": structure.city,
        "date_reponse": french.french_date(campaign.answer_by, today=today),
        "annee": str(today.year),
        "entreprises_du_reseau": french.number(companies_of_the_network(structure)),
        "jeunes_en_emploi": french.number(young_people_in_work(structure, today)),
        "lien": LINK_MARK,
    }
    return {name: one_line(value) for name, value in said.items()}


def _own_values(recipient: Recipient, structure: Any) -> dict[str, str]:
    contact, adviser = recipient.contact, recipient.adviser
    said = {
        "entreprise": str(recipient.company),
        "commune": recipient.company.city,
        "contact": f"{contact.first_name} {contact.last_name}" if contact else "",
        "civilite": greeting_of(contact),
        "conseiller": f"{adviser.first_name} {adviser.last_name}" if adviser else "",
        "conseiller_telephone": french.phone((adviser and adviser.phone) or structure.phone),
        "conseiller_email": adviser.email if adviser else structure.email,
        "reference": recipient.reference,
    }
    return {name: one_line(value) for name, value in said.items()}


def greeting_of(contact: Any) -> str:
    """Never missing: whom one does not know is greeted as one does in French."""
    return {"mme": "Madame", "m": "Monsieur"}.get(contact.civility if contact else "", "Madame, Monsieur")


def companies_of_the_network(structure: Any) -> int:
    return Company.objects.filter(structure=structure, deleted_at=None, relation_state__in=IN_THE_NETWORK).count()


def young_people_in_work(structure: Any, today: dt.date) -> int:
    """Each young person once, of whom a contract (alternance or job) began within the last twelve months."""
    contracts = Placement.objects.filter(structure=structure, opportunity__phase__in=(Phase.APPRENTICESHIP, Phase.JOB))
    begun = counts.realisations(contracts, counts.last_months(today))
    return begun.order_by().values("young_person_id").distinct().count()


def missing_in_letter(letter: LetterVersion, values: Mapping[str, str]) -> list[str]:
    """Names of the fields that one recipient's values do not fill."""
    return missing_in(whole_text(letter), values)


def whole_text(letter: LetterVersion) -> str:
    """All that a recipient may read of a version, to look for fields in."""
    parts = (letter.subject, letter.headline, letter.body, letter.closing, letter.signatory, letter.signatory_title)
    return "\n".join(parts)


# --- the words ----------------------------------------------------------------------------------
def blocks_of(text: str) -> list[Block]:
    """A blank line parts two paragraphs; lines that all begin with a dash are a list."""
    blocks: list[Block] = []
    for part in _BLANK_LINE.split(text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        lines = [line.strip(" \t") for line in part.split("\n") if line.strip()]
        blocks.extend(_blocks_of_lines(lines))
    return blocks


def _blocks_of_lines(lines: list[str]) -> Iterable[Block]:
    """A list may follow its sentence without a blank line between."""
    run: list[str] = []
    kind: Literal["paragraph", "list"] = "paragraph"
    for line in lines:
        is_item = bool(_BULLET.match(line))
        if run and is_item != (kind == "list"):
            yield Block(kind, run)
            run = []
        kind = "list" if is_item else "paragraph"
        run.append(_BULLET.sub("", line))
    if run:
        yield Block(kind, run)


def words_of(letter: LetterVersion, values: Mapping[str, str]) -> LetterText:
    def filled(blocks: list[Block]) -> list[Block]:
        lines = [[fill(line, values) for line in map(said, block.lines) if line] for block in blocks]
        return [replace(block, lines=kept) for block, kept in zip(blocks, lines, strict=True) if kept]

    def said(line: str) -> str:
        return told(line, values)

    return LetterText(
        subject=subject_of(letter, values),
        headline=one_line(fill(letter.headline, values)),
        # Parted before they are filled: a value never makes a paragraph.
        blocks=filled(blocks_of(letter.body)),
        closing=filled(blocks_of(letter.closing)),
        signatory=one_line(fill(letter.signatory, values)),
        signatory_title=one_line(fill(letter.signatory_title, values)),
    )


def subject_of(letter: LetterVersion, values: Mapping[str, str]) -> str:
    return one_line(fill(letter.subject, values))[:SUBJECT_LENGTH]


# --- the e-mail ---------------------------------------------------------------------------------
def draw_email(
    *, words: LetterText, values: Mapping[str, str], structure: Any, settings: SendingSettings
) -> RenderedEmail:
    """What leaves, but for the two addresses: see the module. No query; for several, see `patterns`.

    Nothing in it is fetched by who reads it: no picture, no font, nothing that tells it was opened.
    """
    context = {
        "words": words,
        "structure": structure,
        "sender": settings.sender_name or structure.name,
        "adviser": values.get("conseiller", ""),
        "adviser_phone": values.get("conseiller_telephone", ""),
        "answer_by": values.get("date_reponse", ""),
        "company": values.get("entreprise", ""),
        "link": LINK_MARK,
        "unsubscribe": UNSUBSCRIBE_MARK,
    }
    html = mrml.to_html(render_to_string("campaigns/mails/letter.mjml", context), render_options=_MJML).content
    text = render_to_string("campaigns/mails/letter.txt", context)
    return RenderedEmail(words.subject, text.strip() + "\n", html)


def with_addresses(text: str, *, link: str, unsubscribe: str) -> str:
    """A kept text (or page) as it leaves: the marks become this recipient's own addresses."""
    return text.replace(LINK_MARK, link).replace(UNSUBSCRIBE_MARK, unsubscribe)


def linked(line: str, *, href: str = LINK_MARK, words: str = LINK_WORDS) -> SafeString:
    """A line of text as HTML, its personal address a link with words."""
    anchor = f'<a href="{conditional_escape(href)}">{conditional_escape(words)}</a>'
    return mark_safe(str(conditional_escape(line)).replace(LINK_MARK, anchor))
