"""Personal links to the survey: drawn for each recipient, one standing at a time, taken back by a gesture."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from campaigns.models import Campaign, Recipient, SurveyLink

# An answer is still welcome after the deadline: the page then says that nobody waits for it any more.
AFTER_THE_DEADLINE = dt.timedelta(days=30)
LONGEST_LIFE = dt.timedelta(days=365)


def link_expiry(campaign: Campaign, now: dt.datetime) -> dt.datetime:
    """Some weeks after the date the answer is asked for; a year from now at most."""
    if campaign.answer_by is None:
        return now + AFTER_THE_DEADLINE
    deadline = dt.datetime.combine(campaign.answer_by, dt.time(23, 59), tzinfo=now.tzinfo)
    return min(deadline + AFTER_THE_DEADLINE, now + LONGEST_LIFE)


@transaction.atomic
def draw_links(*, campaign: Campaign, recipients: Sequence[Recipient], now: dt.datetime) -> dict[int, SurveyLink]:
    """{recipient pk: its standing link}; those that have one keep it, the others get one. Three queries."""
    pks = [recipient.pk for recipient in recipients]
    standing = SurveyLink.objects.filter(recipient_id__in=pks, revoked_at=None)
    links = {link.recipient_id: link for link in standing}
    expires_at = link_expiry(campaign, now)
    drawn = []
    for pk in pks:
        if pk in links:
            continue
        link = SurveyLink(structure_id=campaign.structure_id, recipient_id=pk, expires_at=expires_at, created_at=now)
        link.draw()
        drawn.append(link)
    for link in SurveyLink.objects.bulk_create(drawn, batch_size=1000):
        links[link.recipient_id] = link
    return links


@transaction.atomic
def revoke_link(*, recipient: Recipient, now: dt.datetime, by: Any = None) -> None:
    """From now on its address shows nothing; the next message draws another."""
    SurveyLink.objects.filter(recipient=recipient, revoked_at=None).update(revoked_at=now)
