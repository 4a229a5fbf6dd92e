"""A campaign whose messages wait, a server to take them, and a clock that shows a permitted hour."""

import datetime as dt

from django.utils import timezone

from campaigns.actions.outbox import queue_messages
from campaigns.actions.sending import send_outbox
from campaigns.enums import Step
from campaigns.models import Message, SendingSettings
from core.working_days import PARIS, add_working_days
from tests.factories import CampaignFactory, RecipientFactory

# Ten in the morning of the next working day, whenever the tests run.
MORNING = dt.datetime.combine(add_working_days(timezone.localdate(), 1), dt.time(10), tzinfo=PARIS)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now=MORNING):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **time):
        self.now += dt.timedelta(**time)


def point_to(settings, sink, timeout=2):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, timeout
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""


def quick(structure, **fields):
    """Rates that keep nothing waiting."""
    rates = {"per_minute": 6000, "per_domain_per_minute": 6000} | fields
    return SendingSettings.objects.create(structure=structure, **rates)


def queued(structure, count, *, campaign=None, now=MORNING, step=Step.LETTER, **fields):
    """So many recipients of a campaign under way, each with its message in the queue, in order."""
    campaign = campaign or CampaignFactory(structure=structure, running=True)
    recipients = RecipientFactory.create_batch(count, campaign=campaign, **fields)
    queue(campaign, recipients, step=step, now=now)
    return recipients


def queue(campaign, recipients, *, step=Step.LETTER, now=MORNING):
    return queue_messages(
        campaign=campaign,
        recipients=recipients,
        step=step,
        text_of=lambda recipient: campaign.letter,
        not_before=now,
        now=now,
    )


def send(structure, clock):
    return send_outbox(structure=structure, clock=clock)


def message_of(recipient, step=Step.LETTER):
    return Message.objects.get(recipient=recipient, step=step)


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))
