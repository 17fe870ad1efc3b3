"""The addresses by which a reader leaves a list (RFC 2369 sections 2 and 3.2, RFC 8058)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_COMMENT_OR_ADDRESS = re.compile(r"\((?:[^()\\<]|\\.|<[^<>]*>)*+\)|<([^<>]*)>")


def unsubscribe(values: Iterable[str]) -> Iterator[str]:
    """The addresses of List-Unsubscribe, its values decoded, in order: the one that the sender likes best comes first.

    Comments are left out and so is white space within an address, as the RFC has it. A value without angle brackets,
    against it, is taken for a list with commas.

    >>> list(unsubscribe(["(or write) <mailto:leave@x.test?subject=a,b>, <https://x.test/ leave>"]))
    ['mailto:leave@x.test?subject=a,b', 'https://x.test/leave']
    """
    for value in values:
        found = [match[1] for match in _COMMENT_OR_ADDRESS.finditer(value) if match[1] is not None]
        for item in found or (item for item in value.split(",") if ":" in item):
            address = "".join(item.split())
            if address:
                yield address
