"""Relaunches, on paper: no database."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.enums import LetterKind, RecipientState, Step
from campaigns.relaunches import (
    Plan,
    Situation,
    Stop,
    due_step,
    is_to_phone,
    next_step,
    phone_day,
    relaunches_too_late,
    step_to_print,
    stop_reason,
    text_kind,
)
from core.working_days import is_working_day

MONDAY = dt.date(2027, 3, 8)
PLAN = Plan(first_days=3, second_days=3, phone_days=2, answer_by=dt.date(2027, 4, 30))
ASKED = Situation(state=RecipientState.ASKED, last_step=Step.LETTER, last_on=MONDAY)


def on(day: int, month: int = 3) -> dt.date:
    return dt.date(2027, month, day)


def test_the_first_relaunch_leaves_after_the_working_days_and_not_before():
    assert next_step(ASKED, PLAN) == (Step.FIRST_RELAUNCH, on(11))
    assert [due_step(ASKED, PLAN, on(day)) for day in (8, 9, 10)] == [None, None, None]
    assert due_step(ASKED, PLAN, on(11)) == Step.FIRST_RELAUNCH


def test_the_second_counts_from_the_first():
    relaunched = replace(ASKED, last_step=Step.FIRST_RELAUNCH, last_on=on(11))
    assert due_step(relaunched, PLAN, on(15)) is None
    assert due_step(relaunched, PLAN, on(16)) == Step.SECOND_RELAUNCH
    again = replace(ASKED, last_step=Step.SECOND_RELAUNCH, last_on=on(16))
    assert next_step(again, PLAN) is None
    assert stop_reason(again, PLAN, on(20)) == Stop.NO_MORE


def test_never_on_a_weekend_nor_on_a_holiday_of_the_place():
    late = replace(ASKED, last_on=on(22))  # due on Thursday 25
    assert due_step(late, PLAN, on(27)) is None  # a Saturday
    assert due_step(late, PLAN, on(26)) == Step.FIRST_RELAUNCH
    assert due_step(late, replace(PLAN, department="67"), on(26)) is None  # Good Friday in Alsace


def test_a_timetable_stopped_for_days_catches_up_with_one_message():
    assert due_step(ASKED, PLAN, on(19)) == Step.FIRST_RELAUNCH
    relaunched = replace(ASKED, last_step=Step.FIRST_RELAUNCH, last_on=on(19))
    assert due_step(relaunched, PLAN, on(19)) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": RecipientState.ANSWERED}, Stop.ANSWERED),
        ({"state": RecipientState.DECLINED}, Stop.DECLINED),
        ({"state": RecipientState.OPTED_OUT}, Stop.OPTED_OUT),
        ({"state": RecipientState.BOUNCED}, Stop.BOUNCED),
        ({"state": RecipientState.STOPPED}, Stop.STOPPED),
        ({"state": RecipientState.UNANSWERED}, Stop.DEADLINE),
        ({"is_held": True}, Stop.HELD),
        ({"by_email": False}, Stop.UNREACHABLE),
        ({"last_on": None, "last_step": None}, Stop.NOT_ASKED),
    ],
)
def test_what_ends_or_holds_a_relaunch_is_said(change, reason):
    situation = replace(ASKED, **change)
    assert stop_reason(situation, PLAN, on(12)) == reason
    assert due_step(situation, PLAN, on(12)) is None


def test_nothing_leaves_after_the_deadline():
    short = replace(PLAN, answer_by=on(10))
    assert stop_reason(ASKED, short, on(11)) == Stop.DEADLINE
    assert stop_reason(ASKED, replace(PLAN, answer_by=on(11)), on(11)) is None


def test_relaunches_planned_after_the_deadline_are_known_before_the_letter_leaves():
    assert relaunches_too_late(PLAN, MONDAY) == []
    assert relaunches_too_late(replace(PLAN, answer_by=on(12)), MONDAY) == [(Step.SECOND_RELAUNCH, on(16))]
    assert relaunches_too_late(replace(PLAN, answer_by=on(16)), MONDAY) == []
    both = relaunches_too_late(replace(PLAN, answer_by=on(10)), MONDAY)
    assert [step for step, _ in both] == [Step.FIRST_RELAUNCH, Step.SECOND_RELAUNCH]
    assert relaunches_too_late(replace(PLAN, first_days=None, answer_by=on(10)), MONDAY) == []


def test_the_words_follow_gestures():
    assert text_kind(ASKED) == LetterKind.UNOPENED
    assert text_kind(replace(ASKED, has_opened=True)) == LetterKind.UNANSWERED
    assert text_kind(replace(ASKED, has_opened=True, has_begun=True)) == LetterKind.BEGUN


def test_the_telephone_takes_over_when_no_relaunch_is_to_come():
    assert phone_day(ASKED, PLAN) == on(3, 5)  # only the deadline so far
    again = replace(ASKED, last_step=Step.SECOND_RELAUNCH, last_on=on(16))
    assert phone_day(again, PLAN) == on(18)
    assert not is_to_phone(again, PLAN, on(17))
    assert is_to_phone(again, PLAN, on(18))
    assert not is_to_phone(replace(again, is_held=True), PLAN, on(18))


def test_an_address_that_refuses_is_telephoned_the_next_working_day():
    bounced = replace(ASKED, state=RecipientState.BOUNCED, last_on=on(12))
    assert phone_day(bounced, PLAN) == on(15)


def test_whoever_no_address_reaches_is_telephoned_and_never_relaunched():
    assert phone_day(replace(ASKED, by_email=False), PLAN) == on(10)


def test_whoever_was_asked_by_post_has_relaunches_to_print_then_calls():
    posted = replace(ASKED, by_email=False, by_post=True)
    assert step_to_print(posted, PLAN, on(10)) is None
    assert step_to_print(posted, PLAN, on(13)) == Step.FIRST_RELAUNCH  # a Saturday: a person prints when she will
    assert step_to_print(replace(posted, is_held=True), PLAN, on(13)) is None
    # Due on the 11th, and nobody printed it: what a person left undone keeps no company waiting for ever.
    assert phone_day(posted, PLAN) == phone_day(posted, replace(PLAN, answer_by=None)) == on(15)
    assert phone_day(posted, replace(PLAN, phone_days=None)) == on(3, 5)  # after the deadline alone
    again = replace(posted, last_step=Step.SECOND_RELAUNCH, last_on=on(16))
    assert step_to_print(again, PLAN, on(20)) is None
    assert phone_day(again, PLAN) == on(18)


@pytest.mark.parametrize(
    "state", [RecipientState.ANSWERED, RecipientState.DECLINED, RecipientState.OPTED_OUT, RecipientState.STOPPED]
)
def test_whoever_said_something_is_not_telephoned(state):
    assert phone_day(replace(ASKED, state=state), PLAN) is None


situations = st.builds(
    Situation,
    state=st.sampled_from(RecipientState),
    last_step=st.sampled_from(Step),
    last_on=st.dates(dt.date(2027, 1, 1), dt.date(2028, 1, 1)),
    by_email=st.booleans(),
    is_held=st.booleans(),
    has_opened=st.booleans(),
    has_begun=st.booleans(),
)
delays = st.none() | st.integers(1, 60)
plans = st.builds(
    Plan,
    first_days=delays,
    second_days=delays,
    phone_days=delays,
    answer_by=st.dates(dt.date(2027, 1, 1), dt.date(2028, 6, 1)),
    department=st.sampled_from(["", "57", "971", "974"]),
)
days = st.dates(dt.date(2027, 1, 1), dt.date(2028, 6, 1))


@settings(deadline=None)
@given(situations, plans, days)
def test_a_relaunch_leaves_only_to_whoever_is_waited_for_on_a_worked_day_before_the_deadline(situation, plan, day):
    step = due_step(situation, plan, day)
    if step is None:
        return
    assert situation.state in (RecipientState.PLANNED, RecipientState.ASKED)
    assert not situation.is_held
    assert situation.by_email
    assert step == situation.last_step + 1
    assert situation.last_on < day <= plan.answer_by
    assert is_working_day(day, plan.department)


@settings(deadline=None)
@given(situations, plans, days)
def test_nobody_is_relaunched_and_telephoned_the_same_day_before_the_deadline(situation, plan, day):
    if due_step(situation, plan, day) is not None:
        assert not is_to_phone(situation, plan, day)
