"""A text tried on a company before any campaign: the recipient it would be, with her own words. Reads alone.

What it gives is never saved, and its personal address opens nothing.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from campaigns import paper
from campaigns.letters import values_for
from campaigns.merge_fields import FIELDS
from campaigns.models import Campaign, LetterVersion, Recipient, SendingSettings
from companies.models import Company, Contact
from core.text import search_key
from core.working_days import add_working_days

# Until when a tried letter asks for an answer: what a campaign proposes too.
ANSWER_WITHIN = 15
NO_KEY = "exemple"


def company_to_try(*, user: Any, structure: Any, words: str = "", pk: int | None = None) -> Company | None:
    """The one of that key, else the first whose name holds the words, else the one spoken to last; None: none is."""
    rows = Company.objects.visible_to(user).filter(structure=structure, deleted_at=None).select_related("adviser")
    if pk is not None:
        found = rows.filter(pk=pk).first()
        if found:
            return found
    if words:
        return rows.filter(name_key__contains=search_key(words)).order_by("name_key", "pk").first()
    return rows.order_by("-last_interaction_on", "name_key", "pk").exclude(last_interaction_on=None).first() or (
        rows.order_by("name_key", "pk").first()
    )


def tried_recipient(*, structure: Any, company: Company | None, today: dt.date) -> Recipient:
    """Not saved. Without a company: one of example."""
    contact = Contact.objects.present().filter(company=company, deleted_at=None).first() if company else None
    answer_by = add_working_days(today, ANSWER_WITHIN, structure.department)
    campaign = Campaign(structure=structure, answer_by=answer_by)
    shown = company or Company(structure=structure, legal_name=FIELDS["entreprise"].example, city="Bélâbre")
    return Recipient(
        structure=structure,
        campaign=campaign,
        company=shown,
        contact=contact,
        adviser=shown.adviser,
        reference="K7PQ-42MT",
    )


def tried_values(recipient: Recipient, today: dt.date) -> dict[str, str]:
    """Those of `letters.values_for`; for a company of example, the examples of the fields where it has none."""
    found = values_for(campaign=recipient.campaign, recipients=[recipient], today=today)[recipient.pk]
    if recipient.company.pk is None:
        found = {name: found.get(name) or field.example for name, field in FIELDS.items()}
    return found


def address_of_nobody() -> str:
    """What stands for the personal address in a tried letter."""
    return settings.SITE_URL.rstrip("/") + reverse("campaigns:survey", args=[NO_KEY])


def tried_paper(
    *,
    letter: LetterVersion,
    recipient: Recipient,
    values: dict[str, str],
    sending: SendingSettings,
    today: dt.date,
    with_survey: bool = True,
) -> paper.Printed:
    """The letter and its survey, drawn. Raises `core.pdf.PdfUnavailableError`."""
    head = paper.letterhead(recipient.structure, sending)
    one = paper.paper_letter(
        recipient=recipient, letter=letter, values=values, head=head, link=address_of_nobody(), today=today
    )
    title = f"{letter.headline}, {recipient.company}"
    return paper.print_letters([one], head=head, title=title, with_survey=with_survey)
