"""A model's own columns, by name."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models


def concrete_field(model: type[models.Model], name: str) -> models.Field:
    """The field the model declares. Raises FieldDoesNotExist, also for the other end of another model's relation."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise FieldDoesNotExist(f"{name} is not declared by {model.__name__}.")
    return field


def field_label(model: type[models.Model], name: str) -> str:
    """Its name as a person reads it."""
    return str(concrete_field(model, name).verbose_name)
