"""The HAProxy of docker-compose.yml on loopback, before nodes that run as processes: its very configuration, with other
addresses.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Balancer:
    """Where it listens, on 127.0.0.1."""

    smtp_port: int
    http_port: int

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/api/v1"


def configuration() -> str:
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return str(document["configs"]["balancer"]["content"])


@contextmanager
def balancer(folder: Path, nodes: Sequence[tuple[int, int]]) -> Iterator[Balancer]:
    """Before `node-1`, `node-2` and so on, whose SMTP and HTTP ports on 127.0.0.1 are given; skips without HAProxy."""
    program = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        pytest.skip("haproxy is not installed (Debian package haproxy)")
    with ExitStack() as ends:
        # Bound here, so that the ports are known and accept from the start, whenever HAProxy takes them up.
        mail, web = (ends.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        # More connections than descriptors, which it would refuse to start with, are not tried here.
        text = configuration().replace("maxconn 4000", "maxconn 400").replace("bind :1025", f"bind fd@{mail.fileno()}")
        text = text.replace("bind :8025", f"bind fd@{web.fileno()}")
        for number, (smtp, http) in enumerate(nodes, 1):
            text = re.sub(rf"(node-{number}:.* port) 8025", rf"\1 {http}", text)
            text = text.replace(f"node-{number}:1025", f"127.0.0.1:{smtp}").replace(
                f"node-{number}:8025", f"127.0.0.1:{http}"
            )
        path = folder / "haproxy.cfg"
        path.write_text(text, "utf-8")
        process = subprocess.Popen([program, "-db", "-q", "-f", str(path)], pass_fds=[mail.fileno(), web.fileno()])
        ends.callback(process.wait)
        ends.callback(process.kill)
        yield Balancer(mail.getsockname()[1], web.getsockname()[1])
