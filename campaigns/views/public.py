"""The survey as the company sees it: no account, a key that is the whole authority, nothing written by a GET.

Scanners of mail follow every link and press no button: a page shows, a POST acts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.answers import (
    AnswerChangedError,
    company_of,
    decline,
    give_answer,
    is_closed_on,
    is_there,
    open_survey,
    opt_out,
    save_answer,
)
from campaigns.answering import (
    answer_in_words,
    answer_of,
    known_values,
    survey_link,
    unsubscribe_link,
    version_given,
)
from campaigns.enums import AnswerState, RecipientState
from campaigns.forms.survey import PURPOSES, SLUGS, SurveyForm
from campaigns.models import Answer, Recipient, SurveyLink
from campaigns.views.doors import drawn_from
from core.errors import ActionError
from core.scope import structure_scope
from core.tokens import key_within, structure_of_key

LIMITS = {"survey": "120/m/ip", "unknown": "20/m/ip"}
LONGEST_KEY = 100
STEPS = list(SLUGS)

Page = Callable[..., HttpResponse]


# --- the door -------------------------------------------------------------------------------------
def _by_key(find: Callable[[str], SurveyLink | None]) -> Callable[[Page], Page]:
    """The view receives the link behind the key, within the scope of its structure; unknown: a 404 that says nothing.

    No session is read, and a page that sends no referrer posts from the origin "null", which the check of forged
    requests refuses: views are exempt from it.
    """

    def with_link(view: Page) -> Page:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def opened(request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
            if not ratelimit.consume(request, app="campaigns", action="survey", config=LIMITS):
                return _private(render(request, "campaigns/survey/busy.html", status=429))
            clean = key_within(key)
            if clean != key and request.method != "POST" and _structure_of(clean):
                return _private(redirect(request.resolver_match.view_name, key=clean, **kwargs))
            structure_id = _structure_of(key)
            if structure_id is None:
                return _unknown(request)
            with structure_scope([structure_id]):
                link = find(key)
                response = view(request, link, key, **kwargs) if link else _unknown(request)
            return _private(response)

        return opened

    return with_link


def _structure_of(key: str) -> int | None:
    return structure_of_key(key) if len(key) <= LONGEST_KEY else None


def _unknown(request: HttpRequest) -> HttpResponse:
    """Whoever tries keys is slowed down, reading included."""
    if not ratelimit.consume(request, app="campaigns", action="unknown", config=LIMITS, limit_get=True):
        return _private(render(request, "campaigns/survey/busy.html", status=429))
    return _private(render(request, "campaigns/survey/unknown.html", status=404))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _open_only(view: Page) -> Page:
    """Only with a good link; an expired or revoked one says whom to ask."""

    @wraps(view)
    def shown(request: HttpRequest, link: SurveyLink, key: str, **kwargs: Any) -> HttpResponse:
        now, recipient = timezone.now(), link.recipient
        if link.revoked_at or recipient.campaign.deleted_at or not is_there(recipient):
            return render(request, "campaigns/survey/revoked.html", _who(link), status=410)
        if not link.is_good_at(now):
            return render(request, "campaigns/survey/expired.html", _who(link), status=410)
        return view(request, link, key, **kwargs)

    return shown


def _who(link: SurveyLink) -> dict[str, Any]:
    return {"structure": link.recipient.structure}


def _context(link: SurveyLink, key: str, **extra: Any) -> dict[str, Any]:
    """What every page of an open survey says: who asks, whom, until when, who will call."""
    recipient = link.recipient
    today = timezone.localdate()
    return {
        "structure": recipient.structure,
        "company": company_of(recipient),
        "adviser": recipient.adviser,
        "answer_by": recipient.campaign.answer_by,
        "is_late": recipient.is_over_on(today),
        "key": key,
        "unsubscribe_url": reverse("campaigns:unsubscribe", args=[link.unsubscribe_key]),
        **extra,
    }


def _given(link: SurveyLink) -> Answer | None:
    """The answer that stands; None while it is not given, or once the company said no."""
    answer = answer_of(link.recipient)
    standing = link.recipient.state == RecipientState.ANSWERED
    return answer if answer and standing and answer.state == AnswerState.GIVEN else None


# --- cover, and what was said ---------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@_by_key(survey_link)
@_open_only
def survey(request: HttpRequest, link: SurveyLink, key: str) -> HttpResponse:
    """GET: what is asked, or what was answered; POST « Commencer »: somebody is there."""
    answer = _given(link)
    if request.method == "POST":
        open_survey(recipient=link.recipient, now=timezone.now())
        return redirect("campaigns:survey_section", key, _next_step(answer_of(link.recipient)))
    if answer:
        return _summary(request, link, key, answer)
    declined = link.recipient.state == RecipientState.DECLINED
    template = "campaigns/survey/declined.html" if declined else "campaigns/survey/cover.html"
    has_begun = link.recipient.opened_at is not None
    return render(request, template, _context(link, key, steps=SLUGS.values(), has_begun=has_begun))


def _next_step(answer: Answer | None) -> str:
    """The first section of which nothing was saved; the first one when all of it was."""
    values = answer.values if answer else {}
    for slug, section in SLUGS.items():
        if not any(question.name in values for question in section.questions):
            return slug
    return STEPS[0]


def _summary(request: HttpRequest, link: SurveyLink, key: str, answer: Answer) -> HttpResponse:
    slugs = {section.name: slug for slug, section in SLUGS.items()}
    parts = answer_in_words(answer.values)
    closed = is_closed_on(link.recipient, timezone.localdate())
    context = _context(
        link,
        key,
        # What it proposes first; who it is, which it knows, last.
        said=[(slugs[part.name], part) for part in (*parts[1:], parts[0])],
        comment=answer.comment,
        given_at=answer.given_at,
        is_closed=closed,
        commitments=answer.commitments.filter(withdrawn_at=None).count(),
    )
    return render(request, "campaigns/survey/summary.html", context)


# --- a section ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@_by_key(survey_link)
@_open_only
def survey_section(request: HttpRequest, link: SurveyLink, key: str, section: str) -> HttpResponse:
    """One step. « Continuer » keeps it; the last one gives the answer; `keep` keeps what holds and shows nothing."""
    if section not in SLUGS:
        return redirect("campaigns:survey", key)
    recipient = link.recipient
    if request.method != "POST" and recipient.opened_at is None:
        return redirect("campaigns:survey", key)
    given, keeps = _given(link), request.method == "POST" and "keep" in request.POST
    if given and not keeps and is_closed_on(recipient, timezone.localdate()):
        return redirect("campaigns:survey", key)
    form = _form(request, recipient, answer_of(recipient), section)
    if request.method == "POST":
        holds = form.is_valid()
        if keeps:
            return _keep(link, form)
        if holds:
            return _save(request, link, key, section, form)
    return _step(request, link, key, section, form)


def _form(request: HttpRequest, recipient: Recipient, answer: Answer | None, section: str) -> SurveyForm:
    return SurveyForm(
        request.POST if request.method == "POST" else None,
        sections=[SLUGS[section]],
        values=answer.values if answer else {},
        known=known_values(recipient),
        comment=(answer.comment if answer else "") if section == STEPS[-1] else None,
    )


def _keep(link: SurveyLink, form: SurveyForm) -> HttpResponse:
    """While it is being filled in, nothing typed is lost; an answer given changes when it is said to (409)."""
    if _given(link):
        return HttpResponse(status=409)
    try:
        save_answer(recipient=link.recipient, values=form.answers(), comment=form.comment(), now=timezone.now())
    except AnswerChangedError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


def _save(request: HttpRequest, link: SurveyLink, key: str, section: str, form: SurveyForm) -> HttpResponse:
    recipient = link.recipient
    words = {"values": form.answers(), "comment": form.comment(), "now": timezone.now()}
    last = section == STEPS[-1]
    try:
        if last or _given(link):
            give_answer(recipient=recipient, drawn_from=drawn_from(request), **words)
            return redirect("campaigns:survey", key)
        save_answer(recipient=recipient, **words)
    except ActionError as error:
        form.add_error(None, str(error))
        recipient.refresh_from_db()  # and with it the answer that stands now
        return _step(request, link, key, section, form)
    return redirect("campaigns:survey_section", key, STEPS[STEPS.index(section) + 1])


def _step(request: HttpRequest, link: SurveyLink, key: str, section: str, form: SurveyForm) -> HttpResponse:
    number = STEPS.index(section) + 1
    given = _given(link)
    changing = given is not None
    back = reverse("campaigns:survey", args=[key])
    if number > 1 and not changing:
        back = reverse("campaigns:survey_section", args=[key, STEPS[number - 2]])
    context = _context(
        link,
        key,
        form=form,
        section=SLUGS[section],
        purpose=PURPOSES[SLUGS[section].name],
        number=number,
        total=len(STEPS),
        steps=range(1, len(STEPS) + 1),
        is_last=number == len(STEPS),
        is_changing=changing,
        given_version=version_given(given),
        is_kept=not changing and answer_of(link.recipient) is not None,
        is_identity=number == 1,
        back_url=back,
    )
    return render(request, "campaigns/survey/section.html", context, status=422 if form.errors else 200)


# --- no -------------------------------------------------------------------------------------------
@require_POST
@_by_key(survey_link)
@_open_only
def survey_decline(request: HttpRequest, link: SurveyLink, key: str) -> HttpResponse:
    """« Nous ne souhaitons pas participer », in one press."""
    decline(recipient=link.recipient, now=timezone.now())
    return redirect("campaigns:survey", key)


# An expired or revoked link unsubscribes as well: it can only spare somebody.
@require_http_methods(["GET", "HEAD", "POST"])
@_by_key(unsubscribe_link)
def unsubscribe(request: HttpRequest, link: SurveyLink, key: str) -> HttpResponse:
    """GET shows a button; POST acts: the button's, or the one a mail program sends by itself (RFC 8058)."""
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    done = request.method == "POST" and (one_click or "stop" in request.POST)
    if done:
        opt_out(link=link, now=timezone.now())
    return render(request, "campaigns/survey/unsubscribe.html", {**_who(link), "is_done": done})


# --- addresses copied with something more, or something less --------------------------------------
def _astray(request: HttpRequest, rest: str, page: str) -> HttpResponse:
    """The page of the key that the address begins with, known or not; without one, a 404 of the survey's own."""
    key = key_within(rest.strip("/").partition("/")[0])
    return _private(redirect(page, key)) if _structure_of(key) else _unknown(request)


@login_not_required
@require_safe
def survey_astray(request: HttpRequest, rest: str) -> HttpResponse:
    return _astray(request, rest, "campaigns:survey")


@login_not_required
@require_safe
def unsubscribe_astray(request: HttpRequest, rest: str) -> HttpResponse:
    return _astray(request, rest, "campaigns:unsubscribe")
