"""The tags of the structure: how much each serves, its name, its end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.actions import CompanyError
from companies.actions.tag import delete_tag, rename_tag
from companies.forms.tag import TagNameForm
from companies.models import Tag
from companies.permissions import can_edit_company


@require_safe
def tag_list(request: HttpRequest) -> HttpResponse:
    tags = Tag.objects.visible_to(request.user).in_structure(request.structure)
    used = Count("companies", filter=Q(companies__deleted_at=None))
    context = {
        "tags": tags.annotate(used=used).order_by("name", "pk"),
        "editable": can_edit_company(request.user, request.structure),
    }
    return render(request, "companies/tag_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tag_edit(request: HttpRequest, pk: int) -> HttpResponse:
    tag = _editable(request, pk)
    form = TagNameForm(request.POST or None, instance=tag)
    if request.method == "POST" and form.is_valid():
        try:
            tag = rename_tag(tag=tag, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except CompanyError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"L’étiquette s’appelle maintenant «\u00a0{tag.name}\u00a0».")
            return redirect("companies:tag_list")
    return render(request, "companies/tag_form.html", {"form": form, "tag": tag})


@require_POST
def tag_delete(request: HttpRequest, pk: int) -> HttpResponse:
    tag = _editable(request, pk)
    delete_tag(tag=tag, by=request.user, now=timezone.now())
    messages.success(request, f"L’étiquette «\u00a0{tag.name}\u00a0» est supprimée.")
    return redirect("companies:tag_list")


def _editable(request: HttpRequest, pk: int) -> Tag:
    tag = get_object_or_404(Tag.objects.visible_to(request.user), pk=pk)
    if not can_edit_company(request.user, tag):
        raise PermissionDenied
    return tag
