"""The user guide, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import can_manage_members
from companies.permissions import can_edit_company, can_import_companies, can_record_interaction
from youth.permissions import can_log_need, can_view_need


@require_safe
def help(request: HttpRequest) -> HttpResponse:
    """The same text for everybody; links only to the pages the person may open."""
    user = request.user
    context = {
        "may_import": can_import_companies(user),
        "may_record": can_record_interaction(user),
        "may_edit": can_edit_company(user),
        "may_manage": can_manage_members(user),
        "may_log_need": can_log_need(user),
        "may_view_needs": can_view_need(user),
    }
    return render(request, "dashboards/help.html", context)
