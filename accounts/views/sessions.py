"""One's own open sessions, seen and closed."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import end_sessions
from accounts.queries import open_sessions


@require_http_methods(["GET", "HEAD", "POST"])
def session_list(request: HttpRequest) -> HttpResponse:
    """POST closes all the others."""
    if request.method == "POST":
        end_sessions(user=request.user, keep=request.session.session_key)
        messages.success(request, "Vos autres sessions sont fermées.")
        return redirect("usersessions_list")
    sessions = open_sessions(request.user, request.session.session_key)
    return render(request, "usersessions/usersession_list.html", {"sessions": sessions})


@require_POST
def session_close(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    session.end()
    messages.success(request, "La session est fermée.")
    return redirect("usersessions_list")
