"""How the words of a letter are drawn: `{% load letters %}`."""

from django import template
from django.utils.safestring import SafeString

from campaigns.letters import linked as linked_line

register = template.Library()


@register.filter
def linked(line: str) -> SafeString:
    """A line of a letter, its personal address a link."""
    return linked_line(line)
