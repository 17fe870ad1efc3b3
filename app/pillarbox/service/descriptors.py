"""How many connections this process can hold: a descriptor each, and some for everything else."""

from __future__ import annotations

import resource

_RESERVED = 100
"""Descriptors kept for the database, the pages and the logs."""

_CEILING = 5000


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one; the limit that then stands."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def limit() -> int:
    """The limit of open files that stands."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def connection_limit(chosen: int | None, descriptors: int) -> int:
    """The SMTP connections to allow; `chosen` stands as it is, 0 is no limit."""
    if chosen is not None:
        return chosen
    return _CEILING if descriptors == resource.RLIM_INFINITY else max(1, min(_CEILING, descriptors - _RESERVED))
