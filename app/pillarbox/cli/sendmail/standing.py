"""`sendmail -bs`: SMTP on standard input and output, which is a connection to the catcher and nothing else."""

from __future__ import annotations

import os
import select
import sys

from pillarbox.cli.courier import dial
from pillarbox.settings import Address

_BLOCK = 65536


def stand_alone(address: Address) -> int:
    """Carry octets both ways until the server hangs up; 0. Raises OSError when it cannot be reached.

    When the input ends, the server is told so, and what it still answers is passed on.
    """
    given, answered = sys.stdin.fileno(), sys.stdout.fileno()
    with dial(address) as server:
        server.settimeout(None)
        listened = [server.fileno(), given]
        while True:
            ready, _, _ = select.select(listened, [], [])
            if given in ready:
                if block := os.read(given, _BLOCK):
                    server.sendall(block)
                else:
                    listened.remove(given)
                    server.shutdown(1)
            if server.fileno() in ready:
                block = server.recv(_BLOCK)
                if not block:
                    return os.EX_OK
                _write(answered, block)


def _write(descriptor: int, block: bytes) -> None:
    while block:
        block = block[os.write(descriptor, block) :]
