"""What is kept of the columns a person has chosen. Pure."""

from collections.abc import Mapping, Sequence

from core.imports.labels import label_words


def remember_mapping(labels: Sequence[str], mapping: Mapping[int, str]) -> dict[str, str]:
    """What to keep of a mapping a person has confirmed: {label, reduced to its words: field key or "" for ignored}."""
    return {
        words: mapping.get(index, "") for index, label in enumerate(labels) if (words := " ".join(label_words(label)))
    }
