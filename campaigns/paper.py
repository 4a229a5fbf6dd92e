"""Letters and surveys on paper: who they are from, to whom, where the answer goes; drawn one by one or many at once.

A letter is one page; the survey stands behind it, or on sheets of its own. PDF/UA, our font, no network.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import Storage
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from campaigns.letters import LetterText, words_of
from campaigns.models import LetterVersion, Recipient, SendingSettings
from campaigns.survey import IDENTITY, OPENINGS, SECTIONS, Question, Section
from core import french
from core.pdf import Drawing, draw, written
from core.phases import SHAPES, Phase
from core.qrcode import qr_svg

SHEET = "css/letter.css"
# What a window shows: more lines would leave it.
ADDRESS_LINES = 6
_PHASES = {opening.question: int(opening.phase) for opening in OPENINGS}
# On paper the colours are those of the light theme: styles of a page do not reach a drawing there.
INKS = {Phase.DISCOVERY: "#8A5A00", Phase.VALIDATION: "#6A3FA0", Phase.APPRENTICESHIP: "#2B6B3F", Phase.JOB: "#1D5AA6"}
MONTHS = list(enumerate(french.SHORT_MONTHS, start=1))


@dataclass(frozen=True)
class Letterhead:
    """Who writes. `pictures`: the logo and the signature, as bytes, by name."""

    name: str
    lines: list[str]
    legal: list[str]
    return_to: str
    city: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def has_logo(self) -> bool:
        return "logo" in self.pictures

    @property
    def has_signature(self) -> bool:
        return "signature" in self.pictures


@dataclass(frozen=True)
class PaperQuestion:
    name: str
    label: str
    kind: str
    phase: int = 0
    value: str = ""


@dataclass(frozen=True)
class PaperSection:
    title: str
    is_identity: bool
    questions: list[PaperQuestion]


@dataclass(frozen=True)
class PaperLetter:
    """One recipient's pages. `words` None: the survey alone. `link`: her personal address, kept nowhere else."""

    key: int
    words: LetterText | None
    address: list[str]
    dated: str
    answer_by: str
    reference: str
    link: str
    adviser: str
    adviser_phone: str
    qr: SafeString
    sections: list[PaperSection]


@dataclass(frozen=True)
class Printed:
    """`pages`: {key: (first page from 1, how many)}; `overflow`: keys of the letters that leave their page."""

    drawing: Drawing
    pages: Mapping[int, tuple[int, int]]
    overflow: list[int]


# --- what is written ----------------------------------------------------------------------------
def letterhead(structure: Any, settings: SendingSettings) -> Letterhead:
    """Reads the two pictures from where they are stored; a file that is gone is left out."""
    named = {"logo": structure.logo, "signature": settings.signature}
    place = " ".join(filter(None, [structure.postcode, structure.city]))
    reach = [french.phone(structure.phone), structure.email, _site(structure.website)]
    where = ", ".join(filter(None, [structure.legal_name or structure.name, structure.address, place]))
    by_mail = f", ou par e-mail à {structure.email}" if structure.email else ""
    return Letterhead(
        name=structure.name,
        lines=[line for line in [structure.address, structure.address_extra, place, *reach] if line],
        legal=[line for line in [_legal_line(structure), structure.funders_line] if line],
        return_to=f"À renvoyer à\u00a0: {where}{by_mail}.",
        city=structure.city,
        pictures={name: content for name, stored in named.items() if (content := _content(stored))},
    )


def _legal_line(structure: Any) -> str:
    """« Association Mission Locale du Val de Brenne · SIRET 412 345 678 00014 »: as far as it is known."""
    siret = f"SIRET {french.siret(structure.siret)}" if structure.siret else ""
    return " · ".join(filter(None, [structure.legal_name, siret]))


