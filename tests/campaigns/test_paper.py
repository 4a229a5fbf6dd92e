import datetime as dt
import io

import pytest
from PIL import Image

from campaigns import paper
from campaigns.letters import values_for
from campaigns.models import SendingSettings
from core import pdf
from tests.core.test_pdf import inflated
from tests.factories import CampaignFactory, CompanyFactory, ContactFactory, LetterVersionFactory, RecipientFactory

needs_pango = pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")
TODAY = dt.date(2026, 11, 22)
LINK = "http://127.0.0.1:8000/enquete/1-" + "a1" * 24 + "/"


@pytest.fixture
def recipient(structure):
    company = CompanyFactory(
        structure=structure,
        trade_name="Charpentes du Suin",
        legal_name="SARL Suin",
        address="4 rue du Four",
        address_extra="ZA des Groges",
        postcode="36370",
        city="Bélâbre",
        phone="+33254000000",
    )
    contact = ContactFactory(
        structure=structure, company=company, civility="mme", first_name="Nadia", last_name="Haddad", email="n@suin.fr"
    )
    campaign = CampaignFactory(structure=structure, answer_by=dt.date(2026, 12, 15))
    return RecipientFactory(campaign=campaign, company=company, contact=contact)


def made(recipient, head=None, **texts):
    letter = LetterVersionFactory(structure=recipient.structure, **texts)
    head = head or paper.letterhead(recipient.structure, SendingSettings())
    values = values_for(campaign=recipient.campaign, recipients=[recipient], today=TODAY)[recipient.pk]
    return paper.paper_letter(recipient=recipient, letter=letter, values=values, head=head, link=LINK, today=TODAY)


def head_of(recipient, **fields):
    for name, value in fields.items():
        setattr(recipient.structure, name, value)
    return paper.letterhead(recipient.structure, SendingSettings())


def test_the_address_is_written_as_the_post_reads_it(recipient):
    assert paper.address_of(recipient) == [
        "Charpentes du Suin",
        "Mme Nadia Haddad",
        "ZA des Groges",
        "4 rue du Four",
        "36370 BÉLÂBRE",
    ]


def test_the_survey_says_what_is_known_already(recipient):
    identity = made(recipient).sections[0]
    said = {question.name: question.value for question in identity.questions}
    assert said["legal_name"] == "SARL Suin"
    assert said["phone"] == "02\u00a054\u00a000\u00a000\u00a000"
    assert said["contact_name"] == "Nadia Haddad"
    assert said["email"] == "n@suin.fr"
    assert not any(question.value for section in made(recipient).sections[1:] for question in section.questions)


def test_the_letterhead_says_what_the_structure_filled_in(recipient):
    head = head_of(recipient, legal_name="Association X", siret="41234567800014", funders_line="Avec l’État", city="")
    assert head.legal == ["Association X · SIRET 412\u00a0345\u00a0678\u00a000014", "Avec l’État"]
    assert made(recipient, head).dated == "Le 22\u00a0novembre 2026"
    assert paper.letterhead(recipient.structure, SendingSettings()).pictures == {}


@needs_pango
def test_a_letter_and_its_survey_stand_on_one_sheet(recipient):
    printed = paper.print_letters([made(recipient)], head=head_of(recipient), title="Lettres")
    assert printed.pages == {recipient.pk: (1, 2)}
    assert printed.overflow == []
    content = paper.pdf_bytes(printed)
    assert content.startswith(b"%PDF-")


@needs_pango
def test_a_text_too_long_for_its_page_is_named(recipient):
    other = RecipientFactory(campaign=recipient.campaign)
    long = made(other, body="Un paragraphe qui dure.\n\n" * 60)
    printed = paper.print_letters([made(recipient), long], head=head_of(recipient), title="Lettres")
    assert printed.overflow == [other.pk]
    # Each begins on a new sheet, the third page here.
    assert printed.pages[other.pk][0] == 3


@needs_pango
def test_a_letter_carries_the_logo_it_was_handed_and_nothing_else(recipient):
    picture = io.BytesIO()
    Image.new("RGB", (200, 80), "teal").save(picture, "PNG")
    head = paper.Letterhead("ML", [], [], "", "", {"logo": picture.getvalue()})
    assert b"/Image" in paper.pdf_bytes(paper.print_letters([made(recipient, head)], head=head, title="Lettres"))
    with pytest.raises(pdf.RefusedAddressError):
        pdf.pdf_of('<html lang="fr"><title>a</title><img src="picture:logo" alt="">')


@needs_pango
def test_what_a_company_is_called_draws_nothing_else(recipient):
    recipient.company.trade_name = '<img src="http://127.0.0.1:9/x.png"><style>@import "file:///etc/passwd"</style>'
    printed = paper.print_letters([made(recipient)], head=head_of(recipient), title="Lettres")
    assert printed.pages[recipient.pk] == (1, 2)


@needs_pango
def test_the_survey_can_be_typed_into(recipient):
    alone = paper.paper_letter(
        recipient=recipient, letter=None, values={}, head=head_of(recipient), link=LINK, today=TODAY
    )
    printed = paper.print_letters([alone], head=head_of(recipient), title="Questionnaire", fillable=True)
    assert printed.pages == {recipient.pk: (1, 1)}
    assert b"/AcroForm" in inflated(paper.pdf_bytes(printed, fillable=True))
    flat = paper.print_letters([alone], head=head_of(recipient), title="Questionnaire")
    assert b"/AcroForm" not in inflated(paper.pdf_bytes(flat))
