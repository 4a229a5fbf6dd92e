"""What companies do with a letter, and colleagues with what comes back: each gesture lived through its action."""

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any

from accounts.models import User
from campaigns.actions.answers import decline, give_answer, open_survey, opt_out, save_answer
from campaigns.actions.commitments import settle_commitment
from campaigns.actions.phone import record_call
from campaigns.actions.relaunches import hold_recipient, stop_recipient
from campaigns.actions.returns import return_message
from campaigns.enums import AnswerChannel, PhoneOutcome, Step
from campaigns.models import Answer, Message, Recipient, SurveyLink
from companies.actions import record_interaction
from companies.enums import CallOutcome, InteractionKind
from companies.models import NextAction
from config.demo.campaign_days import moment
from config.demo.campaign_phrases import CALL_NOTES, CALLS, COMMENTS, HELD, STORIES
from config.demo.network import Known
from core.models import OccupationTitle
from core.working_days import add_working_days

REFUSED = "550 5.1.1 Recipient address rejected: user unknown"

Gesture = Callable[["Replies", Recipient, dt.datetime], None]


class Replies:
    """`lead` answers for companies nobody follows; nothing is lived after `yesterday`."""

    def __init__(self, network: Mapping[int, Known], lead: User, yesterday: dt.date) -> None:
        self.network, self.lead, self.yesterday = network, lead, yesterday
        self.comments, self.calls, self.stories = cycle(COMMENTS), cycle(CALLS), cycle(STORIES)
        self.titles: dict[str, str] = {}
        for code, title in OccupationTitle.objects.order_by("pk").values_list("occupation_id", "title"):
            self.titles.setdefault(code, title)

    def open(self, recipient: Recipient, at: dt.datetime) -> None:
        open_survey(recipient=recipient, now=at)

    def begin(self, recipient: Recipient, at: dt.datetime) -> None:
        open_survey(recipient=recipient, now=at)
        save_answer(recipient=recipient, values={"knows_aid": "no", "recruits": "no"}, now=at)

    def decline(self, recipient: Recipient, at: dt.datetime) -> None:
        decline(recipient=recipient, now=at)

    def opt_out(self, recipient: Recipient, at: dt.datetime) -> None:
        opt_out(link=SurveyLink.objects.get(recipient=recipient, revoked_at=None), now=at)

    def bounce(self, recipient: Recipient, at: dt.datetime) -> None:
        message = Message.objects.get(recipient=recipient, step=Step.LETTER)
        return_message(message=message, answer=REFUSED, is_for_good=True, now=message.sent_at + dt.timedelta(minutes=4))

    def hold(self, recipient: Recipient, at: dt.datetime) -> None:
        hold_recipient(recipient=recipient, note=HELD[recipient.pk % len(HELD)], by=self.lead, now=at)

    def stop(self, recipient: Recipient, at: dt.datetime) -> None:
        stop_recipient(
            recipient=recipient, note="Vue au forum\u00a0: elle rappellera au printemps.", by=self.lead, now=at
        )

    def answer(self, recipient: Recipient, at: dt.datetime) -> None:
        open_survey(recipient=recipient, now=at - dt.timedelta(minutes=4))
        self._give(recipient, at)

    def _give(self, recipient: Recipient, at: dt.datetime, channel: str = AnswerChannel.ONLINE) -> None:
        """Whoever follows the company calls it back within three working days."""
        by = None if channel == AnswerChannel.ONLINE else recipient.adviser or self.lead
        values, comment = self._values(recipient)
        answer = give_answer(recipient=recipient, values=values, comment=comment, by=by, channel=channel, now=at)
        called_on = add_working_days(at.date(), 1 + recipient.pk % 3)
        if called_on <= self.yesterday:
            self._follow_up(answer, moment(called_on, 11, recipient.pk % 50))

    def _values(self, recipient: Recipient) -> tuple[dict[str, Any], str]:
        known = self.network[recipient.company_id]
        codes = known.trade.occupations
        values: dict[str, Any] = {}
        for name, said in next(self.stories).items():
            if name.endswith("_posts"):
                chosen = codes[: 2 if name.startswith("recruits") else 1]
                values[name] = {"text": ", ".join(self.titles[code] for code in chosen), "codes": list(chosen)}
            else:
                values[name] = said
        if values.get("phone"):
            values["phone"] = known.company.phone[:-4] + f"{recipient.pk % 9000 + 1000}"
            if not known.company.phone:
                del values["phone"]
        return values, next(self.comments) if values.get("visits") == "yes" else ""

    def _follow_up(self, answer: Answer, at: dt.datetime) -> None:
        recipient = answer.recipient
        by = recipient.adviser or self.lead
        actions = NextAction.objects.open().filter(company=recipient.company, title__startswith="Préciser le besoin")
        record_interaction(
            company=recipient.company,
            values={
                "kind": InteractionKind.CALL,
                "at": at,
                "outcome": CallOutcome.REACHED,
                "summary": next(self.calls),
                "duration_minutes": 10,
            },
            by=by,
            now=at,
            nothing_next=True,
            closes=list(actions),
            contacts=[recipient.contact] if recipient.contact else (),
        )
        for commitment in answer.commitments.filter(settled_at=None, withdrawn_at=None):
            settle_commitment(commitment=commitment, by=by, now=at)

    @staticmethod
    def call(outcome: str) -> Gesture:
        def gesture(self: Replies, recipient: Recipient, at: dt.datetime) -> None:
            if recipient.phone_listed_at is None:
                return
            call_back_on = add_working_days(at.date(), 3) if outcome == PhoneOutcome.CALL_BACK else None
            by = recipient.adviser or self.lead
            note = CALL_NOTES.get(outcome, "")
            record_call(recipient=recipient, outcome=outcome, note=note, by=by, now=at, call_back_on=call_back_on)
            if outcome == PhoneOutcome.COMMITS:
                self._give(recipient, at + dt.timedelta(minutes=6), AnswerChannel.PHONE)

        return gesture
