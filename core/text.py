"""Text reduced to what a search or a comparison should see."""

import re
import unicodedata

# Letters that NFKD leaves whole and that PostgreSQL's unaccent dictionary writes with two letters (or one).
_LETTERS = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    | dict.fromkeys("’‘ʼ´`", "'")
    | dict.fromkeys("‐‑–—", "-")
)
_SPACES = re.compile(r"\s+")


def unaccented(text: str) -> str:
    """`text` without its diacritics, case and spacing kept; ligatures are written out (Œuvre → oeuvre)."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def search_key(text: str) -> str:
    """Lower case, no accent, single spaces, no space at either end: the key two spellings of one name share.

    The counterpart in Python of the SQL function of the same name; "" for an empty text.
    """
    if text.isascii():
        return _SPACES.sub(" ", text).strip().lower()
    return _SPACES.sub(" ", unaccented(text)).strip().lower()
