"""The survey as a form: a section at a time for the company, the whole of it for whoever types a paper answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from campaigns.commitments import NO, YES, opening_of
from campaigns.enums import AnswerChannel
from campaigns.survey import EMPLOYMENT, IDENTITY, QUESTIONS, SECTIONS, SKILLS, YOUTH, Question, QuestionKind
from campaigns.survey import Section as SurveySection
from companies.enums import Sector
from core.form_fields import BAD_EMAIL, PhoneField, PostcodeField, at_most, refuse_nir
from core.french import labelled
from core.layouts import Chips, FilterHelper, Section, Segments, SideBySide
from core.phases import Phase
from opportunities.forms.fields import MonthsField

LONGEST_TEXT = 150
LONGEST_POSTS = 300
LONGEST_COMMENT = 2000

# The address of each section, in the order they are asked.
SLUGS: Mapping[str, SurveySection] = {
    "entreprise": IDENTITY,
    "emploi": EMPLOYMENT,
    "immersion": SKILLS,
    "rencontres": YOUTH,
}
assert tuple(SLUGS.values()) == SECTIONS

PURPOSES = {
    IDENTITY.name: "Voici ce que nous savons de vous. Corrigez ce qui ne va pas\u202f; rien n’est obligatoire.",
    EMPLOYMENT.name: "Cochez ce qui vous convient, même si ce n’est pas pour tout de suite.",
    SKILLS.name: "Quelques jours chez vous suffisent souvent à un jeune pour confirmer son choix.",
    YOUTH.name: "Une heure de votre temps peut donner envie d’un métier.",
}

# On a screen a question is a card to tick: (its words, a line of help).
CARDS: Mapping[str, tuple[str, str]] = {
    "recruits": ("Recruter", "CDI, CDD, intérim, contrat aidé"),
    "trains": ("Former un jeune en alternance", "Nous vous aidons à le choisir et à l’accueillir"),
    "mixed_hiring": (
        "Recruter des femmes dans des métiers dits d’hommes, et l’inverse",
        "Seules les compétences comptent",
    ),
    "knows_aid": ("Je connais les aides à l’emploi des jeunes", "Sinon, nous vous les présenterons"),
    "welcomes": ("Accueillir un jeune en immersion", "Dix jours au plus\u00a0: il reste suivi et assuré par nous"),
    "mixed_welcome": (
        "Accueillir des femmes ou des hommes dans des métiers dits de l’autre sexe",
        "En immersion, pour essayer",
    ),
    "visits": ("Faire visiter l’entreprise", "Une heure ou deux, à la date de votre choix"),
    "presents": ("Présenter mon métier à des jeunes", "Chez vous, dans nos locaux ou sur un forum"),
}
_AUTOCOMPLETE = {
    "legal_name": "organization",
    "leader": "off",
    "address": "street-address",
    "postcode": "postal-code",
    "city": "address-level2",
    "email": "email",
    "contact_name": "name",
}


class OneLineField(forms.CharField):
    """Text of one line: breaks and repeated spaces become one space."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "validators": [refuse_nir], **options})

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class YesNoField(forms.ChoiceField):
    """As on paper: yes, no, or passed."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        choices = [(YES, "Oui"), (NO, "Non"), ("", "Sans réponse")]
        super().__init__(**{"choices": choices, "required": False, **options})


class TickField(forms.BooleanField):
    """As on a screen. A box that was not ticked says nothing: only a person, or paper, says no."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})

    def clean(self, value: Any) -> str:
        return YES if super().clean(value) else ""


def _field_of(question: Question, *, ticked: bool) -> forms.Field:
    words: dict[str, Any] = {"label": question.label, "help_text": question.help_text, "required": False}
    if question.kind == QuestionKind.YES_NO and ticked:
        title, line = CARDS[question.name]
        return TickField(label=title, help_text=line)
    make, options = _FIELDS[question.kind]
    return make(**options, **words)


_FIELDS: Mapping[QuestionKind, tuple[type[forms.Field], Mapping[str, Any]]] = {
    QuestionKind.TEXT: (OneLineField, {"max_length": LONGEST_TEXT}),
    QuestionKind.POSTS: (OneLineField, {"max_length": LONGEST_POSTS}),
    QuestionKind.EMAIL: (forms.EmailField, {"max_length": 254, "error_messages": {"invalid": BAD_EMAIL}}),
    QuestionKind.PHONE: (PhoneField, {}),
    QuestionKind.POSTCODE: (PostcodeField, {}),
    QuestionKind.SECTOR: (forms.ChoiceField, {"choices": [("", "À préciser"), *Sector.choices]}),
    QuestionKind.YES_NO: (YesNoField, {}),
    QuestionKind.MONTHS: (MonthsField, {}),
}


@dataclass(frozen=True)
class Card:
    """A question drawn with what hangs on its yes; `phase`: what the yes opens, 0 for none."""

    question: Question
    field: forms.BoundField
    phase: int = 0
    then: list[forms.BoundField] = field(default_factory=list)

    @property
    def is_months(self) -> bool:
        return self.question.kind == QuestionKind.MONTHS


