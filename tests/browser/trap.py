"""A server in the place of the rest of the world: it answers everything and writes down who came."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "tracker.example"
"""A name of somebody else; the browser is told that it is this machine."""


class Trap:
    """`calls` are the connections and requests: ("connect", "") or (path, Referer)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                calls.append(("connect", ""))
                super().setup()

            def do_GET(self) -> None:
                calls.append((self.path, self.headers.get("Referer", "")))
                body = b"<script>window.canary && canary('the trap')</script>trapped"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                """Says nothing: the calls are the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.calls if path != "connect"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
