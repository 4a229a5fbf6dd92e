"""French on the screen: filters over `core.french`, and `{% ago %}` with its exact date."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import french

register = template.Library()

for simple in (
    french.french_date,
    french.short_date,
    french.french_time,
    french.french_moment,
    french.duration,
    french.span_of_days,
    french.since,
    french.phone,
    french.siret,
    french.initials,
    french.percent,
    french.number,
):
    register.filter(simple.__name__, simple)
register.filter("ago", french.ago)


def _forms(words: str) -> tuple[str, str]:
    singular, _, several = words.partition(",")
    return singular, several


@register.filter
def plural(count: float, words: str) -> str:
    """`{{ n|plural:"cheval,chevaux" }}`: the word alone; without a comma, an s is added to each word."""
    return french.plural(count, *_forms(words))


@register.filter
def counted(count: float, words: str) -> str:
    """`{{ n|counted:"entreprise" }}` → "184 entreprises"."""
    return french.counted(count, *_forms(words))


@register.simple_tag(name="ago")
def ago_tag(value: dt.date | None, *, never: str = "jamais") -> SafeString:
    """`{% ago company.last_interaction_at %}`: how long ago, the exact date on hover; `never` when there is none."""
    if not value:
        return format_html('<span class="muted">{}</span>', never)
    moment = timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    exact = french.french_date(value, year=True)
    if isinstance(value, dt.datetime):
        exact = f"{exact} à {french.french_time(value)}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="minutes") if isinstance(moment, dt.datetime) else moment.isoformat(),
        exact,
        french.ago(value),
    )
