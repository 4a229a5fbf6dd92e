"""Crispy layouts shared by all forms: sections, fields side by side, choices shown as segments, cards or chips.

self.helper = PageHelper()
self.helper.layout = Layout(
    Section("Qui", "name", SideBySide("postcode", "city"), purpose="Ce qui permet de la reconnaître."),
    Segments("kind", icons={"call": "phone", "visit": "map-pinned"}),
)
"""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.forms import BaseForm
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from core.icons import render_icon


class PageHelper(FormHelper):
    """The template owns `<form>`, its token, its buttons and the summary of errors; this draws the fields."""

    def __init__(self, form: BaseForm | None = None) -> None:
        super().__init__(form)
        self.form_tag = False
        self.disable_csrf = True
        self.errors_said_above = True


class FilterHelper(PageHelper):
    """Fields of a filter: everything is optional, so nothing says it."""

    def __init__(self, form: BaseForm | None = None) -> None:
        super().__init__(form)
        self.hide_optional = True


class Section(LayoutObject):
    """A group of fields with its title and a sentence saying what it is for."""

    template = "components/form_section.html"

    def __init__(self, title: str, *fields: Any, purpose: str = "", css_id: str = "") -> None:
        self.title, self.fields, self.purpose, self.css_id = title, list(fields), purpose, css_id

    def render(self, form: BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        values = {"title": self.title, "purpose": self.purpose, "css_id": self.css_id, "fields": fields}
        return SafeString(get_template(self.template).render(values))


class SideBySide(LayoutObject):
    """Short fields on one line where there is room."""

    def __init__(self, *fields: Any) -> None:
        self.fields = list(fields)

    def render(self, form: BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return SafeString(f'<div class="form-row">{conditional_escape(fields)}</div>')


class _ChoiceField(Field):
    """A RadioSelect or CheckboxSelectMultiple with a look; `marks` and `helps` are keyed by the choice's value."""

    def __init__(
        self, name: str, *, icons: Mapping[Any, str] | None = None, helps: Mapping[Any, str] | None = None
    ) -> None:
        super().__init__(name, template=self.template_name)
        self.icons = {str(value): name for value, name in (icons or {}).items()}
        self.helps = {str(value): text for value, text in (helps or {}).items()}

    template_name = ""
    extra: Mapping[str, Any] = {}

    def render(self, form: BaseForm, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        marks = {value: render_icon(name) for value, name in self.icons.items()}
        kwargs["extra_context"] = {
            "marks": marks,
            "helps": self.helps,
            **self.extra,
            **(kwargs.get("extra_context") or {}),
        }
        return super().render(form, context, template_pack=template_pack, **kwargs)


class Segments(_ChoiceField):
    """One choice out of two to four, side by side (radios)."""

    template_name = "components/fields/segments.html"


class Choices(_ChoiceField):
    """Choices as cards, each with a line of help (radios or boxes)."""

    template_name = "components/fields/choices.html"
    extra = {"chips": False, "phases": False}


class PhaseChoices(Choices):
    """The four phases as cards: colour, shape, word."""

    extra = {"chips": False, "phases": True}


class Chips(_ChoiceField):
    """Short choices in a row: people, usual next steps (radios or boxes)."""

    template_name = "components/fields/choices.html"
    extra = {"chips": True, "phases": False}


class Short(Field):
    """A field whose width says how little is expected: date, figure, code."""

    def __init__(self, *names: str, **kwargs: Any) -> None:
        super().__init__(*names, wrapper_class="short", **kwargs)