class SurveyForm(forms.Form):
    """`answers()`: {question: value} in the shapes of `campaigns.survey`.

    `sections`: those asked; `ticked`: as on a screen; `values`: what was answered, over `known`, what the record says.
    """

    def __init__(
        self,
        *args: Any,
        sections: Iterable[SurveySection],
        values: Mapping[str, Any],
        known: Mapping[str, Any],
        ticked: bool = True,
        comment: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.sections = list(sections)
        kwargs["initial"] = {**_initial({**known, **values}, ticked=ticked), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for section in self.sections:
            for question in section.questions:
                self.fields[question.name] = _field_of(question, ticked=ticked)
                self._describe(question)
        if comment is not None:
            self.fields["comment"] = forms.CharField(
                label="Un mot à nous dire",
                required=False,
                initial=comment,
                widget=forms.Textarea(attrs={"rows": 3}),
                validators=[at_most(LONGEST_COMMENT), refuse_nir],
                help_text="Rien sur la santé d’une personne.",
            )

    def _describe(self, question: Question) -> None:
        attrs = self.fields[question.name].widget.attrs
        if question.name in _AUTOCOMPLETE:
            attrs["autocomplete"] = _AUTOCOMPLETE[question.name]
        if question.kind == QuestionKind.POSTS:
            attrs["placeholder"] = "Par exemple\u00a0: maçon, vendeuse"

    # --- what templates ask ----------------------------------------------------------------------
    def cards(self) -> list[Card]:
        return [card for section in self.sections for card in self._cards_of(section)]

    def comment_field(self) -> forms.BoundField:
        return self["comment"]

    def _cards_of(self, section: SurveySection) -> list[Card]:
        top = [question for question in section.questions if not question.asked_if]
        return [self._card(question, section) for question in top]

    def _card(self, question: Question, section: SurveySection) -> Card:
        opening = opening_of(question.name)
        then = [self[other.name] for other in section.questions if question.name in other.asked_if]
        phase = Phase(opening.phase).value if opening else 0
        return Card(question, self[question.name], phase, then)

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong with it, by its name)."""
        return [
            (self[name].id_for_label, labelled(str(self[name].label), str(sentence)))
            for name, sentences in self.errors.items()
            if name in self.fields
            for sentence in sentences
        ]

    # --- what actions take -----------------------------------------------------------------------
    def answers(self) -> dict[str, Any]:
        """Of the fields that hold: a mistake in one loses nothing of the others."""
        return {name: _answer(name, value) for name, value in self.cleaned_data.items() if name in QUESTIONS}

    def comment(self) -> str | None:
        """None when it was not asked here."""
        return self.cleaned_data.get("comment")


def _initial(values: Mapping[str, Any], *, ticked: bool) -> dict[str, Any]:
    shown = dict(values)
    for name, value in values.items():
        question = QUESTIONS.get(name)
        if question and question.kind == QuestionKind.POSTS:
            shown[name] = (value or {}).get("text", "")
        elif question and question.kind == QuestionKind.YES_NO and ticked:
            shown[name] = value == YES
    return shown


def _answer(name: str, value: Any) -> Any:
    if QUESTIONS[name].kind == QuestionKind.POSTS:
        return {"text": value, "codes": []}
    return value


class ReferenceForm(forms.Form):
    """What a paper answer bears, or the address its QR code holds."""

    reference = forms.CharField(
        label="Référence",
        max_length=300,
        help_text="En haut du questionnaire papier, par exemple «\u00a0K7PQ-42MT\u00a0».",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class PaperAnswerForm(SurveyForm):
    """The whole survey, with how it came."""

    channel = forms.ChoiceField(
        label="Reçue",
        choices=[(AnswerChannel.PAPER, AnswerChannel.PAPER.label), (AnswerChannel.PHONE, AnswerChannel.PHONE.label)],
        initial=AnswerChannel.PAPER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, comment: str, **kwargs: Any) -> None:
        super().__init__(*args, sections=SECTIONS, ticked=False, comment=comment, **kwargs)
        self.helper = FilterHelper(self)  # everything is optional on paper
        parts = [Segments("channel")]
        for section in SECTIONS:
            names = [question.name for question in section.questions]
            if section is IDENTITY:
                pairs = [SideBySide(*names[start : start + 2]) for start in range(0, len(names), 2)]
                parts.append(
                    Section("Mieux vous connaître", *pairs, purpose="Ce qui diffère de la fiche sera proposé.")
                )
            else:
                parts.append(Section(section.title, *map(self._drawn, section.questions)))
        self.helper.layout = Layout(*parts, "comment")

    def _drawn(self, question: Question) -> Any:
        if question.kind == QuestionKind.YES_NO:
            return Segments(question.name)
        return Chips(question.name) if question.kind == QuestionKind.MONTHS else question.name

    def clean(self) -> dict[str, Any]:
        """What was written under a question that was not ticked: the person who types says which."""
        cleaned = super().clean() or {}
        for question in QUESTIONS.values():
            written = cleaned.get(question.name)
            if question.asked_if and written and any(cleaned.get(name) != YES for name in question.asked_if):
                self.add_error(question.name, "Cochez «\u00a0Oui\u00a0» à la question au-dessus, ou effacez ceci.")
        return cleaned
