"""Closed vocabularies of campaigns, and their tables of moves. Values in English, labels as shown."""

from collections.abc import Mapping

from django.db import models

from accounts.enums import Role

# Who sees campaigns, letters, answers and the phone list; counsellors meet what comes of them as opportunities.
CAMPAIGN_ROLES = frozenset({Role.ADVISER, Role.MANAGER})


class LetterKind(models.TextChoices):
    """What a text is for. Relaunches say something else to whoever never opened, began, or read and did not answer."""

    LETTER = "letter", "Lettre du pacte"
    UNOPENED = "unopened", "Relance\u00a0: lien jamais ouvert"
    BEGUN = "begun", "Relance\u00a0: réponse commencée"
    UNANSWERED = "unanswered", "Relance\u00a0: ouvert, sans réponse"


class Channel(models.TextChoices):
    EMAIL = "email", "Par e-mail"
    POST = "post", "Par la poste"
    BOTH = "both", "Par e-mail et par la poste"


class CampaignState(models.TextChoices):
    DRAFT = "draft", "En préparation"
    TO_APPROVE = "to_approve", "À approuver"
    SCHEDULED = "scheduled", "Programmée"
    RUNNING = "running", "En cours"
    PAUSED = "paused", "En pause"
    ENDED = "ended", "Terminée"
    STOPPED = "stopped", "Arrêtée"


_C = CampaignState
CAMPAIGN_MOVES: Mapping[str, frozenset[str]] = {
    _C.DRAFT: frozenset({_C.TO_APPROVE, _C.SCHEDULED, _C.RUNNING}),
    _C.TO_APPROVE: frozenset({_C.DRAFT, _C.SCHEDULED, _C.RUNNING}),
    _C.SCHEDULED: frozenset({_C.DRAFT, _C.RUNNING, _C.STOPPED}),
    _C.RUNNING: frozenset({_C.PAUSED, _C.ENDED, _C.STOPPED}),
    _C.PAUSED: frozenset({_C.RUNNING, _C.ENDED, _C.STOPPED}),
    _C.ENDED: frozenset(),
    _C.STOPPED: frozenset(),
}
# Its recipients and texts are decided: they change no more.
LAUNCHED = (_C.RUNNING, _C.PAUSED, _C.ENDED, _C.STOPPED)
LIVE_CAMPAIGNS = (_C.RUNNING, _C.PAUSED)
# Back from one of these to preparation, it has a reason.
ASKED_TO_LEAVE = (_C.TO_APPROVE, _C.SCHEDULED)


class Exclusion(models.TextChoices):
    """Why a company of the audience is not written to; "" for one that is."""

    NO_EMAIL = "no_email", "Pas d’adresse e-mail"
    NO_ADDRESS = "no_address", "Pas d’adresse postale"
    OPTED_OUT = "opted_out", "Ne veut plus d’e-mails"
    SUPPRESSED = "suppressed", "Adresse qui refuse nos messages"
    ANSWERED_LATELY = "answered_lately", "A répondu récemment"
    ASKED_TOO_OFTEN = "asked_too_often", "Sollicitée trop souvent"
    DUPLICATE = "duplicate", "Doublon d’une autre de la liste"
    WATCH = "watch", "En veille"
    MISSING_FIELD = "missing_field", "Il manque de quoi remplir la lettre"
    BY_HAND = "by_hand", "Retirée par une personne"


class RecipientState(models.TextChoices):
    """Where the request to one company is."""

    PLANNED = "planned", "À solliciter"
    ASKED = "asked", "Sollicitée"
    ANSWERED = "answered", "A répondu"
    DECLINED = "declined", "Ne souhaite pas participer"
    OPTED_OUT = "opted_out", "Désinscrite"
    BOUNCED = "bounced", "Adresse refusée"
    STOPPED = "stopped", "Arrêtée par nous"
    UNANSWERED = "unanswered", "Sans réponse à l’échéance"


