"""Long work, seen by whoever asked for it: its page, its card alone (which polls itself), and how to stop it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.jobs import ask_to_stop
from core.models import Job, JobState


@require_safe
def job_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    return render(request, "core/job_detail.html", {"job": _own_job(request, key)})


@require_safe
def job_card(request: HttpRequest, key: UUID) -> HttpResponse:
    """The card alone. Done while somebody was looking, it leads to the result by itself."""
    job = _own_job(request, key)
    response = render(request, "core/partials/job_card.html", {"job": job})
    if request.htmx and job.state == JobState.DONE and job.result_url:
        response.headers["HX-Redirect"] = job.result_url
    return response


@require_POST
def job_stop(request: HttpRequest, key: UUID) -> HttpResponse:
    ask_to_stop(job=_own_job(request, key))
    return redirect("core:job_detail", key=key)


def _own_job(request: HttpRequest, key: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), key=key)
