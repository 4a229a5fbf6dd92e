from opportunities.forms.opportunities import CriteriaForm, ManagerForm, MoveForm, OpportunityForm

__all__ = ["CriteriaForm", "ManagerForm", "MoveForm", "OpportunityForm"]
