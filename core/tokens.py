"""Keys of public links: they name their structure, so that its wall is up before anything is looked for.

A key is « <structure>-<random> ». Only its digest is kept, or the seed that draws it again with the site's secret: who
reads the table has no link. One key, one purpose, one row; expiry and revoking are the row's.
"""

import hashlib
import re
import secrets

from django.utils.crypto import salted_hmac

RANDOM_BYTES = 24  # 192 bits
_INSIDE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]")
_AT_THE_ENDS = re.compile(r"^[\W_]+|[\W_]+$")


def digest_of(key: str) -> str:
    """SHA-256, hexadecimal: what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def random_key(structure_id: int) -> str:
    """Told once, kept nowhere."""
    return f"{structure_id}-{secrets.token_urlsafe(RANDOM_BYTES)}"


def new_seed() -> str:
    return secrets.token_hex(16)


def key_from_seed(structure_id: int, seed: str, *, purpose: str) -> str:
    """The same key each time, for links that several messages carry: 192 bits, hexadecimal.

    Another purpose with the same seed gives another key: a link that unsubscribes does not open the survey.
    """
    drawn = salted_hmac(f"core.tokens.{purpose}", seed, algorithm="sha256").hexdigest()
    return f"{structure_id}-{drawn[: RANDOM_BYTES * 2]}"


def structure_of_key(key: str) -> int | None:
    """The structure a key says it is of: nothing is read there before its digest is found."""
    start, dash, rest = key.partition("-")
    plausible = dash and rest and start.isascii() and start.isdigit() and len(start) < 10
    return int(start) if plausible else None


def key_within(text: str) -> str:
    """The key of a link copied from a sentence: without its spaces, nor the marks glued before and after.

    For keys drawn from a seed, which begin and end with a digit or a letter.
    """
    return _AT_THE_ENDS.sub("", _INSIDE.sub("", text))
