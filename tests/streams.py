"""The event stream as its readers get it (SSE, the HTML standard's section 9.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx


def told(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream: their names and their data."""
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield name, json.loads(line.removeprefix("data:"))