def _site(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _content(stored: Any) -> bytes:
    storage: Storage | None = stored.storage if stored else None
    if storage is None or not storage.exists(stored.name):
        return b""
    with storage.open(stored.name, "rb") as opened:
        return opened.read()


def address_of(recipient: Recipient) -> list[str]:
    """The lines of the address block, from the name to the town, as the post wants them; six at most."""
    company, contact = recipient.company, recipient.contact
    named = ""
    if contact and contact.last_name:
        civility = contact.get_civility_display()
        named = " ".join(filter(None, [civility, contact.first_name, contact.last_name]))
    town = " ".join(filter(None, [company.postcode, company.city.upper()]))
    lines = [str(company), named, company.address_extra, company.address, town]
    return [line for line in lines if line][:ADDRESS_LINES]


def paper_letter(
    *,
    recipient: Recipient,
    letter: LetterVersion | None,
    values: Mapping[str, str],
    head: Letterhead,
    link: str,
    today: dt.date,
) -> PaperLetter:
    """`values`: those of `letters.values_for`; `link`: the address of her survey. No query."""
    day = french.french_date(today, today=today, year=True).split(" ", 1)[1]
    return PaperLetter(
        key=recipient.pk or 0,
        words=words_of(letter, values) if letter else None,
        address=address_of(recipient),
        dated=f"{head.city}, le {day}" if head.city else f"Le {day}",
        answer_by=values.get("date_reponse", ""),
        reference=recipient.reference,
        link=link,
        adviser=values.get("conseiller", ""),
        adviser_phone=values.get("conseiller_telephone", ""),
        qr=qr_svg(link, label="Code à photographier pour répondre en ligne"),
        sections=[_section(section, recipient) for section in SECTIONS],
    )


def _section(section: Section, recipient: Recipient) -> PaperSection:
    return PaperSection(
        section.title,
        section is IDENTITY,
        [
            PaperQuestion(
                question.name,
                question.label,
                str(question.kind),
                _PHASES.get(question.name, 0),
                known_answer(question, recipient) if section is IDENTITY else "",
            )
            for question in section.questions
        ],
    )


def known_answer(question: Question, recipient: Recipient) -> str:
    """What we know already of an identity question, for the company to correct; "" when nothing."""
    company, contact = recipient.company, recipient.contact
    if question.name == "contact_name":
        return contact.full_name if contact else ""
    if question.company_field:
        displayed = getattr(company, f"get_{question.company_field}_display", None)
        value = displayed() if displayed else getattr(company, question.company_field)
    elif question.contact_field and contact:
        value = getattr(contact, question.contact_field)
    else:
        value = ""
    return french.phone(value) if question.kind == "phone" else str(value or "")


# --- what is drawn ------------------------------------------------------------------------------
def phase_svg(phase: Phase, *, label: str = "") -> SafeString:
    """The colour and shape of a phase. Without a label: an ornament, beside its word."""
    title = format_html("<title>{}</title>", label) if label else ""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14" fill="{}">{}{}</svg>',
        INKS[phase],
        title,
        mark_safe(SHAPES[phase]),
    )


def ornaments() -> dict[str, bytes]:
    """Pictures that the sheet names."""
    return {f"phase-{phase}": phase_svg(phase).encode() for phase in Phase}


def print_letters(
    letters: Sequence[PaperLetter],
    *,
    head: Letterhead,
    title: str,
    with_survey: bool = True,
    fillable: bool = False,
) -> Printed:
    """Raises `core.pdf.PdfUnavailableError`. One document, in the order given; each letter begins on a new sheet."""
    context = {
        "letters": letters,
        "head": head,
        "title": title,
        "with_survey": with_survey,
        "fillable": fillable,
        "months": MONTHS,
    }
    html = render_to_string("campaigns/paper/document.html", context)
    drawing = draw(html, sheet=SHEET, pictures={**head.pictures, **ornaments()}, forms=fillable)
    starts = drawing.starts()
    firsts = [starts.get(f"letter-{one.key}", starts.get(f"survey-{one.key}", 0)) for one in letters]
    ends = [*firsts[1:], drawing.pages]
    pages = {one.key: (first + 1, end - first) for one, first, end in zip(letters, firsts, ends, strict=True)}
    overflow = [one.key for one in letters if starts.get(f"end-{one.key}", 0) != starts.get(f"letter-{one.key}", 0)]
    return Printed(drawing, pages, overflow)


def pdf_bytes(printed: Printed, *, fillable: bool = False) -> bytes:
    return written(printed.drawing, forms=fillable)
