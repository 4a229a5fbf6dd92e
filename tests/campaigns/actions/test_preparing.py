"""What a message says, who answers for it, and what keeps it from being written."""

import pytest

from campaigns.enums import MessageState
from campaigns.letters import MARKS
from campaigns.models import Message
from core.tokens import digest_of
from tests.campaigns.sending import message_of, queued, quick, send


def test_a_message_says_who_why_and_how_to_be_left_alone(structure, campaign, sink, clock, adviser, settings):
    settings.SITE_URL = "https://pacte.example"
    (recipient,) = queued(structure, 1, campaign=campaign, adviser=adviser)
    send(structure, clock)
    (mail,) = sink.taken
    message = message_of(recipient)
    assert mail["Message-ID"] == message.message_id
    assert structure.name in mail["From"]
    assert mail["Reply-To"] == f"Léa Morin <{adviser.email}>"
    link = recipient.links.get()
    assert mail["List-Unsubscribe"].strip() == f"<https://pacte.example/desabonnement/{link.unsubscribe_key}/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert f"/enquete/{link.survey_key}/" in part
        assert link.unsubscribe_key in part
        assert not any(mark in part for mark in MARKS)
    assert "<img" not in html
    # What is kept is what left, but for the keys.
    for part in (message.text, message.html):
        assert link.survey_key not in part
        assert link.unsubscribe_key not in part
        assert any(mark in part for mark in MARKS)
    assert link.survey_digest == digest_of(link.survey_key)


def test_a_letter_that_lacks_a_field_fails_and_says_which(structure, campaign, sink, clock):
    campaign.letter.body = "Bonjour {civilite} {contact}, de {commune}."
    campaign.letter.save()
    queued(structure, 1, campaign=campaign, company__city="")
    assert send(structure, clock) == 0
    message = Message.objects.get()
    assert message.state == MessageState.FAILED
    assert "Il manque de quoi remplir la lettre" in message.server_answer


@pytest.mark.parametrize("name", ["Bois\r\nBcc: tous@example.org", "Bois\nX: y", "Bois\u2028Z"])
def test_a_line_break_in_a_name_adds_no_header(structure, campaign, sink, clock, name, adviser):
    campaign.letter.subject = "Un pacte avec {entreprise}"
    campaign.letter.save()
    type(adviser).objects.update(last_name="Morin")
    (recipient,) = queued(structure, 1, campaign=campaign, company__legal_name=name)
    send(structure, clock)
    assert sink.asked == [recipient.email]
    (mail,) = sink.taken
    assert mail["Bcc"] is None
    assert mail["X"] is None


@pytest.mark.parametrize("break_", ["\n", "\u2028"])
def test_a_line_break_in_a_sender_adds_no_header_and_stops_nobody(structure, sink, clock, break_, adviser):
    quick(structure, sender_name=f"Mission{break_}Bcc: tous@example.org")
    type(adviser).objects.update(last_name=f"Morin{break_}Bcc: tous@example.org")
    (recipient,) = queued(structure, 1)
    assert send(structure, clock) == 1
    assert sink.asked == [recipient.email]
    (mail,) = sink.taken
    assert mail["Bcc"] is None
    assert "Mission Bcc: tous@example.org" in mail["From"]
