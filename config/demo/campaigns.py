"""Campaigns of the first structure: one that ended last year, two under way, one in preparation, and what came of them.

They are lived day by day through the actions, the clock set back: letters are written and filled for real, the
relaunches and the calls are those that `run_day` decides. Only the handing over to a server is played (`_leave`).
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db import models

from accounts.models import Structure, User
from campaigns.actions.audience import choose_audience
from campaigns.actions.campaigns import create_campaign, end_campaign, launch_campaign
from campaigns.actions.letters import create_letter, ensure_default_letters, write_version
from campaigns.actions.letters import texts_of as texts_of_version
from campaigns.actions.noting import note_sent
from campaigns.actions.relaunches import run_day
from campaigns.actions.sweeping import UNCERTAIN_ANSWER
from campaigns.enums import (
    PHONED,
    LetterKind,
    MessageState,
    PhoneOutcome,
    Step,
)
from campaigns.letters import values_for
from campaigns.models import Campaign, Commitment, Message, Recipient, SendingSettings
from campaigns.patterns import EmailPatterns
from campaigns.queries import settings_of
from companies.actions.solicitation import set_solicitation_limits
from companies.enums import RelationState, ServiceLevel
from companies.models import Company, DuplicatePair
from companies.solicitations import Limit
from config.demo.campaign_days import moment, working_day_before, working_days_between
from config.demo.campaign_phrases import FIRST_LETTER, FIRST_LETTER_MENDED
from config.demo.campaign_replies import Gesture, Replies
from config.demo.campaign_view import lines_of, propose_view
from config.demo.identities import slug
from config.demo.network import Known
from core.working_days import add_working_days
from opportunities.enums import OpportunityState
from opportunities.models import Opportunity, OpportunityMove

LIMITS = {
    ServiceLevel.INDIVIDUAL: Limit(6, 90),
    ServiceLevel.DEVELOP: Limit(4, 90),
    ServiceLevel.CONSOLIDATE: Limit(3, 90),
    ServiceLevel.LIGHT: Limit(2, 90),
    "": Limit(4, 90),
}
# How many are written to: last year, a first contact, the pact under way.
LAST_YEAR, FIRST_CONTACT, UNDER_WAY = 44, 16, 40
YEAR_AGO = dt.timedelta(days=340)
RELAUNCH_DAYS = 5
# Working days after a letter on which something is decided: relaunches, calls of those that bounced and of the silent.
DECIDING = frozenset({2, RELAUNCH_DAYS, 2 * RELAUNCH_DAYS, 3 * RELAUNCH_DAYS, 23})


@dataclass
class Story:
    """One campaign, and what happens on each of its days: {working days after the letter: gestures}."""

    campaign: Campaign
    began: dt.date
    recipients: list[Recipient]
    days: dict[int, list[tuple[Gesture, Recipient]]] = field(default_factory=lambda: defaultdict(list))

    def plan(self, gesture: Gesture, offsets: Iterable[int], free: list[Recipient]) -> None:
        """One recipient of `free`, who had nothing planned, on each of these days."""
        for offset in offsets:
            self.days[offset].append((gesture, free.pop()))


def fill(structure: Structure, network: Sequence[Known], advisers: Sequence[User], today: dt.date, seed: int) -> None:
    """`network`: the companies, saved; `advisers`: the first leads. In a transaction that sees the structure."""
    Play(structure, network, advisers, today, random.Random(seed)).run()  # noqa: S311 -- an invented territory


class Play:
    def __init__(
        self,
        structure: Structure,
        network: Sequence[Known],
        advisers: Sequence[User],
        today: dt.date,
        source: random.Random,
    ) -> None:
        self.structure, self.today, self.source = structure, today, source
        self.lead, self.second = advisers[0], advisers[1]
        self.network = {known.company.pk: known for known in network}
        # Whoever lives the last day lives it with the demo's own clock.
        self.yesterday = working_day_before(today, 1)
        self.replies = Replies(self.network, self.lead, self.yesterday)
        # A relaunch of that campaign is lost: its worker stopped before it heard the server.
        self.in_doubt = 0

    def run(self) -> None:
        began = add_working_days(self.today - YEAR_AGO, 0)
        SendingSettings.objects.create(structure=self.structure, sender_name=self.structure.name, per_minute=300)
        set_solicitation_limits(structure=self.structure, limits=LIMITS)
        self._classify()
        last_year = self._last_year(began)
        self._live([last_year], began, add_working_days(began, 24))
        self._close(last_year)
        first_day = working_day_before(self.today, 17)
        first = self._first_contact(first_day)
        pact = self._pact(working_day_before(add_working_days(self.today, 1), 2 * RELAUNCH_DAYS))
        self.in_doubt = pact.campaign.pk
        self._live([first, pact], first_day, self.yesterday)
        propose_view(self.structure, (self.lead, self.second), self.today)
        self._prepare()
        self._date_rows()

    # --- before ------------------------------------------------------------------------------------
    def _classify(self) -> None:
        """Levels of service of some, and more addresses of companies nobody has met yet."""
        companies = sorted((known.company for known in self.network.values()), key=lambda row: row.pk)
        followed = [row for row in companies if row.relation_state in (RelationState.AMBASSADOR, RelationState.PARTNER)]
        levels = (ServiceLevel.INDIVIDUAL, ServiceLevel.DEVELOP, ServiceLevel.CONSOLIDATE, "")
        for rank, company in enumerate(followed):
            is_ambassador = company.relation_state == RelationState.AMBASSADOR
            company.service_level = ServiceLevel.INDIVIDUAL if is_ambassador else levels[rank % 4]
        Company.objects.bulk_update(followed, ["service_level"])
        unknown = [row for row in companies if row.relation_state == RelationState.PROSPECT and not row.email]
        reached = unknown[: len(unknown) - 8]
        for rank, company in enumerate(reached):
            company.email = f"contact@{slug(str(company))[:40].strip('-')}-{rank}.example.org"
        Company.objects.bulk_update(reached, ["email"])

    def _last_year(self, began: dt.date) -> Story:
        at = moment(began, 8)
        ensure_default_letters(self.structure, now=at - dt.timedelta(days=14), by=self.lead)
        letter = create_letter(
            structure=self.structure,
            name=f"Pacte {began.year}",
            kind=LetterKind.LETTER,
            texts=FIRST_LETTER | {"signatory": self.structure.president, "signatory_title": "Présidence"},
            by=self.lead,
            now=at - dt.timedelta(days=12),
        )
        texts = texts_of_version(letter.versions.get()) | FIRST_LETTER_MENDED
        version = write_version(template=letter, texts=texts, by=self.second, now=at - dt.timedelta(days=9))
        story = self._launch(
            f"Pacte avec les entreprises {began.year}",
            began,
            states=(RelationState.PARTNER, RelationState.IN_RELATION),
            most=LAST_YEAR,
            by=self.lead,
            values={"letter": version, "answer_by": add_working_days(began, 22), "phone_days": None},
            label="En relation ou partenaires",
        )
        free = self._shuffled(story)
        story.plan(Replies.bounce, (0, 0), free)
        story.plan(Replies.answer, (0, 1, 2, 3, 6, 8, 11, 12), free)
        story.plan(Replies.decline, (1, 6, 11), free)
        story.plan(Replies.opt_out, (0, 6, 12), free)
        story.plan(Replies.open, (1, 3, 6, 13), free)
        story.plan(Replies.begin, (2, 7), free)
        story.plan(Replies.call(PhoneOutcome.COMMITS), (23,), free)
        story.plan(Replies.call(PhoneOutcome.REFUSES), (23, 24), free)
        story.plan(Replies.call(PhoneOutcome.NO_ANSWER), (23, 24), free)
        return story

    def _first_contact(self, began: dt.date) -> Story:
        story = self._launch(
            "Premier contact avec les artisans et commerçants",
            began,
            states=(RelationState.PROSPECT,),
            most=FIRST_CONTACT,
            by=self.second,
            values={"answer_by": add_working_days(began, 25), "phone_days": RELAUNCH_DAYS},
            label="Prospects avec un e-mail",
        )
        free = self._shuffled(story)
        story.plan(Replies.answer, (2, 7, 11), free)
        story.plan(Replies.decline, (6,), free)
        story.plan(Replies.bounce, (0,), free)
        story.plan(Replies.open, (4, 12), free)
        story.plan(Replies.call(PhoneOutcome.NO_ANSWER), (16,), free)
        story.plan(Replies.call(PhoneOutcome.MESSAGE), (16,), free)
        story.plan(Replies.call(PhoneOutcome.CALL_BACK), (16,), free)
        story.plan(Replies.call(PhoneOutcome.INTERESTED), (16,), free)
        story.plan(Replies.call(PhoneOutcome.COMMITS), (16,), free)
        return story

    def _pact(self, began: dt.date) -> Story:
        story = self._launch(
            f"Pacte avec les entreprises {began.year}",
            began,
            states=(RelationState.IN_RELATION, RelationState.PROSPECT),
            most=UNDER_WAY,
            by=self.lead,
            values={"answer_by": add_working_days(began, 20)},
            label="En relation, sans campagne depuis un an",
        )
        free = self._shuffled(story)
        story.plan(Replies.bounce, (0, 1), free)
        story.plan(Replies.answer, (1, 2, 3, 5, 5, 6, 6, 7, 8, 8), free)
        story.plan(Replies.decline, (1, 6), free)
        story.plan(Replies.opt_out, (2,), free)
        story.plan(Replies.open, (1, 2, 5, 6, 7), free)
        story.plan(Replies.begin, (3, 6, 8), free)
        story.plan(Replies.hold, (6, 8), free)
        story.plan(Replies.stop, (7,), free)
        return story

    def _launch(
        self,
        name: str,
        began: dt.date,
        *,
        states: Sequence[str],
        most: int,
        by: User,
        values: dict[str, Any],
        label: str,
    ) -> Story:
        """Prepared two days before, launched in the morning, to companies no campaign wrote to lately."""
        at = moment(began, 9)
        companies = self._writable(states, at)[:most]
        campaign = create_campaign(
            structure=self.structure, values={"name": name, **values}, by=by, now=at - dt.timedelta(days=2)
        )
        choose_audience(
            campaign=campaign,
            companies=Company.objects.filter(pk__in=[company.pk for company in companies]),
            query="&".join(f"state={state}" for state in states),
            label=label,
            by=by,
            now=at - dt.timedelta(days=2),
        )
        launched = launch_campaign(campaign=campaign, by=by, now=at)
        recipients = Recipient.objects.included().filter(campaign=launched).order_by("pk")
        return Story(launched, began, list(recipients.select_related("company", "contact")))

    def _writable(self, states: Sequence[str], at: dt.datetime) -> list[Company]:
        recent = Recipient.objects.filter(campaign__launched_at__gt=at - dt.timedelta(days=90))
        rows = Company.objects.kept().filter(structure=self.structure, relation_state__in=states)
        pairs = DuplicatePair.objects.filter(structure=self.structure).proposed().values_list("first_id", "second_id")
        doubles = [pk for pair in pairs for pk in pair]  # the view of 200 shows them
        lines = lines_of(self.structure, rows.exclude(pk__in=recent.values("company")).exclude(pk__in=doubles), at)
        companies = [line.company for line in lines if line.is_included]
        self.source.shuffle(companies)
        return companies

    def _shuffled(self, story: Story) -> list[Recipient]:
        return self.source.sample(story.recipients, len(story.recipients))

    # --- day by day ---------------------------------------------------------------------------------
    def _live(self, stories: Sequence[Story], first: dt.date, last: dt.date) -> None:
        day = first
        while day <= last:
            offsets = [working_days_between(story.began, day) for story in stories]
            # Other days bring nothing: what falls due does so after so many days.
            if DECIDING & set(offsets):
                run_day(structure=self.structure, now=moment(day, 9))
            if day == first or DECIDING & set(offsets) or 0 in offsets:
                self._leave(moment(day, 9, 25))
            for story, offset in zip(stories, offsets, strict=True):
                for rank, (gesture, recipient) in enumerate(story.days.pop(offset, ())):
                    recipient.refresh_from_db()
                    gesture(self.replies, recipient, moment(day, 10 + rank % 7, 5 + rank * 4 % 50))
            day = add_working_days(day, 1)

    def _leave(self, at: dt.datetime) -> None:
        """Everything that waits leaves, as the sender would write it down."""
        waiting = Message.objects.filter(structure=self.structure, state=MessageState.QUEUED, not_before__lte=at)
        related = ("campaign__structure", "letter", "recipient__company", "recipient__contact", "recipient__adviser")
        rows = list(waiting.select_related(*related).order_by("not_before", "pk"))
        by_campaign: dict[int, list[Message]] = defaultdict(list)
        for row in rows:
            by_campaign[row.campaign_id].append(row)
        patterns = EmailPatterns(structure=self.structure, settings=settings_of(self.structure))
        for group in by_campaign.values():
            recipients = [row.recipient for row in group]
            values = values_for(campaign=group[0].campaign, recipients=recipients, today=at.date())
            for row in group:
                said = patterns.email_for(letter=row.letter, values=values[row.recipient_id])
                row.subject, row.text, row.html = said.subject, said.text, said.html
        Message.objects.bulk_update(rows, ["subject", "text", "html"], batch_size=200)
        waiting.update(
            state=MessageState.SENT,
            state_since=at,
            prepared_at=at,
            attempted_at=at,
            sent_at=at,
            attempts=1,
            server_code=250,
            server_answer="250 2.0.0 Ok",
        )
        self._lose_one(at)
        while note_sent(structure=self.structure, now=at + dt.timedelta(minutes=5)):
            pass

    def _lose_one(self, at: dt.datetime) -> None:
        relaunches = Message.objects.filter(campaign=self.in_doubt, step=Step.FIRST_RELAUNCH, sent_at=at)
        lost = relaunches.order_by("-pk").values_list("pk", flat=True).first()
        Message.objects.filter(pk=lost).update(
            state=MessageState.UNCERTAIN, sent_at=None, server_code=None, server_answer=UNCERTAIN_ANSWER
        )

    # --- after ---------------------------------------------------------------------------------------
    def _close(self, story: Story) -> None:
        """Last year’s is over: nobody calls any more, what it opened was lived and is closed."""
        at = moment(add_working_days(story.began, 26), 17)
        end_campaign(campaign=story.campaign, by=self.lead, now=at)
        listed = Recipient.objects.filter(campaign=story.campaign, phone_ended_at=None, state__in=PHONED)
        listed.update(phone_listed_at=models.functions.Coalesce("phone_listed_at", models.Value(at)), phone_ended_at=at)
        offers = list(Opportunity.objects.filter(commitment__answer__recipient__campaign=story.campaign).distinct())
        moves = []
        for offer in offers:
            days = (OpportunityState.DRAFT, OpportunityState.TO_QUALIFY, OpportunityState.OPEN, OpportunityState.CLOSED)
            for rank, (before, after) in enumerate(pairwise(days)):
                offer.state_since = offer.state_since + dt.timedelta(days=3 + rank * 24)
                moves.append(
                    OpportunityMove(
                        structure=self.structure,
                        opportunity=offer,
                        from_state=before,
                        to_state=after,
                        at=offer.state_since,
                        by=offer.managed_by,
                    )
                )
            offer.state = OpportunityState.CLOSED
        Opportunity.objects.bulk_update(offers, ["state", "state_since"])
        OpportunityMove.objects.bulk_create(moves)

    def _prepare(self) -> None:
        """Begun yesterday by the second adviser, not sent yet."""
        now = moment(self.yesterday, 16)
        campaign = create_campaign(
            structure=self.structure,
            values={"name": "Accueillir en immersion cet hiver"},
            by=self.second,
            now=now,
        )
        states = (RelationState.PARTNER, RelationState.AMBASSADOR)
        choose_audience(
            campaign=campaign,
            companies=Company.objects.kept().filter(structure=self.structure, relation_state__in=states),
            query="&".join(f"state={state}" for state in states),
            label="Partenaires et ambassadrices",
            by=self.second,
            now=now,
        )

    def _date_rows(self) -> None:
        """Rows bear the hour of the story, not that of its telling."""
        mine = {"structure": self.structure}
        began = models.OuterRef("campaign")
        first_move = Campaign.objects.filter(pk=models.OuterRef("pk")).values("moves__at").order_by("moves__at")[:1]
        Campaign.objects.filter(**mine).update(created_at=models.Subquery(first_move))
        of_campaign = Campaign.objects.filter(pk=began).values("created_at")[:1]
        Recipient.objects.filter(**mine).update(created_at=models.Subquery(of_campaign))
        Message.objects.filter(**mine).update(created_at=models.F("not_before"))
        promised = Commitment.objects.filter(opportunity=models.OuterRef("pk")).order_by("pk").values("made_at")[:1]
        Opportunity.objects.filter(commitment__isnull=False, **mine).update(
            created_at=models.Subquery(promised), updated_at=models.F("state_since")
        )
