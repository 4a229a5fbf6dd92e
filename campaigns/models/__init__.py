from campaigns.models.answer import Answer, AnswerVersion, Commitment, SurveyLink
from campaigns.models.campaign import Campaign, CampaignMove
from campaigns.models.letter import LetterTemplate, LetterVersion
from campaigns.models.message import Message, PrintBatch, PrintedLetter, Suppression
from campaigns.models.recipient import PhoneCall, Recipient
from campaigns.models.settings import SendingSettings

__all__ = [
    "Answer",
    "AnswerVersion",
    "Campaign",
    "CampaignMove",
    "Commitment",
    "LetterTemplate",
    "LetterVersion",
    "Message",
    "PhoneCall",
    "PrintBatch",
    "PrintedLetter",
    "Recipient",
    "SendingSettings",
    "Suppression",
    "SurveyLink",
]
