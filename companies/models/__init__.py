from companies.models.company import Company, Tag
from companies.models.contact import Contact
from companies.models.duplicates import CompanyMerge, DuplicatePair
from companies.models.imports import ImportBatch, ImportChange, ImportFile, ImportMapping, ImportRow
from companies.models.interaction import Interaction
from companies.models.next_action import NextAction
from companies.models.proposed_change import ProposedChange
from companies.models.search import SearchEntry
from companies.models.solicitation import SolicitationEntry, SolicitationLimit

__all__ = [
    "Company",
    "CompanyMerge",
    "Contact",
    "DuplicatePair",
    "ImportBatch",
    "ImportChange",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Interaction",
    "NextAction",
    "ProposedChange",
    "SearchEntry",
    "SolicitationEntry",
    "SolicitationLimit",
    "Tag",
]
