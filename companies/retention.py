"""What personal data the companies hold, what for, and how long. A field not declared here fails the tests.

Erasure itself is one code path for the whole product; it reads these declarations.
"""

from core.retention import Kept

_WHILE_IN_RELATION = "3 ans après le dernier échange avec l’entreprise"
_JOIN = Kept("Joindre la personne qui représente l’entreprise", _WHILE_IN_RELATION)
_KNOW = Kept("Savoir à qui l’on parle et quelle part elle prend à la relation", _WHILE_IN_RELATION)
_REMEMBER = Kept("Se souvenir de ce qui a été dit, pour tenir parole", _WHILE_IN_RELATION)
_PLAN = Kept("Préparer la suite de la relation", _WHILE_IN_RELATION)
_IMPORT = Kept("Contrôler un import et pouvoir l’annuler", "jusqu’à l’application de l’import, 7 jours au plus")
_UNDO = Kept("Pouvoir défaire ce qui a été écrit", "tant que la ligne concernée existe")
_SEARCH = Kept("Retrouver une entreprise ou une personne", "tant que la fiche existe\u202f; effacé avec elle")

PERSONAL = {
    # A company of one person bears her name, her address, her telephone.
    "Company.legal_name": _KNOW,
    "Company.trade_name": _KNOW,
    "Company.address": _JOIN,
    "Company.address_extra": _JOIN,
    "Company.phone": _JOIN,
    "Company.email": _JOIN,
    "Company.website": _JOIN,
    "Company.history": _REMEMBER,
    "Company.activity": _REMEMBER,
    "Company.organisation": _REMEMBER,
    "Company.ways_of_working": _REMEMBER,
    "Company.attracts": _REMEMBER,
    "Company.deters": _REMEMBER,
    "Company.coming_needs": _REMEMBER,
    "Company.equality_commitments": _REMEMBER,
    "Company.notes": _REMEMBER,
    "Company.watch_reason": _REMEMBER,
    "Company.name": _KNOW,
    "Company.name_key": _SEARCH,
    "Contact.civility": _KNOW,
    "Contact.first_name": _KNOW,
    "Contact.last_name": _KNOW,
    "Contact.job_title": _KNOW,
    "Contact.part": _KNOW,
    "Contact.email": _JOIN,
    "Contact.phone": _JOIN,
    "Contact.mobile": _JOIN,
    "Contact.notes": _REMEMBER,
    "Contact.name_key": _SEARCH,
    "Interaction.place": _REMEMBER,
    "Interaction.summary": _REMEMBER,
    "Interaction.discover": _REMEMBER,
    "Interaction.listen": _REMEMBER,
    "Interaction.clarify": _REMEMBER,
    "Interaction.reformulate": _REMEMBER,
    "Interaction.propose": _REMEMBER,
    "NextAction.title": _PLAN,
    "ProposedChange.before": _JOIN,
    "ProposedChange.proposed": _JOIN,
    "ProposedChange.origin": _REMEMBER,
    "SolicitationEntry.title": _REMEMBER,
    "SearchEntry.text": _SEARCH,
    "SearchEntry.digits": _SEARCH,
    "CompanyMerge.kept_before": _UNDO,
    "ImportBatch.labels": _IMPORT,
    "ImportChange.before": _UNDO,
    "ImportFile.content": _IMPORT,
    "ImportFile.workbook": _IMPORT,
    "ImportBatch.report": _IMPORT,
    "ImportRow.values": _IMPORT,
    "ImportRow.contacts": _IMPORT,
    "ImportRow.raw": _IMPORT,
    "ImportRow.changes": _IMPORT,
    "ImportRow.remarks": _IMPORT,
}

# Text that says nothing of a person: codes, choices, names of things.
NOT_PERSONAL = frozenset(
    {
        "Tag.name",
        "Company.siret",
        "Company.naf_code",
        "Company.naf_2025_code",
        "Company.legal_category",
        "Company.workforce_band",
        "Company.sector",
        "Company.company_type",
        "Company.postcode",
        "Company.city",
        "Company.city_key",
        "Company.insee_code",
        "Company.origin_network",
        "Company.origin_direction",
        "Company.network_kind",
        "Company.relation_state",
        "Company.service_level",
        "Interaction.kind",
        "Interaction.direction",
        "Interaction.outcome",
        "NextAction.kind",
        "NextAction.state",
        "ProposedChange.field",
        "ProposedChange.state",
        "SolicitationEntry.channel",
        "SolicitationLimit.service_level",
        "DuplicatePair.reasons",
        "DuplicatePair.state",
        "CompanyMerge.moved",
        "ImportBatch.file_name",
        "ImportBatch.file_digest",
        "ImportBatch.sheet",
        "ImportBatch.mapping",
        "ImportBatch.state",
        "ImportBatch.counts",
        "ImportBatch.decisions",
        "ImportRow.row_class",
        "ImportRow.decision",
        "ImportRow.candidates",
        "ImportChange.model",
        "ImportMapping.signature",
        "ImportMapping.mapping",
    }
)
