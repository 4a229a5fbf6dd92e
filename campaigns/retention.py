"""What personal data campaigns hold, what for, and how long. A field not declared fails the tests."""

import datetime as dt

from core.retention import Kept

# A file of letters to print names people and holds their personal links: it stays as long as one may print it again.
POSTED_FILE_KEPT = dt.timedelta(days=30)
UNPOSTED_FILE_KEPT = dt.timedelta(days=90)

_WITH_THE_COMPANY = "3 ans après le dernier échange avec l’entreprise"
_WRITE = Kept("Écrire à la personne qui représente l’entreprise, et savoir ce qui lui a été écrit", _WITH_THE_COMPANY)
_ANSWER = Kept("Tenir compte de ce que l’entreprise a répondu", _WITH_THE_COMPANY)
_DECIDED = Kept("Se souvenir de ce qui a été décidé, et pourquoi", _WITH_THE_COMPANY)
_LINK = Kept("Reconnaître le lien donné à l’entreprise", "jusqu’à son expiration ou son annulation")
_SIGN = Kept("Signer les courriers de la structure", "tant que le modèle existe")
_SPARE = Kept("Ne plus écrire à qui ne le veut pas", "tant que la personne ne revient pas sur son choix")

PERSONAL = {
    "Recipient.email": _WRITE,
    "Recipient.exclusion_note": _DECIDED,
    "Recipient.held_note": _DECIDED,
    "PhoneCall.note": _DECIDED,
    "Message.to_address": _WRITE,
    "Message.subject": _WRITE,
    "Message.text": _WRITE,
    "Message.html": _WRITE,
    "Message.server_answer": _WRITE,
    "PrintBatch.file": Kept(
        "Imprimer les lettres, et les réimprimer si la poste en perd",
        f"{POSTED_FILE_KEPT.days} jours après la poste, {UNPOSTED_FILE_KEPT.days} jours si elles n’ont pas été postées",
    ),
    "Suppression.email": _SPARE,
    "Suppression.note": _SPARE,
    "Answer.values": _ANSWER,
    "Answer.comment": _ANSWER,
    "AnswerVersion.values": _ANSWER,
    "AnswerVersion.comment": _ANSWER,
    "SurveyLink.seed": _LINK,
    "SurveyLink.survey_digest": _LINK,
    "SurveyLink.unsubscribe_digest": _LINK,
    "LetterVersion.signatory": _SIGN,
    "LetterVersion.signatory_title": _SIGN,
    "SendingSettings.signature": _SIGN,
    "SendingSettings.sender_name": _SIGN,
    "SendingSettings.sender_email": _SIGN,
}

# Text that says nothing of a person: codes, choices, names of things.
NOT_PERSONAL = frozenset(
    {
        "Answer.channel",
        "Answer.state",
        "AnswerVersion.channel",
        "Campaign.audience_label",
        "Campaign.audience_query",
        "Campaign.channel",
        "Campaign.halted_because",
        "Campaign.name",
        "Campaign.state",
        "CampaignMove.from_state",
        "CampaignMove.note",
        "CampaignMove.to_state",
        "Commitment.question",
        "LetterTemplate.kind",
        "LetterTemplate.name",
        "LetterVersion.body",
        "LetterVersion.closing",
        "LetterVersion.headline",
        "LetterVersion.subject",
        "Message.leased_by",
        "Message.message_id",
        "Message.state",
        "PhoneCall.outcome",
        "Recipient.channel",
        "Recipient.exclusion",
        "Recipient.reference",
        "Recipient.state",
        "Suppression.reason",
    }
)
