"""The four phases, in order: the one word of the method this layer knows.

A phase is shown by colour, shape and word together; the order never changes.
"""

from django.db import models


class Phase(models.IntegerChoices):
    DISCOVERY = 1, "Découverte"
    VALIDATION = 2, "Validation"
    APPRENTICESHIP = 3, "Alternance"
    JOB = 4, "Emploi"


# Drawn in a 14 × 14 box: disc, triangle, square, diamond.
SHAPES = {
    Phase.DISCOVERY: '<circle cx="7" cy="7" r="5.4"/>',
    Phase.VALIDATION: '<path d="M7 1.2 13 12.4H1z"/>',
    Phase.APPRENTICESHIP: '<path d="M1.8 1.8h10.4v10.4H1.8z"/>',
    Phase.JOB: '<path d="M7 .8 13.2 7 7 13.2.8 7z"/>',
}


class SolutionKind(models.TextChoices):
    """What a phase holds: what a young person may need and what a company may offer (table of the domain)."""

    COMPANY_VISIT = "company_visit", "Visite d’entreprise"
    PROFESSIONAL_TALK = "professional_talk", "Échange avec un professionnel"
    APPRENTICE_TALK = "apprentice_talk", "Échange avec un apprenti"
    PERSONAL_WELCOME = "personal_welcome", "Accueil personnalisé"
    INFORMATION_MEETING = "information_meeting", "Petit-déjeuner, réunion d’information"
    TALK_TO_YOUTH = "talk_to_youth", "Intervention devant des jeunes"
    FORUM = "forum", "Forum, job dating, rallye"
    IMMERSION_DISCOVER = "immersion_discover", "Immersion pour découvrir un métier"
    IMMERSION_CONFIRM = "immersion_confirm", "Immersion pour confirmer un projet"
    IMMERSION_RECRUIT = "immersion_recruit", "Immersion pour initier un recrutement"
    INTERNSHIP = "internship", "Stage"
    SHORT_MISSION = "short_mission", "Mission courte rémunérée"
    APPRENTICESHIP = "apprenticeship", "Contrat d’apprentissage"
    PROFESSIONALISATION = "professionalisation", "Contrat de professionnalisation"
    PREPARATION = "preparation", "Préparation (POE, prépa-apprentissage)"
    WORK_BASED_TRAINING = "work_based_training", "Action de formation en situation de travail (AFEST)"
    PERMANENT = "permanent", "CDI"
    FIXED_LONG = "fixed_long", "CDD de plus de 6 mois"
    FIXED_SHORT = "fixed_short", "CDD de 6 mois ou moins"
    TEMPORARY = "temporary", "Intérim"
    SUBSIDISED = "subsidised", "Contrat aidé (PEC, CIE jeunes)"
    INTEGRATION = "integration", "Insertion par l’activité économique (IAE)"
    CIVIC_SERVICE = "civic_service", "Service civique"
    OTHER_JOB = "other_job", "Autre emploi"


KINDS_BY_PHASE: dict[Phase, tuple[SolutionKind, ...]] = {
    Phase.DISCOVERY: (
        SolutionKind.COMPANY_VISIT,
        SolutionKind.PROFESSIONAL_TALK,
        SolutionKind.APPRENTICE_TALK,
        SolutionKind.PERSONAL_WELCOME,
        SolutionKind.INFORMATION_MEETING,
        SolutionKind.TALK_TO_YOUTH,
        SolutionKind.FORUM,
    ),
    Phase.VALIDATION: (
        SolutionKind.IMMERSION_DISCOVER,
        SolutionKind.IMMERSION_CONFIRM,
        SolutionKind.IMMERSION_RECRUIT,
        SolutionKind.INTERNSHIP,
        SolutionKind.SHORT_MISSION,
    ),
    Phase.APPRENTICESHIP: (
        SolutionKind.APPRENTICESHIP,
        SolutionKind.PROFESSIONALISATION,
        SolutionKind.PREPARATION,
        SolutionKind.WORK_BASED_TRAINING,
    ),
    Phase.JOB: (
        SolutionKind.PERMANENT,
        SolutionKind.FIXED_LONG,
        SolutionKind.FIXED_SHORT,
        SolutionKind.TEMPORARY,
        SolutionKind.SUBSIDISED,
        SolutionKind.INTEGRATION,
        SolutionKind.CIVIC_SERVICE,
        SolutionKind.OTHER_JOB,
    ),
}
PHASE_OF_KIND: dict[str, Phase] = {kind: phase for phase, kinds in KINDS_BY_PHASE.items() for kind in kinds}
# An immersion is a PMSMP: one month at most, and a convention made by the State's own service.
IMMERSIONS = frozenset(
    {SolutionKind.IMMERSION_DISCOVER, SolutionKind.IMMERSION_CONFIRM, SolutionKind.IMMERSION_RECRUIT}
)


def kind_fits_phase(phase: str = "phase", kind: str = "kind") -> models.Q:
    """For a CheckConstraint: the kind is one of its phase, or not said."""
    fits = models.Q(**{kind: ""})
    for value, kinds in KINDS_BY_PHASE.items():
        fits |= models.Q(**{phase: int(value), f"{kind}__in": [str(one) for one in kinds]})
    return fits
