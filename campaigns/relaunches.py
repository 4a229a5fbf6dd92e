"""Which relaunch is due on a day, in which words, when the telephone takes over, and why none leaves any more. Pure.

Annexe 5: after N working days without an answer, again after M, then a list of calls; an answer, an opt-out, a bounce,
a colleague's stop or the deadline ends it. Days are the structure's own (`core.working_days`).
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from campaigns.enums import WAITED_FOR, LetterKind, RecipientState, Step
from core.working_days import add_working_days, is_working_day


@dataclass(frozen=True)
class Plan:
    """What the campaign decided. None: no such relaunch; `phone_days` None: calls begin after the deadline."""

    first_days: int | None
    second_days: int | None
    phone_days: int | None
    answer_by: dt.date | None
    department: str = ""


@dataclass(frozen=True)
class Situation:
    """Where one company is. `last_on`: the day its latest message left, of step `last_step`; None: nothing left yet.

    `by_email`: relaunched by the machine; `by_post`: by letters that a person prints, when their day has come.
    """

    state: str
    last_step: int | None
    last_on: dt.date | None
    by_email: bool = True
    by_post: bool = False
    is_held: bool = False
    has_opened: bool = False
    has_begun: bool = False

    @property
    def is_written_to(self) -> bool:
        return self.by_email or self.by_post


class Stop(StrEnum):
    """Why no relaunch leaves, for the person who looks at it."""

    ANSWERED = "Elle a répondu."
    DECLINED = "Elle ne souhaite pas participer."
    OPTED_OUT = "Elle ne veut plus d’e-mails."
    BOUNCED = "Son adresse refuse nos messages."
    STOPPED = "Un collègue a arrêté les relances."
    HELD = "Un collègue retient ses relances."
    DEADLINE = "La date de réponse est passée."
    UNREACHABLE = "Nous n’avons plus d’adresse où lui écrire."
    NO_MORE = "Toutes les relances prévues sont parties."
    NOT_ASKED = "Rien ne lui a encore été envoyé."


_ENDED = {
    RecipientState.ANSWERED: Stop.ANSWERED,
    RecipientState.DECLINED: Stop.DECLINED,
    RecipientState.OPTED_OUT: Stop.OPTED_OUT,
    RecipientState.BOUNCED: Stop.BOUNCED,
    RecipientState.STOPPED: Stop.STOPPED,
    RecipientState.UNANSWERED: Stop.DEADLINE,
}


def text_kind(situation: Situation) -> LetterKind:
    """The words for whoever never opened the survey, began it, or opened it and said nothing: gestures, not clicks."""
    if situation.has_begun:
        return LetterKind.BEGUN
    return LetterKind.UNANSWERED if situation.has_opened else LetterKind.UNOPENED


def next_step(situation: Situation, plan: Plan) -> tuple[Step, dt.date] | None:
    """The relaunch that comes and the working day it is due; None when none does."""
    if situation.last_on is None or situation.last_step is None:
        return None
    delays = {Step.FIRST_RELAUNCH: plan.first_days, Step.SECOND_RELAUNCH: plan.second_days}
    if situation.last_step >= Step.SECOND_RELAUNCH:
        return None
    step = Step(situation.last_step + 1)
    delay = delays[step]
    if delay is None:
        return None
    return step, add_working_days(situation.last_on, delay, plan.department)


def relaunches_too_late(plan: Plan, leaves_on: dt.date) -> list[tuple[Step, dt.date]]:
    """Those planned after a letter of that day which never leave: the day of each comes after the deadline."""
    found, day = [], leaves_on
    for step, delay in ((Step.FIRST_RELAUNCH, plan.first_days), (Step.SECOND_RELAUNCH, plan.second_days)):
        if delay is None:
            break
        day = add_working_days(day, delay, plan.department)
        if plan.answer_by is not None and day > plan.answer_by:
            found.append((step, day))
    return found


def stop_reason(situation: Situation, plan: Plan, day: dt.date) -> Stop | None:
    """Why nothing would leave on that day, even when its time comes; None when nothing stands against it."""
    if situation.state not in WAITED_FOR:
        return _ENDED[RecipientState(situation.state)]
    checks = (
        (situation.is_held, Stop.HELD),
        (situation.last_on is None, Stop.NOT_ASKED),
        (plan.answer_by is not None and day > plan.answer_by, Stop.DEADLINE),
        (not situation.is_written_to, Stop.UNREACHABLE),
        (next_step(situation, plan) is None, Stop.NO_MORE),
    )
    return next((reason for stands, reason in checks if stands), None)


def due_step(situation: Situation, plan: Plan, day: dt.date) -> Step | None:
    """The relaunch that leaves on that day. A timetable stopped for three days catches up once, with one message."""
    if stop_reason(situation, plan, day) or not is_working_day(day, plan.department):
        return None
    coming = next_step(situation, plan)
    assert coming is not None  # else it has a reason to stop
    step, due_on = coming
    return step if due_on <= day else None


def step_to_print(situation: Situation, plan: Plan, day: dt.date) -> Step | None:
    """The relaunch that may be printed on that day, worked or not: it waits for a person, not for an hour."""
    if not situation.by_post or stop_reason(situation, plan, day):
        return None
    coming = next_step(situation, plan)
    return coming[0] if coming and coming[1] <= day else None


def phone_day(situation: Situation, plan: Plan) -> dt.date | None:
    """The day the company enters the list of calls; None when it never will as things are.

    At once when its address refuses our messages. Else some working days after what left last, once no relaunch is to
    come; after the day of a relaunch on paper, which somebody was to print and may never have; or on the working day
    after the deadline.
    """
    if situation.state == RecipientState.BOUNCED and situation.last_on:
        return add_working_days(situation.last_on, 1, plan.department)
    if situation.state not in (*WAITED_FOR, RecipientState.UNANSWERED) or situation.last_on is None:
        return None
    days = []
    if plan.answer_by is not None:
        days.append(add_working_days(plan.answer_by, 1, plan.department))
    coming = next_step(situation, plan) if situation.is_written_to else None
    is_left_to_the_machine = coming is not None and situation.by_email
    if plan.phone_days is not None and not is_left_to_the_machine:
        silent_since = coming[1] if coming else situation.last_on
        days.append(add_working_days(silent_since, plan.phone_days, plan.department))
    return min(days, default=None)


def is_to_phone(situation: Situation, plan: Plan, day: dt.date) -> bool:
    found = phone_day(situation, plan)
    return found is not None and found <= day and not situation.is_held
