"""Row-level security, and foreign keys that cannot cross structures."""

from django.db import migrations

from core.rls import protect, same_structure

# (child table, its column, parent table)
SAME_STRUCTURE = [
    ("campaigns_letterversion", "template_id", "campaigns_lettertemplate"),
    ("campaigns_campaign", "letter_id", "campaigns_letterversion"),
    ("campaigns_campaign", "unopened_text_id", "campaigns_letterversion"),
    ("campaigns_campaign", "begun_text_id", "campaigns_letterversion"),
    ("campaigns_campaign", "unanswered_text_id", "campaigns_letterversion"),
    ("campaigns_campaignmove", "campaign_id", "campaigns_campaign"),
    ("campaigns_recipient", "campaign_id", "campaigns_campaign"),
    ("campaigns_recipient", "company_id", "companies_company"),
    ("campaigns_recipient", "contact_id", "companies_contact"),
    ("campaigns_phonecall", "recipient_id", "campaigns_recipient"),
    ("campaigns_message", "campaign_id", "campaigns_campaign"),
    ("campaigns_message", "recipient_id", "campaigns_recipient"),
    ("campaigns_message", "contact_id", "companies_contact"),
    ("campaigns_message", "letter_id", "campaigns_letterversion"),
    ("campaigns_printbatch", "campaign_id", "campaigns_campaign"),
    ("campaigns_printedletter", "batch_id", "campaigns_printbatch"),
    ("campaigns_printedletter", "recipient_id", "campaigns_recipient"),
    ("campaigns_printedletter", "letter_id", "campaigns_letterversion"),
    ("campaigns_surveylink", "recipient_id", "campaigns_recipient"),
    ("campaigns_answer", "recipient_id", "campaigns_recipient"),
    ("campaigns_answerversion", "answer_id", "campaigns_answer"),
    ("campaigns_commitment", "answer_id", "campaigns_answer"),
    ("campaigns_commitment", "opportunity_id", "opportunities_opportunity"),
]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_tables"), ("companies", "0010_solicitations")]

    operations = [
        protect(
            "campaigns_answer",
            "campaigns_answerversion",
            "campaigns_campaign",
            "campaigns_campaignmove",
            "campaigns_commitment",
            "campaigns_lettertemplate",
            "campaigns_letterversion",
            "campaigns_message",
            "campaigns_phonecall",
            "campaigns_printbatch",
            "campaigns_printedletter",
            "campaigns_recipient",
            "campaigns_sendingsettings",
            "campaigns_suppression",
            "campaigns_surveylink",
        ),
        *[same_structure(*row) for row in SAME_STRUCTURE],
    ]
