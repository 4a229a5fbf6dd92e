import datetime as dt

import pytest
from django.utils import timezone

from campaigns import letters
from campaigns.default_letters import DEFAULT_LETTERS
from campaigns.enums import LetterKind
from campaigns.letters import LINK_MARK, UNSUBSCRIBE_MARK, blocks_of, values_for
from campaigns.models import Campaign, Recipient, SendingSettings
from campaigns.patterns import EmailPatterns
from companies.enums import RelationState
from core.phases import KINDS_BY_PHASE, Phase
from opportunities.enums import PlacementState
from tests.factories import (
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    LetterVersionFactory,
    PlacementFactory,
    RecipientFactory,
)

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, answer_by=dt.date(2026, 12, 15))


def rendered(recipient, **fields):
    letter = LetterVersionFactory(structure=recipient.structure, **fields)
    values = values_for(campaign=recipient.campaign, recipients=[recipient], today=TODAY)[recipient.pk]
    patterns = EmailPatterns(structure=recipient.structure, settings=SendingSettings())
    return patterns.email_for(letter=letter, values=values)


def test_values_of_any_number_of_recipients_take_the_same_queries(campaign, adviser, django_assert_num_queries):
    for count in (1, 3):
        RecipientFactory.create_batch(count, campaign=campaign, adviser=adviser)
        recipients = list(Recipient.objects.filter(campaign=campaign))
        fresh = Campaign.objects.get(pk=campaign.pk)
        with django_assert_num_queries(6):
            values = values_for(campaign=fresh, recipients=recipients, today=TODAY)
        assert set(values) == {recipient.pk for recipient in recipients}


def test_values_say_who_the_company_is_and_who_follows_it(campaign, adviser):
    company = CompanyFactory(structure=campaign.structure, trade_name="Charpentes\r\ndu Suin", city="Bélâbre")
    contact = ContactFactory(
        company=company, structure=company.structure, civility="mme", first_name="Nadia", last_name="Haddad"
    )
    recipient = RecipientFactory(campaign=campaign, company=company, contact=contact, adviser=adviser)
    values = values_for(campaign=campaign, recipients=[recipient], today=TODAY)[recipient.pk]
    assert values["entreprise"] == "Charpentes du Suin"
    assert values["contact"] == "Nadia Haddad"
    assert values["civilite"] == "Madame"
    assert values["conseiller"] == "Léa Morin"
    assert values["date_reponse"] == "mardi 15\u00a0décembre"
    assert values["lien"] == LINK_MARK


def test_figures_come_from_the_records(campaign, structure, other_structure):
    CompanyFactory.create_batch(2, structure=structure, relation_state=RelationState.PARTNER)
    CompanyFactory(structure=structure, relation_state=RelationState.PROSPECT)
    CompanyFactory(structure=other_structure, relation_state=RelationState.PARTNER)
    assert letters.companies_of_the_network(structure) == 2

    def placement(phase, started_on, **fields):
        return PlacementFactory(
            opportunity__company__structure=structure,
            opportunity__phase=phase,
            opportunity__kind=KINDS_BY_PHASE[phase][0],
            state=PlacementState.STARTED,
            started_on=started_on,
            **fields,
        )

    first = placement(Phase.JOB, TODAY - dt.timedelta(days=20))
    placement(Phase.APPRENTICESHIP, TODAY - dt.timedelta(days=200), young_person=first.young_person)
    placement(Phase.APPRENTICESHIP, TODAY - dt.timedelta(days=200))
    placement(Phase.DISCOVERY, TODAY - dt.timedelta(days=20))
    placement(Phase.JOB, TODAY - dt.timedelta(days=400))
    assert letters.young_people_in_work(structure, TODAY) == 2


