"""Two years of relations with the companies of one structure: exchanges, next actions, and the lines they leave.

Exchanges of one company follow one another; each but the last may end with a next action, done on the day of the
following one. What is still to be done is dealt out first, so that each adviser has late, present and coming work.
"""

import datetime as dt
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType

from accounts.models import Site, User
from companies.actions.interaction import interaction_title
from companies.enums import (
    CallOutcome,
    Direction,
    InteractionKind,
    NextActionKind,
    NextActionState,
    RelationState,
)
from companies.models import Company, Contact, Interaction, NextAction
from config.demo import phrases
from config.demo.network import Known
from core.models import ActivityEntry, ActivityKind

PARIS = ZoneInfo("Europe/Paris")
HISTORY_DAYS = 730
FORGOTTEN_DAYS = (100, 260)
SPACE = "\u00a0"

# How many exchanges, by state (least, most).
EXCHANGES = {
    RelationState.AMBASSADOR: (16, 26),
    RelationState.PARTNER: (7, 14),
    RelationState.IN_RELATION: (2, 7),
    RelationState.WATCH: (1, 5),
}
KINDS = (
    (InteractionKind.CALL, 50),
    (InteractionKind.VISIT, 16),
    (InteractionKind.EMAIL, 18),
    (InteractionKind.MEETING, 10),
    (InteractionKind.EVENT, 6),
)
SUMMARIES = {
    InteractionKind.CALL: phrases.CALLS,
    InteractionKind.VISIT: phrases.VISITS,
    InteractionKind.EMAIL: phrases.EMAILS,
    InteractionKind.MEETING: phrases.MEETINGS,
    InteractionKind.EVENT: phrases.EVENTS,
}
DURATIONS = {
    InteractionKind.CALL: (3, 5, 8, 10, 12, 15),
    InteractionKind.VISIT: (45, 50, 55, 60),
    InteractionKind.MEETING: (30, 45, 60),
    InteractionKind.EVENT: (90, 120, 180),
}
UNANSWERED = (CallOutcome.NO_ANSWER, CallOutcome.MESSAGE, CallOutcome.MESSAGE, CallOutcome.WRONG_NUMBER)
# Days from today at which an adviser has something to do; 0 has an hour.
AGENDA = (-11, -6, -4, -2, -1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, *range(8, 50, 3))
HOURS = (dt.time(9, 30), dt.time(11, 0), dt.time(16, 0))


@dataclass(frozen=True)
class Draft:
    """An action still to be done."""

    due_on: dt.date
    due_time: dt.time | None
    assigned_to: User


def at_work(day: dt.date, *, forward: bool = False) -> dt.date:
    """That day, or the nearest one of the week before it (after it)."""
    while day.weekday() > 4:
        day += dt.timedelta(days=1 if forward else -1)
    return day


