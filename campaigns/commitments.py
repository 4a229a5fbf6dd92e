"""What an answer to the survey comes to: drafts of opportunities, marks on the company, corrections. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.survey import OPENINGS, QUESTIONS, Opening, Question, QuestionKind, is_yes, openings_of
from core.phases import Phase, SolutionKind

YES, NO = "yes", "no"
TITLE_LENGTH = 150
# « maçon, coffreur / ferrailleur et grutier »: three posts, or four lines of them.
_POSTS_APART = re.compile(r"[,;/\n]|\bet\b|\bou\b")
MOST_POSTS = 6
# Which commitment to welcome everybody goes with which openings.
_OPEN_TO_ALL = {"recruits": "mixed_hiring", "trains": "mixed_hiring", "welcomes": "mixed_welcome"}
MARKS = {"recruits_all": "mixed_hiring", "welcomes_all": "mixed_welcome", "knows_aid": "knows_aid"}


@dataclass(frozen=True)
class Draft:
    """One yes. `posts`: as the company said them; `words`: the same, one post each, to look for in the ROME."""

    question: str
    phase: Phase
    kind: SolutionKind
    title: str
    posts: str = ""
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    is_open_to_all: bool = False


def asked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to questions that were really asked: what hung on a yes goes with it."""
    kept = {}
    for name, value in values.items():
        question = QUESTIONS.get(name)
        if question and is_asked(question, values):
            kept[name] = value
    return kept


def is_asked(question: Question, values: Mapping[str, Any]) -> bool:
    """Some questions hang on a yes to another."""
    return all(is_yes(values, other) for other in question.asked_if)


def drafts_of(values: Mapping[str, Any]) -> list[Draft]:
    """In the order of the phases."""
    values = asked(values)
    return [_draft(opening, values) for opening in openings_of(values)]


def _draft(opening: Opening, values: Mapping[str, Any]) -> Draft:
    posts = values.get(opening.posts) or {}
    text = " ".join(str(posts.get("text", "")).split())
    return Draft(
        question=opening.question,
        phase=opening.phase,
        kind=opening.kind,
        title=_title(opening.title, text),
        posts=text,
        codes=tuple(posts.get("codes", ())),
        words=posts_apart(str(posts.get("text", ""))),
        months=tuple(sorted(values.get(opening.months) or ())),
        is_open_to_all=is_yes(values, _OPEN_TO_ALL.get(opening.question, "")),
    )


def _title(title: str, posts: str) -> str:
    """« Recrutement\u00a0: maçon, coffreur »."""
    full = f"{title}\u00a0: {posts}" if posts else title
    return full if len(full) <= TITLE_LENGTH else f"{full[: TITLE_LENGTH - 1].rstrip()}…"


def posts_apart(text: str) -> tuple[str, ...]:
    """The posts named in one free text, at most six."""
    parts = [" ".join(part.split()).strip(" .-•") for part in _POSTS_APART.split(text)]
    return tuple(dict.fromkeys(part for part in parts if len(part) > 2))[:MOST_POSTS]


def opening_of(question: str) -> Opening | None:
    return next((opening for opening in OPENINGS if opening.question == question), None)


def marks_of(values: Mapping[str, Any]) -> dict[str, bool]:
    """{company field: said}; a question that was passed says nothing."""
    said = {field: values.get(question) for field, question in MARKS.items()}
    return {field: value == YES for field, value in said.items() if value in (YES, NO)}


def same_answer(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the second says what the first said: a question passed is as one that is not there."""
    return _said(before) == _said(after)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked(values).items() if not is_blank(value)}


def is_blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not any(value.values())
    return value in ("", None, [], ())


def changed_questions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the questions answered otherwise, in the order they are asked."""
    one, other = _said(before), _said(after)
    return [name for name in QUESTIONS if one.get(name) != other.get(name)]


def said_of(name: str, value: Any, *, months: tuple[str, ...], sectors: Mapping[str, str]) -> str:
    """An answer as a person reads it; "" when it was passed."""
    if is_blank(value):
        return ""
    kind = QUESTIONS[name].kind
    if kind == QuestionKind.YES_NO:
        return "Oui" if value == YES else "Non"
    if kind == QuestionKind.MONTHS:
        return ", ".join(months[number - 1] for number in value)
    if kind == QuestionKind.POSTS:
        return str(value.get("text", ""))
    if kind == QuestionKind.SECTOR:
        return sectors.get(value, str(value))
    return str(value)
