from companies.forms.company import IN_PLACE, CompanyForm
from companies.forms.contact import ContactForm, LeaveForm
from companies.forms.interaction import InteractionForm, InteractionNoteForm
from companies.forms.next_action import DropForm, HandOverForm, NextActionForm, PostponeForm, WorkingDayForm
from core.conflicts import snapshot_of, with_choices_of

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
    "WorkingDayForm",
    "snapshot_of",
    "with_choices_of",
]
