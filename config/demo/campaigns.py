"""Campaigns of the first structure: one that ended last year, two under way, one in preparation, and what came of them.

They are lived day by day through the actions, the clock set back: letters are written and filled for real, the
relaunches and the calls are those that `run_day` decides. Only the handing over to a server is played (`_leave`).
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from typing import Any

from django.db import models

from accounts.models import Structure, User
from campaigns.actions.answers import decline, give_answer, open_survey, opt_out, save_answer
from campaigns.actions.campaigns import choose_audience, create_campaign, end_campaign, launch_campaign
from campaigns.actions.commitments import settle_commitment
from campaigns.actions.letters import create_letter, ensure_default_letters, write_version
from campaigns.actions.letters import texts_of as texts_of_version
from campaigns.actions.noting import note_sent
from campaigns.actions.phone import record_call
from campaigns.actions.relaunches import hold_recipient, run_day, stop_recipient
from campaigns.actions.returns import return_message
from campaigns.actions.suppressions import suppress_address
from campaigns.actions.sweeping import UNCERTAIN_ANSWER
from campaigns.audience import Line, audience_lines
from campaigns.enums import (
    PHONED,
    AnswerChannel,
    Channel,
    Exclusion,
    LetterKind,
    MessageState,
    PhoneOutcome,
    Step,
    SuppressionReason,
)
from campaigns.letters import render_email, values_for
from campaigns.models import Answer, Campaign, Commitment, Message, Recipient, SendingSettings, SurveyLink
from campaigns.queries import settings_of
from companies.actions import record_interaction
from companies.actions.solicitation import SolicitationDraft, record_solicitations, set_solicitation_limits
from companies.enums import CallOutcome, InteractionKind, RelationState, ServiceLevel, SolicitationChannel
from companies.models import Company, DuplicatePair, NextAction, Tag
from companies.solicitations import Limit
from config.demo.campaign_phrases import CALL_NOTES, CALLS, COMMENTS, FIRST_LETTER, FIRST_LETTER_MENDED, HELD, STORIES
from config.demo.identities import slug
from config.demo.network import Known
from config.demo.young_people import PARIS
from core.models import OccupationTitle, SavedView
from core.working_days import add_working_days, is_working_day
from opportunities.enums import OpportunityState
from opportunities.models import Opportunity, OpportunityMove

VIEW, TAG = "Partenaires à solliciter", "Pacte à proposer"
# The view: so many who may be written to, and so many left out for each reason.
INVITED = 183
LEFT_OUT = {
    Exclusion.NO_EMAIL: 4,
    Exclusion.OPTED_OUT: 3,
    Exclusion.SUPPRESSED: 2,
    Exclusion.ANSWERED_LATELY: 2,
    Exclusion.ASKED_TOO_OFTEN: 2,
    Exclusion.DUPLICATE: 2,
    Exclusion.WATCH: 2,
}
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
REFUSED = "550 5.1.1 Recipient address rejected: user unknown"

Gesture = Callable[["Play", Recipient, dt.datetime], None]


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
        self.comments, self.calls = cycle(COMMENTS), cycle(CALLS)
        self.stories = cycle(STORIES)
        # A relaunch of that campaign is lost: its worker stopped before it heard the server.
        self.in_doubt = 0
        self.titles: dict[str, str] = {}
        for code, title in OccupationTitle.objects.order_by("pk").values_list("occupation_id", "title"):
            self.titles.setdefault(code, title)

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
        self._propose()
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
        story.plan(Play.bounce, (0, 0), free)
        story.plan(Play.answer, (0, 1, 2, 3, 6, 8, 11, 12), free)
        story.plan(Play.decline, (1, 6, 11), free)
        story.plan(Play.opt_out, (0, 6, 12), free)
        story.plan(Play.open, (1, 3, 6, 13), free)
        story.plan(Play.begin, (2, 7), free)
        story.plan(Play.call(PhoneOutcome.COMMITS), (23,), free)
        story.plan(Play.call(PhoneOutcome.REFUSES), (23, 24), free)
        story.plan(Play.call(PhoneOutcome.NO_ANSWER), (23, 24), free)
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
        story.plan(Play.answer, (2, 7, 11), free)
        story.plan(Play.decline, (6,), free)
        story.plan(Play.bounce, (0,), free)
        story.plan(Play.open, (4, 12), free)
        story.plan(Play.call(PhoneOutcome.NO_ANSWER), (16,), free)
        story.plan(Play.call(PhoneOutcome.MESSAGE), (16,), free)
        story.plan(Play.call(PhoneOutcome.CALL_BACK), (16,), free)
        story.plan(Play.call(PhoneOutcome.INTERESTED), (16,), free)
        story.plan(Play.call(PhoneOutcome.COMMITS), (16,), free)
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
        story.plan(Play.bounce, (0, 1), free)
        story.plan(Play.answer, (1, 2, 3, 5, 5, 6, 6, 7, 8, 8), free)
        story.plan(Play.decline, (1, 6), free)
        story.plan(Play.opt_out, (2,), free)
        story.plan(Play.open, (1, 2, 5, 6, 7), free)
        story.plan(Play.begin, (3, 6, 8), free)
        story.plan(Play.hold, (6, 8), free)
        story.plan(Play.stop, (7,), free)
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
        lines = self._lines(rows.exclude(pk__in=recent.values("company")).exclude(pk__in=doubles), at)
        companies = [line.company for line in lines if line.is_included]
        self.source.shuffle(companies)
        return companies

    def _lines(self, companies: models.QuerySet, at: dt.datetime) -> list[Line]:
        return audience_lines(
            companies=companies.values("pk"),
            structure=self.structure,
            channel=Channel.EMAIL,
            settings=settings_of(self.structure),
            now=at,
            today=at.date(),
        )

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
                    gesture(self, recipient, moment(day, 10 + rank % 7, 5 + rank * 4 % 50))
            day = add_working_days(day, 1)

    def _leave(self, at: dt.datetime) -> None:
        """Everything that waits leaves, as the sender would write it down."""
        waiting = Message.objects.filter(structure=self.structure, state=MessageState.QUEUED, not_before__lte=at)
        related = ("campaign__structure", "letter", "recipient__company", "recipient__contact", "recipient__adviser")
        rows = list(waiting.select_related(*related).order_by("not_before", "pk"))
        by_campaign: dict[int, list[Message]] = defaultdict(list)
        for row in rows:
            by_campaign[row.campaign_id].append(row)
        sending = settings_of(self.structure)
        for group in by_campaign.values():
            recipients = [row.recipient for row in group]
            values = values_for(campaign=group[0].campaign, recipients=recipients, today=at.date())
            for row in group:
                said = render_email(
                    letter=row.letter,
                    recipient=row.recipient,
                    values=values[row.recipient_id],
                    structure=self.structure,
                    settings=sending,
                )
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

    # --- gestures ------------------------------------------------------------------------------------
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
        def gesture(self: Play, recipient: Recipient, at: dt.datetime) -> None:
            if recipient.phone_listed_at is None:
                return
            call_back_on = add_working_days(at.date(), 3) if outcome == PhoneOutcome.CALL_BACK else None
            by = recipient.adviser or self.lead
            note = CALL_NOTES.get(outcome, "")
            record_call(recipient=recipient, outcome=outcome, note=note, by=by, now=at, call_back_on=call_back_on)
            if outcome == PhoneOutcome.COMMITS:
                self._give(recipient, at + dt.timedelta(minutes=6), AnswerChannel.PHONE)

        return gesture

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

    def _propose(self) -> None:
        """The shared view of 200 companies, of which 17 are left out, each for a reason that can be seen."""
        now = moment(self.today, 8)
        for number, name in enumerate(("ancien.directeur", "accueil"), start=1):
            suppress_address(
                structure_id=self.structure.pk,
                email=f"{name}@entreprise-fermee-{number}.example.org",
                reason=SuppressionReason.BY_HAND if number == 1 else SuppressionReason.COMPLAINED,
                note="Ne travaille plus dans le secteur." if number == 1 else "",
                by=self.second,
                now=now - dt.timedelta(days=40 * number),
            )
        everybody = Company.objects.kept().filter(structure=self.structure)
        lines = self._lines(everybody, now)
        asked = set(
            Recipient.objects.filter(asked_at__gt=now - dt.timedelta(days=90)).values_list("company", flat=True)
        )
        ranks = {RelationState.AMBASSADOR: 0, RelationState.PARTNER: 1, RelationState.IN_RELATION: 2}
        free = [line for line in lines if line.is_included and line.company.pk not in asked]
        free.sort(key=lambda line: (ranks.get(line.company.relation_state, 3), line.company.pk))
        chosen = self._left_out(lines, free)
        tag = Tag.objects.create(structure=self.structure, name=TAG)
        tag.companies.add(*chosen)
        SavedView.objects.create(
            structure=self.structure,
            owner=self.lead,
            listing="companies",
            name=VIEW,
            query=f"tag={tag.pk}",
            is_shared=True,
        )

    def _left_out(self, lines: Sequence[Line], free: list[Line]) -> list[int]:
        """Companies of the view: of those left out, so many of each reason; the rest from `free`."""
        by_reason: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            by_reason[line.exclusion].append(line)
        chosen = [
            line.company.pk
            for reason, count in LEFT_OUT.items()
            if reason not in (Exclusion.ASKED_TOO_OFTEN, Exclusion.DUPLICATE)
            for line in by_reason[reason][:count]
        ]
        insisted = [free.pop() for _ in range(LEFT_OUT[Exclusion.ASKED_TOO_OFTEN])]
        self._insist([line.company for line in insisted])
        doubles = self._doubles({line.company.pk: line for line in lines}, free)
        invited = [*doubles, *[line.company.pk for line in free]]
        kept = list(dict.fromkeys(invited))[: INVITED + LEFT_OUT[Exclusion.DUPLICATE]]
        return [*chosen, *[line.company.pk for line in insisted], *kept]

    def _doubles(self, lines: dict[int, Line], free: list[Line]) -> list[int]:
        """Pairs of which one is written to and the other is left out as its double."""
        writable = {line.company.pk for line in free}
        found: list[int] = []
        pairs = DuplicatePair.objects.filter(structure=self.structure).proposed().order_by("pk")
        for first, second in pairs.values_list("first_id", "second_id"):
            pair = {first, second}
            doubles = [pk for pk in pair if pk in lines and lines[pk].exclusion == Exclusion.DUPLICATE]
            if len(doubles) == 1 and (pair - set(doubles)) <= writable and not pair & set(found):
                found += [*(pair - set(doubles)), *doubles]
            if len(found) == 2 * LEFT_OUT[Exclusion.DUPLICATE]:
                break
        return found

    def _insist(self, companies: Sequence[Company]) -> None:
        """They were asked for something four times and more these last weeks, by this one and that one."""
        asked = (
            (70, SolicitationChannel.EVENT, "Forum des métiers\u00a0: tenir un stand"),
            (48, SolicitationChannel.CALL, "Visite d’atelier pour six jeunes"),
            (33, SolicitationChannel.EMAIL, "Taxe d’apprentissage"),
            (19, SolicitationChannel.CALL, "Immersion d’une semaine"),
            (12, SolicitationChannel.EMAIL, "Petit-déjeuner des partenaires"),
            (4, SolicitationChannel.CALL, "Parrainage d’une jeune"),
        )
        for rank, (days, channel, title) in enumerate(asked):
            drafts = [
                SolicitationDraft(
                    company=company,
                    channel=channel,
                    on=working_day_before(self.today - dt.timedelta(days=days - 1), 1),
                    title=title,
                )
                for company in companies
            ]
            record_solicitations(drafts=drafts, by=(self.lead, self.second)[rank % 2])

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


def moment(day: dt.date, hour: int, minute: int = 15) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)


def working_day_before(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day before it."""
    while count:
        day -= dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """How many working days after `first` the working day `last` is; negative before."""
    if last < first:
        return -1
    count = 0
    while first < last:
        first = add_working_days(first, 1)
        count += 1
    return count