_R = RecipientState
RECIPIENT_MOVES: Mapping[str, frozenset[str]] = {
    _R.PLANNED: frozenset({_R.ASKED, _R.ANSWERED, _R.DECLINED, _R.OPTED_OUT, _R.BOUNCED, _R.STOPPED, _R.UNANSWERED}),
    _R.ASKED: frozenset({_R.ANSWERED, _R.DECLINED, _R.OPTED_OUT, _R.BOUNCED, _R.STOPPED, _R.UNANSWERED}),
    # An answer may be changed into a no until the deadline, and the reverse.
    _R.ANSWERED: frozenset({_R.DECLINED, _R.OPTED_OUT}),
    _R.DECLINED: frozenset({_R.ANSWERED, _R.OPTED_OUT}),
    # The address stopped taking mail, or nobody was to insist: an answer, on paper or by telephone, is welcome.
    _R.OPTED_OUT: frozenset({_R.ANSWERED}),
    _R.BOUNCED: frozenset({_R.ANSWERED, _R.DECLINED, _R.OPTED_OUT, _R.STOPPED, _R.UNANSWERED}),
    _R.STOPPED: frozenset({_R.ANSWERED, _R.DECLINED, _R.OPTED_OUT, _R.ASKED}),
    _R.UNANSWERED: frozenset({_R.ANSWERED, _R.DECLINED, _R.OPTED_OUT}),
}
# Still waited for: these alone are relaunched, then telephoned.
WAITED_FOR = (_R.PLANNED, _R.ASKED)
# Those a call may still bring an answer from.
PHONED = (*WAITED_FOR, _R.BOUNCED, _R.UNANSWERED)


class Step(models.IntegerChoices):
    LETTER = 0, "Lettre"
    FIRST_RELAUNCH = 1, "Première relance"
    SECOND_RELAUNCH = 2, "Seconde relance"


# Many of them.
STEPS_SAID: Mapping[Step, str] = {
    Step.LETTER: "Lettres",
    Step.FIRST_RELAUNCH: "Premières relances",
    Step.SECOND_RELAUNCH: "Secondes relances",
}


class MessageState(models.TextChoices):
    """One e-mail, or one letter to print."""

    QUEUED = "queued", "En attente"
    SENDING = "sending", "Envoi en cours"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "En échec"
    UNCERTAIN = "uncertain", "Incertain"
    CANCELLED = "cancelled", "Annulé"


_M = MessageState
MESSAGE_MOVES: Mapping[str, frozenset[str]] = {
    # Uncertain: restored from a backup, it may have left since.
    _M.QUEUED: frozenset({_M.SENDING, _M.SENT, _M.FAILED, _M.CANCELLED, _M.UNCERTAIN}),
    # Back to the queue only when the server said it did not take it.
    _M.SENDING: frozenset({_M.SENT, _M.FAILED, _M.QUEUED, _M.UNCERTAIN}),
    # Settled by the relay's log or by a person: never sent again blindly.
    _M.UNCERTAIN: frozenset({_M.SENT, _M.QUEUED, _M.FAILED}),
    _M.SENT: frozenset({_M.FAILED}),  # it came back: a bounce
    _M.FAILED: frozenset({_M.QUEUED}),  # its address was mended
    _M.CANCELLED: frozenset(),
}


class SuppressionReason(models.TextChoices):
    OPTED_OUT = "opted_out", "La personne s’est désinscrite"
    BOUNCED = "bounced", "L’adresse n’existe pas ou refuse nos messages"
    COMPLAINED = "complained", "La personne a signalé le message comme indésirable"
    BY_HAND = "by_hand", "Ajoutée par une personne"


class AnswerChannel(models.TextChoices):
    ONLINE = "online", "En ligne"
    PAPER = "paper", "Sur papier"
    PHONE = "phone", "Par téléphone"


class AnswerState(models.TextChoices):
    BEGUN = "begun", "Commencée"
    GIVEN = "given", "Donnée"


class PhoneOutcome(models.TextChoices):
    """What a call of the phone list gave."""

    COMMITS = "commits", "S’engage\u00a0: réponse notée"
    INTERESTED = "interested", "Intéressée\u00a0: répondra en ligne"
    CALL_BACK = "call_back", "À rappeler"
    MESSAGE = "message", "Message laissé"
    NO_ANSWER = "no_answer", "Sans réponse"
    WRONG_NUMBER = "wrong_number", "Mauvais numéro"
    REFUSES = "refuses", "Ne souhaite pas participer"
