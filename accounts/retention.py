"""What personal data accounts hold, what for, and how long. A field not declared here fails the tests."""

from core.retention import Kept

_ACCOUNT = "aussi longtemps que la personne travaille dans la structure\u202f; son compte est ensuite fermé"
_SIGN_IN = Kept("Reconnaître la personne qui se connecte", _ACCOUNT)
_SIGN = Kept("Dire qui a fait quoi", _ACCOUNT)
_INVITE = Kept("Inviter une personne à rejoindre l’équipe", "jusqu’à la réponse à l’invitation, 7 jours au plus")
_LETTER = Kept("Signer les courriers de la structure", "jusqu’à ce que la structure en change")

PERSONAL = {
    "User.password": _SIGN_IN,
    "User.email": _SIGN_IN,
    "User.first_name": _SIGN,
    "User.last_name": _SIGN,
    "User.phone": _SIGN,
    "Invitation.email": _INVITE,
    "Invitation.first_name": _INVITE,
    "Invitation.last_name": _INVITE,
    "Structure.president": _LETTER,
}

NOT_PERSONAL = frozenset(
    {
        "User.theme",
        "Membership.role",
        "Invitation.seed",
        "Invitation.key_hash",
        "StructureGroup.name",
        "Structure.name",
        "Structure.legal_name",
        "Structure.siret",
        "Structure.address",
        "Structure.address_extra",
        "Structure.postcode",
        "Structure.city",
        "Structure.phone",
        "Structure.email",
        "Structure.website",
        "Structure.funders_line",
        "Structure.department",
        "Site.name",
        "Site.address",
        "Site.postcode",
        "Site.city",
        "Site.phone",
    }
)
