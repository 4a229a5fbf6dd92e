"""Closed vocabularies of accounts."""

from django.db import models


class Role(models.TextChoices):
    """What a person does in one structure; one person may hold several."""

    ADVISER = "adviser", "conseiller relations entreprises"
    COUNSELLOR = "counsellor", "conseiller jeunes"
    MANAGER = "manager", "responsable"
    ADMINISTRATOR = "administrator", "administrateur"


# Whoever holds one of these sees young people: a second factor is asked of them.
SECOND_FACTOR_ROLES = frozenset({Role.ADVISER, Role.COUNSELLOR, Role.MANAGER, Role.ADMINISTRATOR})
ALL_ROLES = frozenset(Role)
# Whoever may say that a colleague is who she is said to be.
APPROVERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


class Notice(models.TextChoices):
    """What is told to a person by e-mail when something of her account changed; the values are allauth's names."""

    PASSWORD_CHANGED = "account/email/password_changed", "Votre mot de passe a été changé."
    PASSWORD_RESET = "account/email/password_reset", "Votre mot de passe oublié a été remplacé."
    TOTP_ADDED = "mfa/email/totp_activated", "Une application de codes protège maintenant votre compte."
    TOTP_REMOVED = "mfa/email/totp_deactivated", "L’application de codes ne protège plus votre compte."
    KEY_ADDED = "mfa/email/webauthn_added", "Une clé d’accès a été ajoutée à votre compte."
    KEY_REMOVED = "mfa/email/webauthn_removed", "Une clé d’accès a été retirée de votre compte."
    CODES_DRAWN = "mfa/email/recovery_codes_generated", "De nouveaux codes de secours ont été tirés."
    FACTOR_REMOVED = "factor_removed", "Votre second facteur a été retiré : vous en choisirez un autre à la connexion."
    ACCOUNT_CLOSED = "account_closed", "Votre compte a été fermé."
    ACCOUNT_REOPENED = "account_reopened", "Votre compte est de nouveau ouvert."
    ROLES_APPROVED = "roles_approved", "Vos rôles sont approuvés\u00a0: vous pouvez travailler."
    ROLES_CHANGED = "roles_changed", "Vos rôles ont changé."
