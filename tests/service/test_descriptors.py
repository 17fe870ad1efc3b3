from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from pillarbox.service.descriptors import connection_limit


@pytest.mark.parametrize(
    ("chosen", "descriptors", "limit"),
    [
        (None, 1024, 924),
        (None, 20_000, 5000),
        (None, resource.RLIM_INFINITY, 5000),
        (None, 64, 1),
        (7, 64, 7),
        (0, 1024, 0),
    ],
)
def test_connections_leave_some_descriptors_to_the_rest(chosen: int | None, descriptors: int, limit: int) -> None:
    assert connection_limit(chosen, descriptors) == limit


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    program = (
        "import resource\n"
        "from pillarbox.service.descriptors import raise_limit\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))\n"
        "assert raise_limit() == hard\n"
        "assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
