"""The OpenAPI document makes a client that compiles, in the strictest mode there is, and that works."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests import node
from tests.clients.conftest import run
from tests.running import Running

# What is compiled is compiled once for all of them.
pytestmark = pytest.mark.xdist_group("typescript")

SOURCE = Path(__file__).parent / "typescript"


@pytest.fixture(scope="module")
def compiled(catcher: Running) -> Path:
    """The folder in which the programs were compiled against the types of this catcher's document."""
    folder = node.packages(SOURCE)
    document = httpx.get(f"{catcher.url}/openapi.json").raise_for_status()
    (folder / "openapi.json").write_bytes(document.content)
    tools = folder / "node_modules" / ".bin"
    run(tools / "openapi-typescript", "openapi.json", "--output", "pillarbox.ts", folder=folder)
    run(tools / "tsc", folder=folder)
    return folder


def test_a_typed_client_expects_mail_and_reads_what_became_of_it(catcher: Running, compiled: Path) -> None:
    smtp = (catcher.smtp_host, str(catcher.smtp_port))
    said = json.loads(run("node", "expect.js", catcher.url, *smtp, folder=compiled).splitlines()[-1])
    assert said == {
        "met": ["subject: 1"] * 5 + ["everything: 1"],
        "unmet": ["none since", "another: at least 1 message, not null"],
    }


def test_a_typed_client_made_from_the_document_waits_for_a_mail_that_nodemailer_sends(
    catcher: Running, compiled: Path
) -> None:
    said = json.loads(run("node", "sign_up.js", catcher.url, folder=compiled).splitlines()[-1])
    assert said == {
        "subject": "Please confirm your address",
        "recipients": [True],
        "links": ["https://shop.example.org/confirm/4711"],
        "link": "https://shop.example.org/confirm/4711",
        "later": 409,
        "why": "Conflict",
    }
