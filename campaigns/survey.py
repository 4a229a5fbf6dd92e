"""The engagement survey of Annexe 5: its sections, its questions, what each yes commits to. Pure.

Answers are kept by the names given here, which never change; a question asked otherwise takes another name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.phases import Phase, SolutionKind

VERSION = 1


class QuestionKind(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    SECTOR = "sector"
    YES_NO = "yes_no"  # "yes", "no", "" when it was passed
    POSTS = "posts"  # {"text": what was typed, "codes": ROME codes chosen}
    MONTHS = "months"  # numbers of months


@dataclass(frozen=True)
class Question:
    """`company_field`, `contact_field`: what it corrects. `asked_if`: shown when that question is answered yes."""

    name: str
    label: str
    kind: QuestionKind
    help_text: str = ""
    company_field: str = ""
    contact_field: str = ""
    asked_if: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Opening:
    """What a yes opens: a draft opportunity of that phase and kind, with the posts and months named."""

    question: str
    phase: Phase
    kind: SolutionKind
    title: str
    posts: str = ""
    months: str = ""


_Q = Question
_K = QuestionKind
IDENTITY = Section(
    "identity",
    "Mieux vous connaître",
    (
        _Q("legal_name", "Raison sociale", _K.TEXT, company_field="legal_name"),
        _Q("leader", "Responsable de l’entreprise", _K.TEXT),
        _Q("address", "Adresse", _K.TEXT, company_field="address"),
        _Q("postcode", "Code postal", _K.POSTCODE, company_field="postcode"),
        _Q("city", "Commune", _K.TEXT, company_field="city"),
        _Q("phone", "Téléphone", _K.PHONE, company_field="phone"),
        _Q("mobile", "Mobile", _K.PHONE, contact_field="mobile"),
        _Q("email", "E-mail", _K.EMAIL, contact_field="email"),
        _Q("sector", "Secteur d’activité", _K.SECTOR, company_field="sector"),
        _Q("contact_name", "Personne à contacter", _K.TEXT),
    ),
)
EMPLOYMENT = Section(
    "employment",
    "Intégrer un jeune en emploi",
    (
        _Q("recruits", "Avez-vous besoin de recruter\u202f?", _K.YES_NO),
        _Q("recruits_posts", "Sur quels postes\u202f?", _K.POSTS, asked_if=("recruits",)),
        _Q("trains", "Pourriez-vous former un jeune en alternance\u202f?", _K.YES_NO),
        _Q("trains_posts", "Sur quels postes\u202f?", _K.POSTS, asked_if=("trains",)),
        _Q(
            "mixed_hiring",
            "Êtes-vous prêt à recruter des femmes dans des métiers dits d’hommes, et des hommes dans des métiers dits"
            " de femmes\u202f?",
            _K.YES_NO,
        ),
        _Q("mixed_hiring_posts", "Sur quels postes\u202f?", _K.POSTS, asked_if=("mixed_hiring",)),
        _Q("knows_aid", "Connaissez-vous les aides à l’emploi des jeunes\u202f?", _K.YES_NO, company_field="knows_aid"),
    ),
)
SKILLS = Section(
    "skills",
    "S’ouvrir à de nouvelles compétences",
    (
        _Q("welcomes", "Accueilleriez-vous un jeune en immersion, dix jours au plus\u202f?", _K.YES_NO),
        _Q("welcomes_posts", "Sur quels postes\u202f?", _K.POSTS, asked_if=("welcomes",)),
        _Q("welcomes_months", "À quelle période de l’année\u202f?", _K.MONTHS, asked_if=("welcomes",)),
        _Q(
            "mixed_welcome",
            "Accueilleriez-vous des femmes ou des hommes dans des métiers dits de l’autre sexe\u202f?",
            _K.YES_NO,
        ),
    ),
)
YOUTH = Section(
    "youth",
    "Vous faire connaître auprès des jeunes",
    (
        _Q("visits", "Des jeunes pourraient-ils visiter votre entreprise\u202f?", _K.YES_NO),
        _Q("presents", "Viendriez-vous présenter votre métier à des jeunes\u202f?", _K.YES_NO),
    ),
)
SECTIONS = (IDENTITY, EMPLOYMENT, SKILLS, YOUTH)
QUESTIONS: Mapping[str, Question] = {question.name: question for part in SECTIONS for question in part.questions}

# In the order of the phases.
OPENINGS = (
    Opening("visits", Phase.DISCOVERY, SolutionKind.COMPANY_VISIT, "Visite de l’entreprise"),
    Opening("presents", Phase.DISCOVERY, SolutionKind.TALK_TO_YOUTH, "Présentation du métier à des jeunes"),
    Opening(
        "welcomes",
        Phase.VALIDATION,
        SolutionKind.IMMERSION_DISCOVER,
        "Immersion",
        posts="welcomes_posts",
        months="welcomes_months",
    ),
    Opening(
        "trains", Phase.APPRENTICESHIP, SolutionKind.APPRENTICESHIP, "Formation en alternance", posts="trains_posts"
    ),
    Opening("recruits", Phase.JOB, SolutionKind.OTHER_JOB, "Recrutement", posts="recruits_posts"),
)


def is_yes(values: Mapping[str, Any], name: str) -> bool:
    return values.get(name) == "yes"


def openings_of(values: Mapping[str, Any]) -> list[Opening]:
    """What the answer commits to, in the order of the phases."""
    return [opening for opening in OPENINGS if is_yes(values, opening.question)]
