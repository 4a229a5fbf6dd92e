"""Which of our messages a relay's log says it took: Postfix, Exim, or a plain list of Message-IDs. Pure."""

import re
from collections.abc import Iterable

_OURS = re.compile(r"(?<![\w.])(\d{1,9}\.[a-z0-9]{8}\.\d+\.[0-9a-f]{16}@[\w.-]+)")
# « postfix/cleanup[812]: 4Zq1Xk2Tz: message-id=<…> »: noted while the message still comes in, which proves nothing.
_CLEANUP = re.compile(r"cleanup\[\d+\]: (\w+): ")
# « postfix/qmgr[790]: 4Zq1Xk2Tz: from=<…>, … (queue active) »: it was whole, and the relay answers for it.
_QUEUED = re.compile(r"(?:qmgr|n?smtp|lmtp|local|virtual|pipe)\[\d+\]: (\w+): ")


def message_ids_taken(lines: Iterable[str]) -> set[str]:
    """Message-IDs, with their brackets, that the relay answered for."""
    taken: set[str] = set()
    coming: dict[str, str] = {}
    for line in lines:
        found = _OURS.search(line)
        noted, queued = _CLEANUP.search(line), _QUEUED.search(line)
        if noted and found:
            coming[noted[1]] = f"<{found[1]}>"
        elif queued and queued[1] in coming:
            taken.add(coming[queued[1]])
        elif found:
            taken.add(f"<{found[1]}>")
    return taken
