"""The Envelope tab: what was asked for, who is in no header, and where From and MAIL FROM differ."""

from __future__ import annotations

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World

ASKED = Envelope(
    Sender("bounce@example.org", {"RET": "HDRS", "ENVID": "ord-77", "SMTPUTF8": True}),
    (
        Recipient("ada@example.org", {"NOTIFY": "FAILURE,DELAY"}),
        Recipient("audit@example.org"),
    ),
)


def panel(world: World, reader: Reader, raw: bytes, envelope: Envelope) -> str:
    message = world.run(world.box.take(raw, envelope))
    return words(reader.get(f"/messages/{message.id}?tab=envelope").css_first(".panel"))


def test_requests_are_said_in_words_beside_how_they_were_written(world: World, reader: Reader) -> None:
    shown = panel(world, reader, plain(), ASKED)
    assert "Return the headers only; envelope id ord-77" in shown
    assert "Tell me on failure and delay." in shown
    for written in ("RET=HDRS", "ENVID=ord-77", "SMTPUTF8", "NOTIFY=FAILURE,DELAY"):
        assert written in shown


def test_who_is_in_no_header_and_where_the_senders_differ_is_said(world: World, reader: Reader) -> None:
    shown = panel(world, reader, plain(), ASKED)
    assert "audit@example.org is in no header: Bcc." in shown
    assert "The header From says shop@example.org, MAIL FROM says bounce@example.org" in shown


def test_a_bounce_is_said_to_come_from_nobody(world: World, reader: Reader) -> None:
    shown = panel(world, reader, plain(), Envelope(Sender(""), (Recipient("ada@example.org"),)))
    assert "the envelope nobody: bounces and reports are sent like this" in shown


def test_who_is_named_but_not_sent_to_is_said(world: World, reader: Reader) -> None:
    shown = panel(world, reader, plain(), Envelope(Sender("shop@example.org"), (Recipient("bob@example.org"),)))
    assert "ada@example.org stands in To or Cc, and this copy was not sent there." in shown


def test_an_envelope_that_agrees_with_the_headers_needs_no_remark(world: World, reader: Reader) -> None:
    message = world.run(world.box.take(plain(), Envelope(Sender("shop@example.org"), (Recipient("ADA@example.org"),))))
    assert reader.get(f"/messages/{message.id}?tab=envelope").css(".remarks") == []
