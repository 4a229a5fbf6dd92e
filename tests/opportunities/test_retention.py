import pytest
from django.apps import apps
from django.db import models

from opportunities.retention import NOT_PERSONAL, PERSONAL

TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def text_fields():
    for model in apps.get_app_config("opportunities").get_models():
        for field in model._meta.get_fields():
            real = field.output_field if isinstance(field, models.GeneratedField) else field
            if field.concrete and isinstance(real, TEXT):
                yield f"{model.__name__}.{field.name}"


@pytest.mark.parametrize("name", sorted(text_fields()))
def test_every_text_says_whether_it_is_personal(name):
    assert (name in PERSONAL) != (name in NOT_PERSONAL), f"declare {name} in opportunities/retention.py, once"


def test_nothing_is_declared_that_does_not_exist():
    assert set(PERSONAL) | NOT_PERSONAL == set(text_fields())


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_every_personal_field_has_a_purpose_and_an_end(name):
    assert PERSONAL[name].purpose
    assert PERSONAL[name].until
