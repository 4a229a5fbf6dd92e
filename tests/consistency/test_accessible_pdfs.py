"""Every kind of PDF the product hands out is accessible: PDF/UA-1, by veraPDF."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfReader

from accounts.models import Structure, User
from campaigns import paper
from campaigns.default_letters import DEFAULT_LETTERS
from campaigns.enums import LetterKind
from campaigns.merge_fields import FIELDS
from campaigns.models import Campaign, LetterVersion, Recipient, SendingSettings
from companies.models import Company, Contact
from core import pdf
from core.pdf_joining import JoinedPdf
from opportunities.profile import ProfileSheet
from tests.verapdf import broken_rules

pytestmark = pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")
STRUCTURE = Structure(
    pk=1,
    name="Mission Locale du Val de Brenne",
    legal_name="Association du Val de Brenne",
    funders_line="Avec l’État et la Région",
    email="contact@valdebrenne.example",
    phone="+33254000000",
    city="Le Blanc",
)
BARE = '<html lang="fr"><title>Essai</title><p>Sans texte</p><img src="picture:logo">'


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (200, 80), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def letters(count, head):
    words = DEFAULT_LETTERS[LetterKind.LETTER]
    text = LetterVersion(
        headline=words.headline,
        body=words.body,
        closing=words.closing,
        signatory="A. Petit",
        signatory_title="Présidence",
    )
    campaign, adviser = Campaign(pk=1, structure=STRUCTURE), User(pk=1, first_name="Léa", last_name="Morin")
    values = {name: field.example for name, field in FIELDS.items()}
    return [
        paper.paper_letter(
            recipient=Recipient(
                pk=number,
                campaign=campaign,
                company=Company(pk=number, legal_name=f"Entreprise {number}", city="Bélâbre", postcode="36370"),
                contact=Contact(pk=number, first_name="Nadia", last_name="Haddad"),
                adviser=adviser,
            ),
            letter=text,
            values=values,
            head=head,
            link=f"https://exemple.fr/enquete/1-{number:048x}/",
            today=dt.date(2026, 11, 22),
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def head():
    head = paper.letterhead(STRUCTURE, SendingSettings())
    return paper.Letterhead(
        head.name, head.lines, head.legal, head.return_to, head.city, {"logo": picture(), "signature": picture()}
    )


def profile():
    sheet = ProfileSheet(
        "Maël", "Rabier", 19, "+33611223344", "mael@exemple.fr", "Le Blanc", "CAP", "Soigneux", "Bois."
    )
    context = {"sheet": sheet, "opportunity": "Menuisier", "structure": STRUCTURE}
    return pdf.render_pdf("opportunities/pdf/profile.html", context)


def joined(head):
    """Three documents, of which one leaves a blank page behind it."""
    made = io.BytesIO()
    file = JoinedPdf(made)
    rows = letters(4, head)
    for group, with_survey in ((rows[:2], True), (rows[2:3], False), (rows[3:], True)):
        printed = paper.print_letters(group, head=head, title="Lettres", with_survey=with_survey)
        pdf.add_to(file, printed.drawing)
    file.end()
    return made.getvalue()


def test_what_is_handed_out_is_accessible(head, tmp_path):
    one = letters(1, head)
    typed = paper.print_letters([replace(one[0], words=None)], head=head, title="Q", fillable=True)
    made = {
        "letter": paper.pdf_bytes(paper.print_letters(one, head=head, title="Lettre")),
        "survey": paper.pdf_bytes(typed, fillable=True),
        "profile": profile(),
        "batch": joined(head),
        "wrong": pdf.pdf_of(BARE, pictures={"logo": picture()}),
    }
    files = {name: tmp_path / f"{name}.pdf" for name in made}
    for name, content in made.items():
        files[name].write_bytes(content)
    broken = broken_rules(files)
    assert list(broken.pop("wrong")) == ["7.3-1"]
    assert not any(broken.values()), broken

    pages = [page.extract_text() for page in PdfReader(files["batch"]).pages]
    starts = [number for number, page in enumerate(pages, start=1) if "Ouvrons ensemble des portes" in page]
    assert (len(pages), starts, pages[5]) == (8, [1, 3, 5, 7], "")
    assert "Entreprise 4" in pages[6]
