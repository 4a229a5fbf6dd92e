"""What several pages and jobs of campaigns read."""

from typing import Any

from campaigns.models import SendingSettings


def settings_of(structure: Any) -> SendingSettings:
    """How that structure sends; the defaults, unsaved, as long as nobody chose otherwise. Takes a row or a pk."""
    pk = getattr(structure, "pk", structure)
    return SendingSettings.objects.filter(structure_id=pk).first() or SendingSettings(structure_id=pk)
