"""Closed vocabularies of opportunities and placements. Values in English, labels as shown."""

from collections.abc import Mapping

from django.db import models

from accounts.enums import Role
from core.phases import Phase

CASE_ROLES = frozenset({Role.ADVISER, Role.COUNSELLOR, Role.MANAGER})
# What young people wait for, and companies are asked for, in each phase.
AS_A_SOLUTION: Mapping[int, str] = {
    Phase.DISCOVERY: "une découverte de métier",
    Phase.VALIDATION: "une immersion ou un stage",
    Phase.APPRENTICESHIP: "une alternance",
    Phase.JOB: "un emploi",
}


class Origin(models.TextChoices):
    """How the opportunity came."""

    PRIOR_RELATION = "prior_relation", "Relation déjà établie"
    NEGOTIATED = "negotiated", "Démarche négociée"
    AGREEMENT = "agreement", "Accord local ou national"
    EVENT = "event", "Événement"
    SURVEY = "survey", "Enquête d’engagement"
    WATCH = "watch", "Veille"
    YOUNG_PERSON = "young_person", "Recherche du jeune"


class Frequency(models.TextChoices):
    OCCASIONAL = "occasional", "Ponctuelle"
    REGULAR = "regular", "Régulière"
    SEASONAL = "seasonal", "Saisonnière"


class OpportunityState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    TO_QUALIFY = "to_qualify", "À qualifier"
    OPEN = "open", "Ouverte"
    FILLED = "filled", "Pourvue"
    CLOSED = "closed", "Close"
    REFUSED = "refused", "Refusée par nous"
    WITHDRAWN = "withdrawn", "Retirée par l’entreprise"


_O = OpportunityState
OPPORTUNITY_MOVES: Mapping[str, frozenset[str]] = {
    _O.DRAFT: frozenset({_O.TO_QUALIFY, _O.OPEN, _O.REFUSED, _O.WITHDRAWN}),
    _O.TO_QUALIFY: frozenset({_O.OPEN, _O.REFUSED, _O.WITHDRAWN}),
    _O.OPEN: frozenset({_O.TO_QUALIFY, _O.FILLED, _O.CLOSED, _O.REFUSED, _O.WITHDRAWN}),
    _O.FILLED: frozenset({_O.OPEN, _O.CLOSED}),
    _O.CLOSED: frozenset({_O.OPEN}),
    _O.REFUSED: frozenset({_O.TO_QUALIFY}),
    _O.WITHDRAWN: frozenset({_O.TO_QUALIFY}),
}
# Still to be worked on: what the board shows.
LIVE_OPPORTUNITIES = (_O.DRAFT, _O.TO_QUALIFY, _O.OPEN)
# What a person must say when she moves an opportunity there.
# What became of it, in the middle of a sentence.
STATE_SAID = {
    _O.DRAFT: "en brouillon",
    _O.TO_QUALIFY: "à qualifier",
    _O.OPEN: "ouverte",
    _O.FILLED: "pourvue",
    _O.CLOSED: "close",
    _O.REFUSED: "refusée par nous",
    _O.WITHDRAWN: "retirée par l’entreprise",
}
STATE_ICONS = {
    _O.DRAFT: "pencil-line",
    _O.TO_QUALIFY: "circle-question-mark",
    _O.OPEN: "door-open",
    _O.FILLED: "circle-check",
    _O.CLOSED: "archive",
    _O.REFUSED: "circle-slash",
    _O.WITHDRAWN: "undo-2",
}
REASONED_STATES = frozenset({_O.REFUSED, _O.WITHDRAWN})


class RefusalReason(models.TextChoices):
    """Why we say no: the method wants us able to."""

    DISCRIMINATION = "discrimination", "Critère discriminatoire"
    CONDITIONS = "conditions", "Conditions de travail ou contrat non conformes"
    SAFETY = "safety", "Sécurité insuffisante"
    NO_TUTOR = "no_tutor", "Personne pour accueillir ou former"
    CRITERIA = "criteria", "Critères hors de portée, non négociables"
    SUBSTITUTION = "substitution", "Immersion ou stage à la place d’un emploi"
    NO_CANDIDATE = "no_candidate", "Aucun jeune intéressé"
    OTHER = "other", "Autre"


