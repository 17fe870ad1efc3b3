"""Pages of two versions behind one balancer: each finds its style and scripts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.balancer import balancer
from tests.running import Running

StartNode = Callable[..., Running]

# The next version is this one with another hash of its files.
PROGRAM = """
import dataclasses, sys
from pillarbox.web import static_files
read = static_files.read
static_files.read = lambda folder: dataclasses.replace(read(folder), version="f" * 16)
from pillarbox.cli.main import main
sys.argv[0] = "pillarbox"
sys.exit(main())
"""


def test_a_page_finds_its_files_at_whichever_node_has_them(start_node: StartNode, tmp_path: Path) -> None:
    nodes = [start_node(), start_node(command=(sys.executable, "-c", PROGRAM, "serve"))]
    pages = [httpx.get(f"{node.url}/").raise_for_status().text for node in nodes]
    (old, *_), (new, *_) = (re.findall(r"/static/[0-9a-f]{16}/app\.css", page) for page in pages)
    assert old != new
    with (
        balancer(tmp_path, [(node.smtp_port, int(node.ready["http"][0]["port"])) for node in nodes]) as before,
        httpx.Client(base_url=f"http://127.0.0.1:{before.http_port}", timeout=60) as client,
    ):
        answers = [client.get(path).status_code for _ in range(10) for path in (old, new)]
        assert answers == [200] * 20
        assert client.get("/static/0000000000000000/app.css").status_code == 404
