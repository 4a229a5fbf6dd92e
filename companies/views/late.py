"""« Tout reporter »: one's own late actions, to one working day, and back."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from companies.actions.late import Before, postpone_late_actions, put_back_actions
from companies.forms import WorkingDayForm
from companies.models import NextAction
from companies.permissions import RECORDERS, can_record_interaction
from companies.views.doors import allow, posted
from core.french import counted, french_date
from core.toasts import say_with_undo

SHOWN = 8
# The more are put off at once, the longer what is kept to put them back.
MOST = 500
KEPT = "postponed_actions"


def _late(request: HttpRequest) -> QuerySet:
    """One's own, where one may still do something of them."""
    mine = NextAction.objects.visible_to(request.user).in_structure(request.structure).of(request.user)
    mine = mine.filter(structure_id__in=request.user.access.structure_ids(RECORDERS))
    return mine.late_on(timezone.localdate()).select_related("company").by_date()


@require_http_methods(["GET", "HEAD", "POST"])
def late_postpone(request: HttpRequest) -> HttpResponse:
    """How many, which first, to what day; then it is done, with the way back."""
    allow(can_record_interaction(request.user, request.structure))
    form = WorkingDayForm(posted(request), today=timezone.localdate())
    actions = list(_late(request)[:MOST])
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["due_on"]
        before = postpone_late_actions(actions=actions, due_on=day, by=request.user, now=timezone.now())
        _keep(request, before, day)
        said = f"{counted(len(before), 'action reportée', 'actions reportées')} à {french_date(day)}."
        say_with_undo(request, said, undo_url=reverse("companies:late_put_back"))
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "count": len(actions), "first": actions[:SHOWN], "others": max(0, len(actions) - SHOWN)}
    return render(request, "companies/late_postpone.html", context)


@require_POST
def late_put_back(request: HttpRequest) -> HttpResponse:
    """Undo the last « Tout reporter » of this session."""
    allow(can_record_interaction(request.user))
    kept = request.session.pop(KEPT, None)
    if kept is None:
        messages.error(request, "Il n’y a plus de report à annuler.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    before: Before = {
        pk: (dt.date.fromisoformat(day), dt.time.fromisoformat(hour) if hour else None)
        for pk, day, hour in kept["before"]
    }
    day = dt.date.fromisoformat(kept["to"])
    count = put_back_actions(before=before, postponed_to=day, by=request.user, now=timezone.now())
    date = "à sa date" if count == 1 else "à leur date"
    messages.success(request, f"{counted(count, 'action remise', 'actions remises')} {date} d’avant.")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _keep(request: HttpRequest, before: Before, day: dt.date) -> None:
    rows = [(pk, on.isoformat(), at.isoformat() if at else "") for pk, (on, at) in before.items()]
    request.session[KEPT] = {"to": day.isoformat(), "before": rows}
