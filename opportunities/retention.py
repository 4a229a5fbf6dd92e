"""What personal data opportunities and placements hold, what for, and how long. A field not declared fails the tests.

Erasure itself is one code path for the whole product; it reads these declarations.
"""

from core.retention import Kept

_WITH_THE_COMPANY = "3 ans après le dernier échange avec l’entreprise"
_WITH_THE_PERSON = "2 ans après le dernier contact avec le jeune\u202f; effacé avec son dossier"
_OFFER = Kept(
    "Dire aux jeunes et aux conseillers ce que l’entreprise propose, et à quelles conditions", _WITH_THE_COMPANY
)
_REASON = Kept("Se souvenir de ce qui a été décidé, et pourquoi", _WITH_THE_COMPANY)
_PREPARE = Kept("Préparer la rencontre du jeune et de l’entreprise", _WITH_THE_PERSON)
_OUTCOME = Kept("Comprendre l’issue d’un positionnement pour préparer la suite", _WITH_THE_PERSON)
_CONVENTION = Kept("Préparer et retrouver la convention d’immersion", _WITH_THE_PERSON)

PERSONAL = {
    # A company of one person: what it offers says where she works, and how.
    "Opportunity.title": _OFFER,
    "Opportunity.title_key": Kept("Retrouver une opportunité", "tant qu’elle existe\u202f; effacé avec elle"),
    "Opportunity.description": _OFFER,
    "Opportunity.schedule": _OFFER,
    "Opportunity.address": _OFFER,
    "Opportunity.conditions": _OFFER,
    "Opportunity.criteria": _OFFER,
    "Opportunity.initial_criteria": _OFFER,
    "Opportunity.negotiable": _OFFER,
    "Opportunity.reason_note": _REASON,
    "OpportunityMove.note": _REASON,
    "CriteriaChange.before": _REASON,
    "CriteriaChange.after": _REASON,
    "CriteriaChange.note": _REASON,
    "Placement.state": _OUTCOME,
    "Placement.refused_by": _OUTCOME,
    "Placement.refusal_reason": _OUTCOME,
    "Placement.broken_by": _OUTCOME,
    "Placement.break_cause": _OUTCOME,
    "Placement.outcome_note": _OUTCOME,
    "Placement.preparation_youth": _PREPARE,
    "Placement.preparation_company": _PREPARE,
    "PlacementMove.from_state": _OUTCOME,
    "PlacementMove.to_state": _OUTCOME,
    "PlacementMove.note": _OUTCOME,
    "Immersion.schedule": _CONVENTION,
    "Immersion.activities": _CONVENTION,
    "Immersion.convention_number": _CONVENTION,
    "ProfileLink.digest": Kept("Reconnaître le lien donné à l’entreprise", "jusqu’à son expiration ou son annulation"),
}

# Text that says nothing of a person: codes, choices, names of things.
NOT_PERSONAL = frozenset(
    {
        "Opportunity.kind",
        "Opportunity.postcode",
        "Opportunity.city",
        "Opportunity.insee_code",
        "Opportunity.origin",
        "Opportunity.frequency",
        "Opportunity.state",
        "Opportunity.refusal_reason",
        "Opportunity.withdrawal_reason",
        "OpportunityMove.from_state",
        "OpportunityMove.to_state",
        "Solicitation.family",
    }
)