class WithdrawalReason(models.TextChoices):
    """Why the company takes it back."""

    FILLED_ELSEWHERE = "filled_elsewhere", "Pourvue autrement"
    ACTIVITY = "activity", "Baisse ou report d’activité"
    BUDGET = "budget", "Budget ou aide non obtenus"
    NO_TUTOR = "no_tutor", "Plus personne pour accueillir"
    EXPERIENCE = "experience", "Suite à une expérience difficile"
    OTHER = "other", "Autre"


class PlacementState(models.TextChoices):
    """Said of a woman as of a man: nothing agrees with the person."""

    CONSIDERED = "considered", "Positionnement envisagé"
    PROPOSED = "proposed", "Profil proposé à l’entreprise"
    MEETING = "meeting", "Rencontre prévue"
    ACCEPTED = "accepted", "Accord de l’entreprise"
    REFUSED = "refused", "Refus"
    STARTED = "started", "A commencé"
    ENDED = "ended", "A terminé"
    BROKEN = "broken", "Rupture"


_P = PlacementState
PLACEMENT_MOVES: Mapping[str, frozenset[str]] = {
    _P.CONSIDERED: frozenset({_P.PROPOSED, _P.MEETING, _P.REFUSED}),
    _P.PROPOSED: frozenset({_P.MEETING, _P.ACCEPTED, _P.REFUSED}),
    _P.MEETING: frozenset({_P.ACCEPTED, _P.REFUSED}),
    _P.ACCEPTED: frozenset({_P.STARTED, _P.REFUSED}),
    _P.REFUSED: frozenset(),
    _P.STARTED: frozenset({_P.ENDED, _P.BROKEN}),
    _P.ENDED: frozenset(),
    _P.BROKEN: frozenset(),
}
# Still going on: one of these at a time for a young person on an opportunity.
LIVE_PLACEMENTS = (_P.CONSIDERED, _P.PROPOSED, _P.MEETING, _P.ACCEPTED, _P.STARTED)
# Put forward, and nothing has begun: somebody waits for an answer.
UNDECIDED_PLACEMENTS = (_P.CONSIDERED, _P.PROPOSED, _P.MEETING, _P.ACCEPTED)
# Each takes a place of the opportunity.
PLACE_TAKING = (_P.ACCEPTED, _P.STARTED, _P.ENDED, _P.BROKEN)
# A réalisation: it really began (docs/glossary.md).
REALISED = (_P.STARTED, _P.ENDED, _P.BROKEN)


class Party(models.TextChoices):
    """Who refuses, or breaks it."""

    COMPANY = "company", "L’entreprise"
    YOUNG_PERSON = "young_person", "Le ou la jeune"
    US = "us", "La Mission Locale"
    BOTH = "both", "D’un commun accord"


class PlacementRefusalReason(models.TextChoices):
    PROFILE = "profile", "Profil ne correspondant pas"
    OTHER_CANDIDATE = "other_candidate", "Autre candidature retenue"
    MOBILITY = "mobility", "Distance, mobilité"
    SCHEDULE = "schedule", "Horaires, période"
    CONDITIONS = "conditions", "Conditions proposées"
    PROJECT = "project", "Projet de la personne"
    NO_ANSWER = "no_answer", "Pas de réponse"
    NO_SHOW = "no_show", "Absence au rendez-vous"
    OTHER = "other", "Autre"


class BreakCause(models.TextChoices):
    TRIAL = "trial", "Fin de la période d’essai"
    ABSENCE = "absence", "Absences"
    RELATION = "relation", "Relation de travail"
    WORK = "work", "Le métier ne convient pas"
    PERSONAL = "personal", "Situation personnelle"
    BETTER = "better", "Autre emploi ou formation"
    ECONOMIC = "economic", "Difficulté de l’entreprise"
    OTHER = "other", "Autre"
