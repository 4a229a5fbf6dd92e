"""Fourth step: what each company will read; a test to oneself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.outbox import send_test
from campaigns.audience import recipients_of, texts_of
from campaigns.letters import values_for, words_of
from campaigns.queries import settings_of
from campaigns.views.wizard.frame import in_preparation, step_page
from core.doors import go_back


@require_safe
def campaign_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What each company will read, one after the other. `?entreprise=`: a recipient; `?texte=`: one of the texts."""
    campaign = in_preparation(request, pk)
    texts = texts_of(campaign)
    pks = list(recipients_of(campaign).filter(exclusion="").values_list("pk", flat=True))
    if not texts or not pks:
        return step_page(request, campaign, 4, "campaigns/campaign_preview.html", texts=texts, recipient=None)
    asked, wanted = request.GET.get("entreprise", ""), request.GET.get("texte", "")
    position = next((number for number, one in enumerate(pks) if str(one) == asked), 0)
    text = next((one for one in texts if str(one.pk) == wanted), texts[0])
    recipient = get_object_or_404(recipients_of(campaign), pk=pks[position])
    values = values_for(campaign=campaign, recipients=[recipient], today=timezone.localdate())[recipient.pk]
    query = QueryDict(mutable=True)
    if wanted:
        query["texte"] = str(text.pk)
    context = {
        "texts": texts,
        "text": text,
        "recipient": recipient,
        "words": words_of(text, values),
        "values": values,
        "sending": settings_of(campaign.structure_id),
        "position": position + 1,
        "total": len(pks),
        "previous": _other(query, pks[position - 1]) if position else "",
        "next": _other(query, pks[position + 1]) if position + 1 < len(pks) else "",
    }
    return step_page(request, campaign, 4, "campaigns/campaign_preview.html", **context)


def _other(query: QueryDict, pk: int) -> str:
    copy = query.copy()
    copy["entreprise"] = str(pk)
    return f"?{copy.urlencode()}"


@require_POST
def campaign_test(request: HttpRequest, pk: int) -> HttpResponse:
    """To oneself, what a company would receive. `entreprise`, `texte`: as in the preview; else the first of each."""
    campaign = in_preparation(request, pk)
    here = reverse("campaigns:campaign_send", args=[campaign.pk])
    texts = texts_of(campaign)
    asked, wanted = request.POST.get("entreprise", ""), request.POST.get("texte", "")
    rows = recipients_of(campaign).filter(exclusion="").exclude(email="")
    chosen = rows.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else rows
    recipient = chosen.first() or rows.first()
    if not texts or recipient is None:
        messages.warning(request, "Il n’y a encore rien à essayer\u00a0: choisissez une lettre et des entreprises.")
        return go_back(request, here)
    text = next((one for one in texts if str(one.pk) == wanted), texts[0])
    send_test(letter=text, recipient=recipient, by=request.user)
    said = f"Un essai part vers {request.user.email}, tel que {recipient.company} le recevra."
    messages.success(request, f"{said} Son lien n’ouvre rien.")
    return go_back(request, here)
