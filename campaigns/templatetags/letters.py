"""How the words of a letter are drawn: `{% load letters %}`."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from campaigns.letters import LINK_MARK, LINK_WORDS
from campaigns.letters import linked as linked_line
from campaigns.paper import phase_svg
from core.phases import Phase
from core.text import search_key

register = template.Library()

_BY_WORD = {search_key(phase.label): phase for phase in Phase}


@register.filter
def linked(line: str) -> SafeString:
    """A line of a letter, its personal address a link."""
    return linked_line(line)


@register.filter
def linked_on_paper(line: str, address: str) -> SafeString:
    """The same where the address is known, for who reads the PDF on a screen."""
    return linked_line(line, href=address, words="en ligne, par le code ci-dessous")


@register.filter
def linked_nowhere(line: str) -> SafeString:
    """The same in a preview, where nobody’s address stands yet."""
    return mark_safe(str(conditional_escape(line)).replace(LINK_MARK, f"<u>{LINK_WORDS}</u>"))


@register.simple_tag
def phase_shape(phase: int) -> SafeString:
    """The colour and shape of a phase, for paper; its word for who does not see them."""
    return phase_svg(Phase(phase), label=Phase(phase).label)


@register.simple_tag
def phase_dot(line: str) -> SafeString:
    """What stands before an item of a list: the shape of the phase it begins with, else a dash.

    The shape is drawn by the sheet, as an ornament: the word follows.
    """
    first = search_key(line.split(":", 1)[0].strip(" \u00a0"))
    phase = _BY_WORD.get(first) if ":" in line else None
    if phase is None:
        return mark_safe('<span class="dot">–</span>')
    return format_html('<span class="dot phase-{}"></span>', int(phase))