class Relations:
    def __init__(
        self, network: list[Known], sites: list[Site], source: random.Random, today: dt.date, former: User | None = None
    ) -> None:
        self.network, self.sites, self.source, self.today, self.former = network, sites, source, today, former
        self.drafts: dict[int, Draft] = {}
        self.said: dict[int, deque[str]] = {}
        self.actions: list[NextAction] = []
        self.interactions: list[Interaction] = []
        self.people: list[tuple[Interaction, list[Contact]]] = []
        self.alone: list[NextAction] = []

    def live(self, advisers: list[User], forgotten: int = 14) -> None:
        """Draw everything; companies are saved, nothing else is."""
        left_alone = self._deal(advisers, forgotten)
        for known in self.network:
            self._story(known, forgotten=known.company.pk in left_alone)

    def _deal(self, advisers: list[User], forgotten: int) -> set[int]:
        """Give each adviser her agenda among her own companies; returns the companies nobody thinks of."""
        alive = (RelationState.PARTNER, RelationState.IN_RELATION, RelationState.AMBASSADOR)
        candidates = [known.company for known in self.network if known.company.relation_state in alive]
        left_alone = {company.pk for company in candidates if company.relation_state != RelationState.AMBASSADOR}
        left_alone = set(self.source.sample(sorted(left_alone), forgotten))
        for adviser in advisers:
            own = [company for company in candidates if company.adviser == adviser and company.pk not in left_alone]
            hours = iter(HOURS)
            # A small portfolio has a thin agenda, late, present and coming all the same.
            agenda = AGENDA[:: max(1, len(AGENDA) // max(1, len(own)) + 1)] if len(own) < len(AGENDA) else AGENDA
            for company, days in zip(self.source.sample(own, len(agenda)), agenda, strict=True):
                day = self.today + dt.timedelta(days=days)
                if days:
                    day = at_work(day, forward=days > 0)
                self.drafts[company.pk] = Draft(day, next(hours) if days == 0 else None, adviser)
        return left_alone

    def _days(self, company: Company, *, forgotten: bool) -> list[dt.date]:
        least, most = EXCHANGES.get(company.relation_state, (0, 0))
        count = self.source.randint(least, most)
        if company.relation_state == RelationState.PROSPECT:
            count = self.source.choices((0, 1, 2), (60, 28, 12))[0]
        draft = self.drafts.get(company.pk)
        newest = min(self.today, draft.due_on if draft else self.today) - dt.timedelta(days=2)
        if forgotten:
            newest -= dt.timedelta(days=self.source.randint(*FORGOTTEN_DAYS))
        elif draft or company.relation_state in (RelationState.PARTNER, RelationState.AMBASSADOR):
            newest -= dt.timedelta(days=self.source.randint(0, 55))
        else:
            newest -= dt.timedelta(days=self.source.randint(0, 110))
        oldest = self.today - dt.timedelta(days=HISTORY_DAYS)
        span = max((newest - oldest).days, 1)
        days = {at_work(newest)} | {
            at_work(oldest + dt.timedelta(days=self.source.randint(0, span))) for _ in range(count - 1)
        }
        return sorted(days) if count else []

    def _story(self, known: Known, *, forgotten: bool) -> None:
        company = known.company
        days = self._days(company, forgotten=forgotten)
        author = company.adviser or self.source.choice(
            [each.company.adviser for each in self.network if each.company.adviser]
        )
        if days and company.origin_on > days[0]:
            company.origin_on = days[0]
        for rank, day in enumerate(days):
            interaction = self._interaction(known, day, author)
            following = days[rank + 1] if rank + 1 < len(days) else None
            if following and following > day and self.source.random() < 0.6:
                interaction.next_action = self._done(known, day, following, interaction.by)
            elif following is None and company.pk in self.drafts:
                interaction.next_action = self._open(known, day)
            interaction.nothing_next = interaction.next_action is None
            self.interactions.append(interaction)
        if not days and company.pk in self.drafts:
            self.alone.append(self._open(known, self.today - dt.timedelta(days=12)))

    def _interaction(self, known: Known, day: dt.date, author: User) -> Interaction:
        company = known.company
        prospect = company.relation_state == RelationState.PROSPECT
        kind = InteractionKind.CALL if prospect else self.source.choices(*zip(*KINDS, strict=True))[0]
        at = dt.datetime.combine(
            day, dt.time(self.source.randint(8, 16), self.source.choice((5, 10, 20, 30, 40, 50))), PARIS
        )
        words = known.words(day, self.source)
        interaction = Interaction(
            structure_id=company.structure_id,
            company=company,
            kind=kind,
            direction=Direction.OUTGOING if self.source.random() < 0.78 else Direction.INCOMING,
            at=at,
            by=self.former if self.former and (self.today - day).days > 420 else author,
            summary=self._fresh(known, SUMMARIES[kind]).format(**words),
        )
        if kind in DURATIONS:
            interaction.duration_minutes = self.source.choice(DURATIONS[kind])
        if kind == InteractionKind.CALL:
            self._outcome(interaction, answered=not prospect)
        if kind == InteractionKind.VISIT:
            for step in ("discover", "listen", "clarify", "reformulate", "propose"):
                setattr(interaction, step, self.source.choice(getattr(phrases, step.upper())).format(**words))
        if kind == InteractionKind.MEETING:
            interaction.site = self.source.choice(self.sites)
        present = [contact for contact in known.contacts if contact.left_on is None and contact.deleted_at is None]
        if present and interaction.outcome != CallOutcome.NO_ANSWER:
            self.people.append((interaction, present[: self.source.choice((1, 1, 1, 2))]))
        return interaction

    def _fresh(self, known: Known, texts: tuple[str, ...]) -> str:
        """One of the texts, not one of the last said of that company."""
        said = self.said.setdefault(known.company.pk, deque(maxlen=8))
        text = self.source.choice([text for text in texts if text not in said] or texts)
        said.append(text)
        return text

    def _outcome(self, interaction: Interaction, *, answered: bool) -> None:
        if answered and self.source.random() < 0.75:
            interaction.outcome = CallOutcome.REACHED
        elif answered and self.source.random() < 0.5:
            interaction.outcome = CallOutcome.CALL_BACK
        else:
            interaction.outcome = self.source.choice(UNANSWERED)
            interaction.summary = self.source.choice(phrases.SHORT_CALLS)
            interaction.duration_minutes = None
            interaction.direction = Direction.OUTGOING

    def _action(self, known: Known, decided_on: dt.date, due_on: dt.date, who: User) -> NextAction:
        kind, title = self.source.choice(phrases.NEXT)
        action = NextAction(
            structure_id=known.company.structure_id,
            company=known.company,
            contact=known.main,
            kind=NextActionKind(kind),
            title=title.format(**known.words(decided_on, self.source)),
            due_on=due_on,
            assigned_to=who,
            created_by=who,
        )
        action.decided_on = decided_on
        self.actions.append(action)
        return action

    def _done(self, known: Known, day: dt.date, following: dt.date, who: User) -> NextAction:
        action = self._action(known, day, following, who)
        dropped = self.source.random() < 0.06
        action.state = NextActionState.DROPPED if dropped else NextActionState.DONE
        action.ended_at = dt.datetime.combine(following, dt.time(17, 15), PARIS)
        action.ended_by = who
        return action

    def _open(self, known: Known, decided_on: dt.date) -> NextAction:
        draft = self.drafts[known.company.pk]
        action = self._action(known, decided_on, draft.due_on, draft.assigned_to)
        action.due_time = draft.due_time
        if draft.due_time:
            action.kind, action.title = self.source.choice(
                (
                    (NextActionKind.VISIT, f"Visite{SPACE}: premier tour de l’atelier"),
                    (NextActionKind.MEETING, "Faire le point à mi-parcours"),
                    (NextActionKind.CALL, "Appel convenu au sujet de l’immersion"),
                )
            )
        return action

    def entries(self) -> Iterator[ActivityEntry]:
        """The lines of the timelines, as the actions of `companies` would have written them."""
        of = {model: ContentType.objects.get_for_model(model) for model in (Company, Interaction, NextAction)}

        def entry(company: Company, **values: object) -> ActivityEntry:
            return ActivityEntry(
                structure_id=company.structure_id, subject_type=of[Company], subject_id=company.pk, **values
            )

        for known in self.network:
            company = known.company
            began = dt.datetime.combine(company.origin_on, dt.time(7, 30), PARIS)
            yield entry(
                company,
                kind=ActivityKind.CHANGE,
                verb="company_created",
                title="Entreprise ajoutée",
                at=began,
                by=company.created_by,
            )
            if company.relation_state in (RelationState.PARTNER, RelationState.AMBASSADOR):
                before, after = RelationState.IN_RELATION.label, RelationState(company.relation_state).label
                yield entry(
                    company,
                    kind=ActivityKind.CHANGE,
                    verb="relation_state_set",
                    title=f"Relation{SPACE}: {before} → {after}",
                    changes={"état de la relation": [before, after]},
                    at=began + (dt.datetime.combine(self.today, dt.time(7, 30), PARIS) - began) / 2,
                    by=company.adviser,
                )
        for interaction in self.interactions:
            yield entry(
                interaction.company,
                kind=ActivityKind.INTERACTION,
                verb="interaction_recorded",
                title=interaction_title(interaction)[:250],
                body=interaction.summary,
                at=interaction.at,
                by=interaction.by,
                source_type=of[Interaction],
                source_id=interaction.pk,
            )
        for action in self.actions:
            if action.ended_at:
                done = action.state == NextActionState.DONE
                yield entry(
                    action.company,
                    kind=ActivityKind.ACTION,
                    verb="next_action_completed" if done else "next_action_dropped",
                    title=f"{'Fait' if done else 'Abandonné'}{SPACE}: {action.title}",
                    at=action.ended_at,
                    by=action.ended_by,
                    source_type=of[NextAction],
                    source_id=action.pk,
                )
        for action in self.alone:
            yield entry(
                action.company,
                kind=ActivityKind.ACTION,
                verb="next_action_added",
                title=f"À faire{SPACE}: {action.title}",
                at=dt.datetime.combine(action.decided_on, dt.time(9, 0), PARIS),
                by=action.created_by,
                source_type=of[NextAction],
                source_id=action.pk,
            )
