"""Noting a need: a phase, a trade, a place, a time; a few presses of one thumb."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.form_fields import CAUTION, LONG_TEXT, DayField, PostcodeField, at_most, refuse_nir
from core.french import MONTHS, NBSP
from core.models import Occupation, OccupationTitle
from core.occupations import Trade, trade_chosen, trades_named
from core.phases import KINDS_BY_PHASE, Phase, SolutionKind
from core.places import place_in
from youth.cards import is_whole_month
from youth.enums import AbandonReason
from youth.models import Need, YoungPerson

SOON, DATES = "soon", "dates"
MONTHS_OFFERED = 5
RADII = [("5", f"5{NBSP}km"), ("10", "10"), ("20", "20"), ("30", "30"), ("50", f"50{NBSP}km"), ("", "Partout")]
USUAL_RADIUS = 20
_MONTH = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])")
PLACE = ("postcode", "city", "insee_code", "latitude", "longitude")


class NeedForm(forms.ModelForm):
    """`young_person`: whose need it is; `recent`: trades offered before anything is typed; `today`: months begin there.

    A new need begins with her phase, and with the place and mobility of `last`, her last need, else her own place.
    """

    phase = forms.TypedChoiceField(
        label="Pour quelle phase\u202f?", choices=Phase.choices, coerce=int, widget=forms.RadioSelect
    )
    trade = forms.CharField(label="Quel métier\u202f?", required=False, max_length=150)
    occupation = forms.CharField(label="Métier du ROME", required=False, max_length=20)
    kind = forms.ChoiceField(
        label="Quelle solution\u202f?",
        choices=[("", "Peu importe"), *SolutionKind.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    postcode = PostcodeField()
    city = forms.CharField(label="Commune", required=False, max_length=100)
    radius_km = forms.ChoiceField(label="Jusqu’où\u202f?", choices=RADII, widget=forms.RadioSelect, required=False)
    without_car = forms.BooleanField(label="Sans voiture", required=False)
    when = forms.ChoiceField(label="Quand\u202f?", widget=forms.RadioSelect, required=False)
    starts_on = DayField(label="À partir du", required=False)
    ends_on = DayField(label="Jusqu’au", required=False)
    comment = forms.CharField(
        label="Commentaire",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Les conseillers relations entreprises le lisent. {CAUTION}",
    )

    class Meta:
        model = Need
        fields = [
            "phase",
            "trade",
            "occupation",
            "kind",
            "postcode",
            "city",
            "radius_km",
            "without_car",
            "when",
            "starts_on",
            "ends_on",
            "comment",
        ]

    def __init__(
        self,
        *args: Any,
        young_person: YoungPerson,
        today: dt.date,
        last: Need | None = None,
        recent: Sequence[Occupation] = (),
        **kwargs: Any,
    ) -> None:
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, **kwargs)
        self.young_person, self.today = young_person, today
        self.recent = [Trade(row) for row in recent]
        self.source: Any = self.instance if self.instance.pk else (last or young_person)
        self.initial = {**self._begin(last), **initial}
        self.fields["when"].choices = self._when_choices()
        self.fields["radius_km"].choices = self._radius_choices()
        self.fields["comment"].validators += [refuse_nir, at_most(LONG_TEXT)]
        for name in ("trade", "city"):
            self.fields[name].validators.append(refuse_nir)
        self.fields["city"].widget.attrs.update({"list": "municipalities", "autocomplete": "off"})

    # --- how it begins ---------------------------------------------------------------------------
    def _begin(self, last: Need | None) -> dict[str, Any]:
        if self.instance.pk:
            return self._of_instance()
        return {
            "phase": self.young_person.phase,
            "kind": "",
            "postcode": self.source.postcode,
            "city": self.source.city,
            "radius_km": _text(last.radius_km if last else USUAL_RADIUS),
            "without_car": bool(last and last.without_car),
            "when": SOON,
        }

    def _of_instance(self) -> dict[str, Any]:
        need = self.instance
        values = {name: getattr(need, name) for name in ("phase", "kind", "postcode", "city", "without_car", "comment")}
        values |= {"starts_on": need.starts_on, "ends_on": need.ends_on, "radius_km": _text(need.radius_km)}
        values["when"] = self._when_of(need)
        values["trade"], values["occupation"] = need.trade, need.occupation_id or ""
        title = OccupationTitle.objects.filter(occupation=need.occupation_id, title=need.trade).first()
        if title and need.trade:
            values["trade"], values["occupation"] = "", f"{need.occupation_id}.{title.pk}"
        return values

    def _when_of(self, need: Need) -> str:
        if need.starts_on is None and need.ends_on is None:
            return SOON
        if need.starts_on and need.ends_on and is_whole_month(need.starts_on, need.ends_on):
            return f"{need.starts_on:%Y-%m}"
        return DATES

    def _when_choices(self) -> list[tuple[str, str]]:
        months = []
        for step in range(MONTHS_OFFERED):
            year, month = divmod(self.today.year * 12 + self.today.month - 1 + step, 12)
            months.append((f"{year}-{month + 1:02d}", MONTHS[month].capitalize()))
        kept = self.initial.get("when", SOON)
        if _MONTH.fullmatch(str(kept)) and kept not in dict(months):
            months.append((kept, f"{MONTHS[int(kept[5:]) - 1].capitalize()} {kept[:4]}"))
        return [(SOON, "Dès que possible"), *months, (DATES, "Des dates")]

    def _radius_choices(self) -> list[tuple[str, str]]:
        """The usual distances, and at its rank the one that was kept when it is another; anywhere comes last."""
        kept = _text(self.initial.get("radius_km"))
        if kept in dict(RADII) or not (kept.isascii() and kept.isdigit()):
            return [*RADII]
        return sorted([*RADII, (kept, kept)], key=lambda choice: float(choice[0] or "inf"))

    # --- what the page shows ----------------------------------------------------------------------
    @property
    def words(self) -> str:
        """What was typed of the trade."""
        return str(self["trade"].value() or "")

    @property
    def chosen_trade(self) -> Trade | None:
        if not hasattr(self, "_chosen"):
            self._chosen = trade_chosen(str(self["occupation"].value() or ""))
        return self._chosen

    def found_trades(self) -> list[Trade]:
        return [trade for trade in trades_named(self.words) if trade != self.chosen_trade]

    def other_recent(self) -> list[Trade]:
        return [trade for trade in self.recent if trade != self.chosen_trade]

    def kind_groups(self) -> list[tuple[Phase, list[Any]]]:
        """The solutions of each phase, of which the page shows those of the phase chosen."""
        options = {str(option.data["value"]): option for option in self["kind"]}
        return [(phase, [options[str(kind)] for kind in kinds]) for phase, kinds in KINDS_BY_PHASE.items()]

    def no_kind(self) -> Any:
        return next(iter(self["kind"]))

    @property
    def place_is_open(self) -> bool:
        """The place is asked when it is not known, or was mistyped."""
        known = self["city"].value() or self["postcode"].value()
        return not known or bool(self["city"].errors or self["postcode"].errors)

    # --- what was typed ---------------------------------------------------------------------------
    def clean_occupation(self) -> Trade | None:
        value = self.cleaned_data["occupation"]
        if not value:
            return None
        trade = trade_chosen(value)
        if trade is None:
            raise ValidationError("Ce métier n’existe pas\u00a0: choisissez-le dans la liste.")
        return trade

    def clean_radius_km(self) -> int | None:
        return int(self.cleaned_data["radius_km"]) if self.cleaned_data["radius_km"] else None

    def clean(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        kind, phase = cleaned.get("kind"), cleaned.get("phase")
        if kind and phase and kind not in KINDS_BY_PHASE[Phase(phase)]:
            said = f"«\u00a0{SolutionKind(kind).label}\u00a0» n’est pas une solution de la phase {Phase(phase).label}."
            self.add_error("kind", said)
        self._clean_dates(cleaned)
        return cleaned

    def _clean_dates(self, cleaned: dict[str, Any]) -> None:
        when = cleaned.get("when") or SOON
        if when == SOON:
            cleaned["starts_on"] = cleaned["ends_on"] = None
        elif when != DATES:
            first = dt.date(int(when[:4]), int(when[5:]), 1)
            cleaned["starts_on"], cleaned["ends_on"] = first, first.replace(day=monthrange(first.year, first.month)[1])
        elif not self.errors.keys() & {"starts_on", "ends_on"}:
            starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
            if starts is None and ends is None:
                self.add_error("starts_on", "Donnez au moins une des deux dates.")
            elif starts and ends and ends < starts:
                self.add_error("ends_on", "Les dates sont inversées\u00a0: la fin vient après le début.")

    def _post_clean(self) -> None:
        """The action writes the row, not the form."""

    def values(self) -> dict[str, Any]:
        """Fields of the need, for the actions."""
        data = self.cleaned_data
        values = {name: data[name] for name in ("phase", "kind", "without_car", "starts_on", "ends_on", "comment")}
        values["radius_km"] = data["radius_km"]
        values |= self._trade_values(data["occupation"], data["trade"].strip())
        values |= {name: getattr(self.source, name) for name in PLACE}
        before = {name: values[name] for name in ("postcode", "city")}
        values |= {"postcode": data["postcode"], "city": data["city"].strip()}
        place_in(values, initial=before)
        return values

    def _trade_values(self, chosen: Trade | None, typed: str) -> dict[str, Any]:
        """Under the name that was chosen; what was typed is kept when no trade was chosen."""
        if chosen is None:
            return {"occupation": None, "trade": typed}
        need = self.instance
        untouched = need.pk and (need.occupation_id, need.trade) == (chosen.occupation.code, typed)
        return {"occupation": chosen.occupation, "trade": typed if untouched else chosen.title}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


class AbandonForm(forms.Form):
    reason = forms.ChoiceField(label="Pourquoi\u202f?", choices=AbandonReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Précision", required=False, max_length=300, validators=[refuse_nir], help_text=CAUTION
    )
