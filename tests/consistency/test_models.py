"""What every table keeps to."""

from django.apps import apps

from core.models import StructureScoped

OWN = ("core", "accounts", "companies", "youth", "opportunities", "campaigns")
# What belongs to no structure, or is the structure and who works in it.
WITHOUT_STRUCTURE = {
    "core.Activity",
    "core.Municipality",
    "core.Occupation",
    "core.OccupationActivity",
    "core.OccupationTitle",
    "core.PeriodicRun",
    "accounts.GroupMembership",
    "accounts.Invitation",
    "accounts.Membership",
    "accounts.Site",
    "accounts.Structure",
    "accounts.StructureGroup",
    "accounts.User",
}


def own_models():
    return [model for app in OWN for model in apps.get_app_config(app).get_models()]


def test_every_other_model_belongs_to_a_structure():
    without = {model._meta.label for model in own_models() if not issubclass(model, StructureScoped)}
    assert without == WITHOUT_STRUCTURE


def test_no_default_order():
    """Each list says its order: a default one costs where nobody looks."""
    assert [model._meta.label for model in own_models() if model._meta.ordering] == []


def test_every_queryset_has_its_door():
    missing = [
        model._meta.label
        for model in own_models()
        if issubclass(model, StructureScoped) and not hasattr(model.objects.all(), "visible_to")
    ]
    assert missing == []


def test_text_is_empty_and_never_null():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if field.null and field.get_internal_type() in ("CharField", "TextField", "EmailField")
    ]
    assert wrong == []
