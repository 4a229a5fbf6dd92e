"""Validators of model fields: the checks of `core.validators`, with the French sentence a form shows."""

from django.core.exceptions import ValidationError

from core.validators import is_insee_code, is_postcode, is_siret, parse_phone


def validate_siret(value: str) -> None:
    """14 digits that pass the register's check, La Poste's exception included."""
    if not value.isdigit() or len(value) != 14:
        raise ValidationError("Un SIRET a 14 chiffres.", code="siret_length")
    if not is_siret(value):
        raise ValidationError("Ce SIRET n’existe pas\u00a0: vérifiez les chiffres.", code="siret_check")


def validate_postcode(value: str) -> None:
    if not is_postcode(value):
        raise ValidationError("Un code postal a 5 chiffres, par exemple 36300.", code="postcode")


def validate_insee_code(value: str) -> None:
    if not is_insee_code(value):
        raise ValidationError("Un code INSEE de commune a 5 caractères, par exemple 36018 ou 2A004.", code="insee")


def validate_phone(value: str) -> None:
    """Expects the stored form, E.164; forms turn what is typed into it first."""
    if parse_phone(value) is None:
        raise ValidationError("Ce numéro de téléphone ne peut pas être appelé\u00a0: vérifiez-le.", code="phone")
