from companies.forms.company import IN_PLACE, CompanyForm, conflicting_fields, texts_of
from companies.forms.contact import ContactForm, LeaveForm
from companies.forms.interaction import InteractionForm, InteractionNoteForm
from companies.forms.next_action import DropForm, HandOverForm, NextActionForm, PostponeForm

__all__ = [
    "IN_PLACE",
    "CompanyForm",
    "ContactForm",
    "DropForm",
    "HandOverForm",
    "InteractionForm",
    "InteractionNoteForm",
    "LeaveForm",
    "NextActionForm",
    "PostponeForm",
    "conflicting_fields",
    "texts_of",
]
