"""Stock aiosmtpd as its documentation shows it, with a handler that keeps nothing: what bench_smtp measures against.

`python -m tests.bench.stock PORT` listens on 127.0.0.1, prints a line when it does, and runs until standard input ends.
"""

from __future__ import annotations

import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Nothing:
    """Takes every message and keeps none."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


def main() -> int:
    controller = Controller(Nothing(), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
