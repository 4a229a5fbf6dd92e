"""Obstacles of one file: noted, corrected, lifted, told to one adviser and taken back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.doors import allow, posted
from core.errors import ActionError
from youth.actions import edit_obstacle, lift_obstacle, note_obstacle, share_obstacle, unshare_obstacle
from youth.forms.young_people import ObstacleForm, ShareForm
from youth.models import Obstacle, ObstacleShare, YoungPerson
from youth.permissions import can_edit_file, can_share_obstacle, can_view_file
from youth.views.doors import of_file
from youth.views.pathway import answer_gesture


def of_obstacle(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view receives `obstacle`, of a file that may be opened now."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        allow(can_view_file(request.user))
        rows = Obstacle.objects.visible_to(request.user).filter(young_person__deleted_at=None)
        obstacle = get_object_or_404(rows.select_related("young_person", "structure"), pk=pk)

        @of_file
        def inside(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
            return view(request, obstacle=obstacle)

        answer: HttpResponse = inside(request, pk=obstacle.young_person_id)
        return answer

    return guarded


def _done(request: HttpRequest, person_pk: int, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        act()
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("youth:young_person_detail", person_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@of_file
def obstacle_create(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
    allow(can_edit_file(request.user, young_person))
    taken = list(young_person.obstacles.all().standing().values_list("kind", flat=True))
    form = ObstacleForm(posted(request), taken=taken)
    return answer_gesture(
        request,
        form,
        lambda: note_obstacle(young_person=young_person, **form.cleaned_data, by=request.user, now=timezone.now()),
        template="youth/obstacle_form.html",
        context={"person": young_person},
        done="Le frein est noté. Il n’est vu que des conseillers jeunes et des responsables.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_obstacle
def obstacle_edit(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    allow(can_edit_file(request.user, obstacle))
    form = ObstacleForm(posted(request), instance=obstacle)
    return answer_gesture(
        request,
        form,
        lambda: edit_obstacle(obstacle=obstacle, **form.cleaned_data, by=request.user, now=timezone.now()),
        template="youth/obstacle_form.html",
        context={"person": obstacle.young_person, "obstacle": obstacle},
        done="Le frein est à jour.",
    )


@require_POST
@of_obstacle
def obstacle_lift(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    allow(can_edit_file(request.user, obstacle))
    return _done(
        request,
        obstacle.young_person_id,
        lambda: lift_obstacle(obstacle=obstacle, by=request.user, now=timezone.now()),
        f"Frein levé\u00a0: {obstacle.get_kind_display().lower()}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_obstacle
def obstacle_share(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    allow(can_share_obstacle(request.user, obstacle))
    told = obstacle.shares.filter(ended_at=None).values_list("adviser_id", flat=True)
    form = ShareForm(posted(request), structure=obstacle.structure, told=told)
    return answer_gesture(
        request,
        form,
        lambda: share_obstacle(obstacle=obstacle, **form.cleaned_data, by=request.user, now=timezone.now()),
        template="youth/obstacle_share.html",
        context={"person": obstacle.young_person, "obstacle": obstacle},
        done="Le frein est partagé avec cette personne, et avec elle seule.",
    )


@require_POST
def obstacle_unshare(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_view_file(request.user))
    rows = ObstacleShare.objects.visible_to(request.user).filter(obstacle__young_person__deleted_at=None)
    share = get_object_or_404(rows.select_related("obstacle__young_person", "adviser"), pk=pk)
    allow(can_share_obstacle(request.user, share))

    @of_file
    def inside(request: HttpRequest, young_person: YoungPerson) -> HttpResponse:
        return _done(
            request,
            young_person.pk,
            lambda: unshare_obstacle(share=share, by=request.user, now=timezone.now()),
            f"{share.adviser.full_name} ne voit plus ce frein.",
        )

    answer: HttpResponse = inside(request, pk=share.obstacle.young_person_id)
    return answer
