"""Every page of the product in every state that looks different: the one list that checks of all pages go through.

A new page or state is a line here. Addresses name what `mailbox.fill` has put into the box, as {order}.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from pillarbox.testing import Catcher
from tests.browser.mailbox import Filled, fill

TABS = ("text", "html", "headers", "parts", "raw", "envelope", "transcript", "lint")


@dataclass(frozen=True, slots=True)
class Place:
    """`box` is what there must be: nothing at all, or what `mailbox.fill` makes. `sent` are the fields of a posted
    form. What needs a browser leaves out the places that are not `seen`: they differ from another in their words only.
    """

    name: str
    address: str
    box: Literal["empty", "full"] = "full"
    status: int = 200
    sent: tuple[tuple[str, str], ...] | None = None
    seen: bool = True


PLACES: tuple[Place, ...] = (
    Place("first visit", "/", "empty"),
    Place("no sessions", "/sessions", "empty"),
    Place("no statistics", "/stats", "empty", seen=False),
    Place("no inboxes", "/inboxes", "empty", seen=False),
    Place("nothing to delete", "/messages/delete", "empty", seen=False),
    Place("list", "/"),
    Place("older", "/?before={plain}", seen=False),
    Place("nothing older", "/?before=1", seen=False),
    Place("inbox", "/inboxes/checkout"),
    Place("empty inbox", "/inboxes/empty"),
    Place("found", "/?q=order"),
    Place("nothing found", "/?q=xyzzy"),
    Place("nothing found in inbox", "/inboxes/checkout?q=xyzzy", seen=False),
    Place("wrong search", "/?q=newer:never", status=400),
    Place("deleted", "/?deleted=1"),
    Place("message", "/messages/{order}"),
    *(Place(f"message {tab}", f"/messages/{{order}}?tab={tab}") for tab in TABS),
    Place("message with images", "/messages/{order}?remote=1", seen=False),
    Place("message in search", "/messages/{order}?q=order", seen=False),
    Place("text aloud", "/messages/{order}?tab=text&aloud=1", seen=False),
    Place("html formatted", "/messages/{order}?tab=html&formatted=1", seen=False),
    Place("raw with line ends", "/messages/{order}?tab=raw&ends=1", seen=False),
    Place("headers as sent", "/messages/{order}?tab=headers&sent=1", seen=False),
    Place("message with code", "/messages/{reset}"),
    Place("plain message", "/messages/{plain}", seen=False),
    Place("plain message html", "/messages/{plain}?tab=html", seen=False),
    Place("russian message", "/messages/{russian}?tab=headers"),
    Place("broken message", "/messages/{broken}"),
    *(
        Place(f"broken message {tab}", f"/messages/{{broken}}?tab={tab}", seen=tab == "parts")
        for tab in ("parts", "raw", "lint")
    ),
    *(
        Place(f"bare message {tab}", f"/messages/{{bare}}?tab={tab}", seen=tab == "preview")
        for tab in ("preview", *TABS)
    ),
    Place("delete all", "/messages/delete"),
    Place("delete found", "/messages/delete?q=order&inbox=checkout"),
    Place("sessions", "/sessions"),
    Place("sessions found", "/sessions?q=code:503&helo=refused.example.org", seen=False),
    Place("no session found", "/sessions?q=xyzzy", seen=False),
    Place("wrong session search", "/sessions?code=99999", status=400),
    Place("session", "/sessions/{order_session}"),
    Place("session with line ends", "/sessions/{order_session}?ends=1", seen=False),
    Place("refused session", "/sessions/{refused_session}"),
    Place("again", "/sessions/{order_session}/again"),
    Place("statistics", "/stats"),
    Place("statistics found", "/stats?q=order", seen=False),
    Place("wrong statistics", "/stats?q=newer:never", status=400, seen=False),
    Place("inboxes", "/inboxes"),
    Place("inboxes found", "/inboxes?q=check", seen=False),
    Place("no inbox found", "/inboxes?q=xyzzy", seen=False),
    Place("wrong inbox", "/inboxes", status=400, sent=(("name", "no such name!"), ("ttl", ""))),
    Place("delete inbox", "/inboxes/checkout/delete"),
    Place("compared", "/compare?a={plain}&b={order}"),
    Place("nothing to compare", "/compare?a={plain}&b=999999", status=404, seen=False),
    Place("message again", "/messages/{order}/again", seen=False),
    Place("search help", "/search/help"),
    Place("settings", "/settings"),
    Place("docs", "/docs"),
    Place("not found", "/nothing/here", status=404),
    Place("no such message", "/messages/999999", status=404, seen=False),
    Place("no such tab", "/messages/{order}?tab=none", status=404, seen=False),
    Place("wrong address", "/?before=x", status=400, seen=False),
)


@dataclass(frozen=True, slots=True)
class Boxes:
    """The two boxes that places are in."""

    empty: str
    full: str
    filled: Filled

    def address(self, place: Place) -> str:
        root = self.empty if place.box == "empty" else self.full
        return root + place.address.format_map(self.filled.numbers)


@contextmanager
def boxes() -> Iterator[Boxes]:
    with Catcher() as empty, Catcher() as full:
        yield Boxes(empty.url, full.url, fill(full.smtp_host, full.smtp_port, f"{full.url}/api/v1"))