def test_figures_of_a_structure_that_begins_are_values_and_are_not_boasted_of(campaign, structure, adviser):
    recipient = RecipientFactory(campaign=campaign, adviser=adviser)
    words = DEFAULT_LETTERS[LetterKind.LETTER]
    letter = LetterVersionFactory(structure=structure, body=words.body, headline=words.headline, subject=words.subject)
    values = values_for(campaign=campaign, recipients=[recipient], today=TODAY)[recipient.pk]
    assert (values["entreprises_du_reseau"], values["jeunes_en_emploi"]) == ("0", "0")
    assert letters.missing_in_letter(letter, values) == []
    assert letters.words_of(letter, values).blocks[1].text == "Merci de prendre un instant pour les jeunes d’ici."
    grown = letters.words_of(letter, values | {"entreprises_du_reseau": "12", "jeunes_en_emploi": "1"})
    assert grown.blocks[1].text.endswith("d’ici. Aujourd’hui, 12 entreprises travaillent avec nous.")
    alone = LetterVersionFactory(structure=structure, body="Bonjour.\n\n{jeunes_en_emploi} jeunes.\n\nMerci.")
    assert [block.text for block in letters.words_of(alone, values).blocks] == ["Bonjour.", "Merci."]


def test_a_text_can_be_tried_on_a_company_before_any_campaign(structure):
    company = CompanyFactory(structure=structure)
    recipient = Recipient(company=company, structure=structure)
    values = values_for(campaign=Campaign(structure=structure), recipients=[recipient], today=TODAY)
    assert values[None]["entreprise"] == str(company)
    assert values[None]["date_reponse"] == ""


def test_paragraphs_and_lists_are_told_from_plain_text():
    blocks = blocks_of("Un\r\ndeux\r\n\r\nTrois\u00a0:\n- quatre\n– cinq\n\n\n  six")
    assert [(block.kind, block.lines) for block in blocks] == [
        ("paragraph", ["Un", "deux"]),
        ("paragraph", ["Trois\u00a0:"]),
        ("list", ["quatre", "cinq"]),
        ("paragraph", ["six"]),
    ]
    assert blocks_of(" \n ") == []


def test_an_email_says_the_same_twice_and_holds_no_key(campaign):
    recipient = RecipientFactory(campaign=campaign, company__trade_name="Suin & fils")
    mail = rendered(recipient, subject="Pour {entreprise}", body="Bonjour {entreprise},\n\n- une visite\n\n{lien}")
    assert mail.subject == "Pour Suin & fils"
    assert "Bonjour Suin & fils," in mail.text
    assert "Bonjour Suin &amp; fils," in mail.html
    assert "- une visite" in mail.text
    assert "<li>une visite</li>" in mail.html
    for mark in (LINK_MARK, UNSUBSCRIBE_MARK):
        assert mark in mail.text
        assert mark in mail.html
    left = letters.with_addresses(mail.html, link="https://a.example/e/1", unsubscribe="https://a.example/d/1")
    assert ".invalid" not in left
    assert 'href="https://a.example/e/1"' in left


def test_an_email_fetches_nothing(campaign):
    html = rendered(RecipientFactory(campaign=campaign)).html
    for named in ("<img", "<link", "@import", "url(", "src=", "fonts.googleapis"):
        assert named not in html


def test_a_name_adds_no_header_and_runs_nothing(campaign):
    recipient = RecipientFactory(campaign=campaign, company__trade_name="A\r\nBcc: x@y.fr <script>alert(1)</script>")
    mail = rendered(recipient, subject="Pour {entreprise}", body="{entreprise}")
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "<script" not in mail.html


def test_a_subject_stays_within_what_is_kept(campaign):
    recipient = RecipientFactory(campaign=campaign, company__trade_name="x" * 199)
    assert len(rendered(recipient, subject="Pour {entreprise}").subject) == letters.SUBJECT_LENGTH


def test_a_mail_of_a_structure_that_says_little_is_whole(campaign):
    campaign.structure.address = ""
    recipient = RecipientFactory(campaign=campaign, adviser=None)
    mail = rendered(recipient, closing="", signatory="", created_at=timezone.now())
    assert "Ne plus recevoir nos e-mails" in mail.text
