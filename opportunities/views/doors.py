"""How the views of opportunities come in: the row or a 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from companies.models import Company
from core.doors import allow
from opportunities.models import Opportunity, Placement
from opportunities.permissions import can_view_opportunity
from opportunities.placing import with_card


def visible_opportunity(request: HttpRequest, pk: int) -> Opportunity:
    """Somebody without any role that sees opportunities is refused before anything is looked for."""
    allow(can_view_opportunity(request.user))
    rows = Opportunity.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("company", "contact", "managed_by", "received_by"), pk=pk)


def visible_company(request: HttpRequest, pk: int) -> Company:
    return get_object_or_404(Company.objects.visible_to(request.user).select_related("structure"), pk=pk)


def visible_placement(request: HttpRequest, pk: int) -> Placement:
    """The row, for actions and for making its card: templates receive the card."""
    allow(can_view_opportunity(request.user))
    return get_object_or_404(with_card(Placement.objects.visible_to(request.user)), pk=pk)
