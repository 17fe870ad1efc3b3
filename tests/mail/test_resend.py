"""A stored message as the conversation that brings it in once more."""

from __future__ import annotations

from datetime import UTC, datetime

from pillarbox.mail import again, resend
from pillarbox.mail.again import Place
from pillarbox.mail.conversation import Step
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.session import Auth, Facts, Tls

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAIN = Envelope(Sender("a@x.test"), (Recipient("b@x.test"),))
HERE = Place(host="127.0.0.1", port=1025, raw="http://h.test/api/v1/messages/7/raw", always_fetched=True)


def test_parameters_are_written_as_they_cross() -> None:
    sender = Sender("a@x.test", {"SIZE": "9", "BODY": "8BITMIME", "ENVID": "a+b=c d", "AUTH": "<>", "SMTPUTF8": True})
    recipient = Recipient("é@x.test", {"NOTIFY": "FAILURE,DELAY", "ORCPT": "rfc822;b+c@x.test"})
    told = resend.conversation(7, Envelope(sender, (recipient,)), b"x\r\n", None)
    assert [step.line for step in told.steps if step.kind == "say"] == [
        b"EHLO localhost",
        b"MAIL FROM:<a@x.test> BODY=8BITMIME ENVID=a+2Bb+3Dc+20d AUTH=<> SMTPUTF8",
        "RCPT TO:<é@x.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b+2Bc@x.test".encode(),
        b"QUIT",
    ]


def test_the_session_says_how_it_goes() -> None:
    tls, auth = Tls("TLSv1.3", "x", None), Auth("LOGIN", "ada")
    facts = Facts(
        listener="smtp 127.0.0.1:1", peer="", started_at=NOON, greeting="EHLO", helo="app.test", tls=tls, auth=auth
    )
    told = resend.conversation(7, PLAIN, b"x\r\n", facts)
    assert [step.kind for step in told.steps] == ["say", "starttls", "say", "login", "say", "say", "content", "say"]
    assert told.steps[0] == Step("say", b"EHLO app.test")
    implicit = resend.conversation(7, PLAIN, b"x", Facts(listener="smtps x", peer="", started_at=NOON, tls=tls))
    assert implicit.implicit_tls
    assert [step.kind for step in implicit.steps] == ["say", "say", "say", "chunk", "say"]
    lmtp = resend.conversation(7, PLAIN, b"", Facts(listener="lmtp unix:/x", peer="", started_at=NOON))
    assert lmtp.steps[0].line == b"LHLO localhost"


def test_content_is_fetched_with_the_password_of_the_pages_where_there_is_one() -> None:
    told = resend.conversation(7, PLAIN, b"x\r\n", None)
    for made in again.made(told, HERE):
        assert HERE.raw in made.code
        assert made.notes == ()
    locked = Place(host="h", port=1, raw=HERE.raw, user="it's", always_fetched=True)
    for made in again.made(told, locked):
        assert "PASSWORD" in made.code
        assert "password of these pages" in made.notes[0]
    assert "--user 'it'\"'\"'s:PASSWORD'" in again.curl(told, locked).code
    compile(again.python(told, locked).code, "made", "exec")


def test_what_data_cannot_carry_is_said() -> None:
    told = resend.conversation(7, PLAIN, b"no line end", None)
    assert any("one is added" in note for note in again.curl(told, HERE).notes)
    assert again.python(told, HERE).notes == ()
    binary = Envelope(Sender("a@x.test", {"BODY": "BINARYMIME"}), ())
    assert resend.conversation(7, binary, b"x\r\n", None).steps[-2].kind == "chunk"
