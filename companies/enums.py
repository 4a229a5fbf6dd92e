"""Closed vocabularies of companies. Values in English, labels as shown."""

from django.db import models

from core.imports.enums import ImportState, RowClass, RowDecision  # noqa: F401 -- the words of every import


class Sector(models.TextChoices):
    """The seven sectors of Annexe 4."""

    TERTIARY = "tertiary", "Tertiaire (commerce, administratif…)"
    CONSTRUCTION = "construction", "BTP"
    HOSPITALITY = "hospitality", "Hôtellerie-restauration"
    LOGISTICS = "logistics", "Transport-logistique"
    CARE = "care", "Services aux personnes et aux collectivités"
    INDUSTRY = "industry", "Industrie"
    GREEN = "green", "Espaces verts, agriculture, environnement"


class CompanyType(models.TextChoices):
    """The five types of Annexe 4."""

    MICRO = "micro", "TPE (moins de 10 salariés)"
    SME = "sme", "PMI-PME"
    LARGE = "large", "Grande entreprise (plus de 200)"
    ASSOCIATION = "association", "Association"
    PUBLIC = "public", "Collectivité publique"


class WorkforceBand(models.TextChoices):
    """INSEE's bands (tranche d’effectif), by their official codes."""

    NONE = "00", "0 salarié"
    B1 = "01", "1 ou 2 salariés"
    B3 = "02", "3 à 5 salariés"
    B6 = "03", "6 à 9 salariés"
    B10 = "11", "10 à 19 salariés"
    B20 = "12", "20 à 49 salariés"
    B50 = "21", "50 à 99 salariés"
    B100 = "22", "100 à 199 salariés"
    B200 = "31", "200 à 249 salariés"
    B250 = "32", "250 à 499 salariés"
    B500 = "41", "500 à 999 salariés"
    B1000 = "42", "1 000 à 1 999 salariés"
    B2000 = "51", "2 000 à 4 999 salariés"
    B5000 = "52", "5 000 à 9 999 salariés"
    B10000 = "53", "10 000 salariés et plus"


class RelationState(models.TextChoices):
    PROSPECT = "prospect", "Prospect"
    IN_RELATION = "in_relation", "En relation"
    PARTNER = "partner", "Partenaire"
    AMBASSADOR = "ambassador", "Ambassadrice"
    WATCH = "watch", "En veille"


# Something is to come of these: one without a next action nor news is forgotten.
EXPECTING = (RelationState.IN_RELATION, RelationState.PARTNER, RelationState.AMBASSADOR)


class NetworkKind(models.TextChoices):
    """The ten networks of Annexe 3 (item I.A.1)."""

    COMPANIES = "companies", "Entreprises"
    CHAMBERS = "chambers", "Chambres consulaires, syndicats professionnels, réseaux d’influence"
    TEMP_AGENCIES = "temp_agencies", "Entreprises de travail temporaire"
    INTEGRATION = "integration", "Insertion par l’activité économique (IAE)"
    INSTITUTIONS = "institutions", "Réseau politique et institutionnel"
    EMPLOYMENT = "employment", "Partenaires de l’emploi"
    ASSOCIATES = "associates", "Partenaires associés (organismes de formation, associations…)"
    SPONSORSHIP = "sponsorship", "Parrainage"
    PERSONAL = "personal", "Relations personnelles"
    OTHER = "other", "Autres"


class OriginNetwork(models.TextChoices):
    """How the relation began (Annexe 4, part 1)."""

    PERSONAL = "personal", "Réseau personnel"
    PROFESSIONAL = "professional", "Réseau professionnel"


class OriginDirection(models.TextChoices):
    OUTGOING = "outgoing", "Nous sommes allés vers elle (forum, prospection, visite)"
    INCOMING = "incoming", "Elle est venue à nous (offre reçue)"


class ContactPart(models.TextChoices):
    """The part a contact plays in the relation."""

    DECIDES = "decides", "Décide"
    HUMAN_RESOURCES = "human_resources", "Ressources humaines"
    CSR = "csr", "RSE"
    TUTOR = "tutor", "Tuteur ou tutrice"
    ADMINISTRATION = "administration", "Administratif"
    FIELD = "field", "Terrain"
    OTHER = "other", "Autre"


class InteractionKind(models.TextChoices):
    CALL = "call", "Appel"
    VISIT = "visit", "Visite"
    EMAIL = "email", "E-mail"
    MEETING = "meeting", "Rendez-vous"
    EVENT = "event", "Événement"


class Direction(models.TextChoices):
    OUTGOING = "outgoing", "À notre initiative"
    INCOMING = "incoming", "À l’initiative de l’entreprise"


class CallOutcome(models.TextChoices):
    REACHED = "reached", "Jointe"
    MESSAGE = "message", "Message laissé"
    NO_ANSWER = "no_answer", "Sans réponse"
    CALL_BACK = "call_back", "À rappeler"
    WRONG_NUMBER = "wrong_number", "Mauvais numéro"


class NextActionKind(models.TextChoices):
    CALL = "call", "Appeler"
    VISIT = "visit", "Visiter"
    EMAIL = "email", "Écrire"
    MEETING = "meeting", "Rencontrer"
    OTHER = "other", "Autre"


class NextActionState(models.TextChoices):
    OPEN = "open", "à faire"
    DONE = "done", "faite"
    DROPPED = "dropped", "abandonnée"


class DuplicateState(models.TextChoices):
    PROPOSED = "proposed", "à examiner"
    DISMISSED = "dismissed", "pas un doublon"
    MERGED = "merged", "fusionnées"


class ServiceLevel(models.TextChoices):
    """What each quadrant of Annexe 4 is worth to us: how much we do, and how often we ask."""

    INDIVIDUAL = "individual", "Individuel (partenaire à fidéliser)"
    DEVELOP = "develop", "Développement (bonne relation, peu de solutions)"
    CONSOLIDATE = "consolidate", "Consolidation (des solutions, une relation à travailler)"
    LIGHT = "light", "Léger (à requalifier)"


class SolicitationChannel(models.TextChoices):
    LETTER = "letter", "Courrier"
    EMAIL = "email", "E-mail"
    CALL = "call", "Appel"
    VISIT = "visit", "Visite"
    EVENT = "event", "Événement"


class ProposedChangeState(models.TextChoices):
    PROPOSED = "proposed", "à examiner"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "écartée"
