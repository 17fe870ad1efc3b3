"""Stock aiosmtpd as its documentation shows it, with a handler that keeps nothing: what bench_smtp measures against.

`python -m tests.bench.stock` listens on a free port of 127.0.0.1, prints its number, and runs until standard input ends.
"""

from __future__ import annotations

import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Nothing:
    """Takes every message and keeps none."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        return "250 OK"


class AnyPort(Controller):
    """aiosmtpd's own way to see that it has started is to connect to the port it was given, which may not be 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main() -> int:
    controller = AnyPort(Nothing(), hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    sys.stdin.read()
    controller.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
