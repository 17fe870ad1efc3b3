"""What can be asked of a wait and what cannot, and one value for shells."""

from __future__ import annotations

import httpx
import pytest

from tests.web.shapes import assert_problem
from tests.web.waits import WAIT, Waits, mail


def test_one_value_of_the_first_message_is_given_as_text(box: Waits) -> None:
    first = box.take(mail("Your code", body="Your code is 482913. https://shop.example.org/confirm/4711"))
    box.take(mail("Later"))
    for name, value in (
        ("subject", "Your code"),
        ("id", str(first)),
        ("code", "482913"),
        ("link", "https://shop.example.org/confirm/4711"),
    ):
        answer = box.get(pick=name)
        assert (answer.status_code, answer.text) == (200, value)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "sandbox" in answer.headers["content-security-policy"]


def test_a_value_that_the_message_has_not_is_a_problem(box: Waits) -> None:
    kept = box.take()
    assert assert_problem(box.get(pick="html"), 404)["detail"] == f"Message {kept} has no HTML part."


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("frm=ada@example.org", "frm"),
        ("limit=5", "limit"),
        ("before=5", "before"),
        ("to=", "to"),
        ("to=ada", None),
        ("to=anna+test@example.org", "to"),
        ("to=<ada@example.org>", "to"),
        ("to=*", "to"),
        ("to=@example.org", "to"),
        ("to=ada@*", "to"),
        ("to=*a@example.org", "to"),
        ("from=ada@", "from"),
        ("to=a%00b@example.org", "to"),
        (f"to={'a' * 1000}@b", "to"),
        ("to=a@b&to=c@d", "to"),
        ("subject=", "subject"),
        ("subject=a%0d%0ab", "subject"),
        ("header=", "header"),
        ("header=X-Test", "header"),
        ("header=X Test:1", "header"),
        ("header=:1", "header"),
        ("&".join(["header=X:1"] * 21), "header"),
        ("inbox=no%20name", "inbox"),
        ("q=is:blue", "q"),
        ("q=(", "q"),
        (f"q={'a+' * 1001}", "q"),
        ("after=-1", "after"),
        ("after=latest", "after"),
        ("after=99999999999999999999", "after"),
        ("count=0", "count"),
        ("count=501", "count"),
        ("count=1.5", "count"),
        ("count=1e2", "count"),
        ("timeout=61", "timeout"),
        ("timeout=60.1", "timeout"),
        ("timeout=-1", "timeout"),
        ("timeout=nan", "timeout"),
        ("timeout=inf", "timeout"),
        ("timeout=1e1", "timeout"),
        ("timeout=1_0", "timeout"),
        ("timeout=٣", "timeout"),
        ("timeout=1&timeout=2", "timeout"),
        ("pick=everything", "pick"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(shared_client: httpx.Client, query: str, name: str | None) -> None:
    answer = shared_client.get(f"{WAIT}?{query}&timeout=0" if "timeout" not in query else f"{WAIT}?{query}")
    if name is None:
        assert_problem(answer, 409)
    else:
        found = assert_problem(answer, 400)
        assert {error["where"].split(".")[0] for error in found["errors"]} == {name}


@pytest.mark.parametrize("timeout", ["0", "0.0", "0.05", "00.001"])
def test_a_timeout_may_have_decimals(shared_client: httpx.Client, timeout: str) -> None:
    answer = shared_client.get(WAIT, params={"inbox": "nobody", "timeout": timeout})
    assert answer.status_code == 409
