"""Every text of every table says whether it is personal; what is personal says what for, and until when."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import models

APPS = ("core", "accounts", "companies", "youth", "opportunities", "campaigns")
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
DECLARED = {app: import_module(f"{app}.retention") for app in APPS}


def fields(app, kinds):
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.get_fields():
            real = field.output_field if isinstance(field, models.GeneratedField) else field
            if field.concrete and isinstance(real, kinds):
                yield f"{model.__name__}.{field.name}"


@pytest.mark.parametrize(("app", "name"), [(app, name) for app in APPS for name in sorted(fields(app, TEXT))])
def test_every_text_says_whether_it_is_personal(app, name):
    declared = DECLARED[app]
    assert (name in declared.PERSONAL) != (name in declared.NOT_PERSONAL), f"declare {name} in {app}/retention.py, once"


@pytest.mark.parametrize("app", APPS)
def test_nothing_is_declared_that_does_not_exist(app):
    declared = DECLARED[app]
    assert set(declared.PERSONAL) | declared.NOT_PERSONAL <= set(fields(app, models.Field))


@pytest.mark.parametrize("app", APPS)
def test_every_personal_field_has_a_purpose_and_an_end(app):
    assert [name for name, kept in DECLARED[app].PERSONAL.items() if not (kept.purpose and kept.until)] == []
