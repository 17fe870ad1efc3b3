from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pillarbox.settings.table import own_name
from tests.cli.sendmail.conftest import Sendmail
from tests.running import environment
from tests.wire.catching import Catcher


def test_recipients_of_the_headers_get_it_and_bcc_is_seen_by_nobody(call: Sendmail) -> None:
    letter = b"To: Bob <bob@x.test>\nBcc: dora@x.test\nCc: root\nSubject: x\n\nhi\n.\nthere\n"
    done = call("-t", "-i", "-f", "shop@x.test", "late@x.test, L <last@x.test>", data=letter)
    assert (done.code, done.said, done.errors) == (0, "", "")
    assert done.sender == "shop@x.test"
    assert done.recipients == ("bob@x.test", "dora@x.test", f"root@{own_name()}", "late@x.test", "last@x.test")
    assert b"dora" not in done.raw
    assert done.body == b"hi\r\n.\r\nthere\r\n"


def test_without_t_the_headers_name_nobody(call: Sendmail) -> None:
    done = call("bob@x.test", data=b"To: all@x.test\nBcc: dora@x.test\n\nhi\n")
    assert done.recipients == ("bob@x.test",)
    assert "Bcc: dora@x.test" in done.head


def test_a_recipient_named_twice_gets_one_copy(call: Sendmail) -> None:
    done = call("-t", "B@x.test", data=b"To: b@x.test, c@x.test\nCc: C@X.test\n\nhi\n")
    assert done.recipients == ("b@x.test", "c@x.test")


def test_whoever_runs_it_is_the_sender_when_nobody_is_named(call: Sendmail) -> None:
    done = call("bob@x.test", NAME="Ada Lovelace")
    assert done.sender is not None
    assert done.sender.endswith(f"@{own_name()}")
    assert f"From: Ada Lovelace <{done.sender}>" in done.head


@pytest.mark.parametrize("sender", ["", "<>"])
def test_the_null_sender_is_one(call: Sendmail, sender: str) -> None:
    done = call("-f", sender, "bob@x.test")
    assert (done.code, done.sender) == (0, "")
    assert f"From: MAILER-DAEMON@{own_name()}" in done.head


def test_a_sender_may_have_a_name_and_its_name_in_from_is_f(call: Sendmail) -> None:
    done = call("-f", "Shop <shop@x.test>", "-F", "The Shop", "bob@x.test", NAME="nobody")
    assert done.sender == "shop@x.test"
    assert "From: The Shop <shop@x.test>" in done.head


def test_conditions_of_notification_cross(call: Sendmail, box: Catcher) -> None:
    done = call("-N", "success,failure", "-V", "order+1 = x", "-R", "full", "bob@x.test")
    assert done.code == 0
    envelope = box.box.message(box.messages()[-1].id).envelope
    assert envelope.mail_from.params["ENVID"] == "order+1 = x"
    assert envelope.mail_from.params["RET"] == "FULL"
    assert envelope.rcpt_to[0].params == {"NOTIFY": "SUCCESS,FAILURE"}


def test_headers_and_content_in_utf8_are_said_to_be(call: Sendmail, box: Catcher) -> None:
    done = call("bob@x.test", data="Subject: Тема\n\nПривет\n".encode())
    assert done.raw.startswith("Subject: Тема\r\n".encode())
    params = box.box.message(box.messages()[-1].id).envelope.mail_from.params
    assert (params["SMTPUTF8"], params["BODY"]) == (True, "8BITMIME")


@pytest.mark.parametrize("option", ["-q15m", "-q", "-bi"])
def test_a_recipient_gets_mail_whatever_else_is_asked_for(call: Sendmail, option: str) -> None:
    assert call(option, "bob@x.test").recipients == ("bob@x.test",)


def test_v_prints_the_reply(call: Sendmail) -> None:
    assert re.fullmatch(r"250 2\.0\.0 Ok: queued as [0-9]+\n", call("-v", "bob@x.test").said)


@pytest.mark.parametrize(
    ("arguments", "said"), [(("-bp",), "Mail queue is empty\n"), (("-bi",), ""), (("-q",), ""), (("-q30m",), "")]
)
def test_what_a_catcher_has_not_is_done_at_once(call: Sendmail, arguments: tuple[str, ...], said: str) -> None:
    done = call(*arguments)
    assert (done.code, done.said, done.errors, done.raw) == (0, said, "", b"")


@pytest.mark.parametrize(
    ("arguments", "data", "code", "said"),
    [
        (("-z",), b"", os.EX_USAGE, "There is no option -z"),
        ((), b"Subject: x\n\n", os.EX_USAGE, "name a recipient, or use -t to take those of the headers"),
        (("-t",), b"Subject: x\n\n", os.EX_DATAERR, "The message names no recipient in To, Cc or Bcc"),
        (("-t",), b"To: to whom it may concern\n\n", os.EX_DATAERR, "The message names no recipient"),
        (("two words",), b"", os.EX_USAGE, "'two words' is no list of addresses"),
        (("a@x\x1b>",), b"", os.EX_USAGE, "cannot be sent"),
        (("-f", "a@x b@x, c@x", "d@x"), b"", os.EX_USAGE, "-f says 'a@x b@x, c@x', which is no address"),
        (("--smtp", "here", "a@x"), b"", os.EX_USAGE, "--smtp says 'here', which cannot be used"),
    ],
)
def test_wrong_use_is_one_sentence_and_the_code_for_it(
    call: Sendmail, arguments: tuple[str, ...], data: bytes, code: int, said: str
) -> None:
    done = call(*arguments, data=data)
    assert (done.code, done.said, done.raw) == (code, "", b"")
    assert done.errors.startswith("pillarbox sendmail: ")
    assert said in done.errors
    assert done.errors.count("\n") == 1
    assert "\x1b" not in done.errors


def test_a_wrong_variable_is_wrong_configuration(call: Sendmail) -> None:
    done = call("a@x.test", PILLARBOX_SMTP="", SMTP_HOST="a b")
    assert done.code == os.EX_CONFIG
    assert "SMTP_HOST with SMTP_PORT says 'a b:1025', which cannot be used" in done.errors


def test_the_server_is_found_by_variables(call: Sendmail, box: Catcher) -> None:
    port = str(box.port)
    there = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port}
    assert call("a@x.test", PILLARBOX_SMTP="", **there).code == 0
    # What `pillarbox run` says counts before what the app was told for another place.
    own = {"PILLARBOX_SMTP_HOST": "127.0.0.1", "PILLARBOX_SMTP_PORT": port}
    assert call("a@x.test", PILLARBOX_SMTP="", SMTP_HOST="mail.invalid", SMTP_PORT="25", **own).code == 0
    assert call("a@x.test", PILLARBOX_SMTP=f"0.0.0.0:{port},:1", SMTP_HOST="mail.invalid").code == 0
    assert call("--smtp", f":{port}", "a@x.test", PILLARBOX_SMTP=":1").code == 0


def test_a_server_that_is_not_there_means_later(call: Sendmail) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        done = call("--smtp", f":{port}", "a@x.test")
    assert done.code == os.EX_TEMPFAIL
    assert done.errors == (
        f"pillarbox sendmail: Nothing takes mail at 127.0.0.1:{port} (Connection refused); start pillarbox, or name "
        "another with --smtp.\n"
    )


@contextmanager
def speaking(*replies: bytes) -> Iterator[str]:
    """The address of a server that greets with the first reply, answers each line with the next one and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client, client.makefile("rb") as lines:
                for reply in replies:
                    client.sendall(reply + b"\r\n")
                    lines.readline()
                client.shutdown(socket.SHUT_WR)
                lines.read()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("replies", "code", "said"),
    [
        ([b"421 too many"], os.EX_TEMPFAIL, "(421 too many)"),
        ([b"554 go away"], os.EX_UNAVAILABLE, "(554 go away)"),
        ([b"220 x"], os.EX_TEMPFAIL, "Nothing takes mail at"),
        ([b"220 x", b"250 x", b"530 TLS first"], os.EX_NOPERM, "refuses the message: 530 TLS first"),
        ([b"220 x", b"250 x", b"451 not now"], os.EX_TEMPFAIL, "refuses the message: 451 not now"),
        ([b"220 x", b"250 x", b"250 x", b"550 \x1b[2Jno\x07"], os.EX_NOUSER, "a@x.test is refused: 550 ␛[2Jno␇"),
        ([b"220 x", b"250 x", b"250 x", b"452 full"], os.EX_TEMPFAIL, "a@x.test is refused: 452 full"),
        ([b"220 x", b"250 x", b"250 x", b"250 x", b"554 no"], os.EX_UNAVAILABLE, "refuses the message: 554 no"),
        ([b"220 x", b"250 x", b"250 x", b"250 x"], os.EX_TEMPFAIL, "Connection unexpectedly closed"),
    ],
)
def test_what_the_server_says_becomes_an_exit_code(call: Sendmail, replies: list[bytes], code: int, said: str) -> None:
    with speaking(*replies) as address:
        done = call("--smtp", address, "a@x.test")
    assert done.code == code
    assert said in done.errors
    assert done.errors.isprintable() or done.errors.replace("\n", "").isprintable()


def test_one_recipient_that_is_refused_keeps_nobody_from_theirs(call: Sendmail) -> None:
    with speaking(b"220 x", b"250 x", b"250 x", b"550 no such user", b"250 x", b"354 go on", b"250 kept") as address:
        done = call("--smtp", address, "-v", "no@x.test", "yes@x.test")
    assert (done.code, done.said) == (os.EX_NOUSER, "250 kept\n")
    assert done.errors == "pillarbox sendmail: no@x.test is refused: 550 no such user\n"


def test_a_link_of_that_name_is_sendmail(box: Catcher, tmp_path: Path) -> None:
    for name in ("sendmail", "mailq"):
        (tmp_path / name).symlink_to(Path(sys.executable).with_name("pillarbox"))
    variables = environment(SMTP_HOST="127.0.0.1", SMTP_PORT=str(box.port))
    before = len(box.messages())
    subprocess.run(
        [tmp_path / "sendmail", "-t", "-oi"], input=b"To: link@x.test\n\nhi\n", env=variables, check=True, timeout=60
    )
    assert [one.rcpt_to for one in box.messages()[before:]] == [("link@x.test",)]
    assert subprocess.check_output([tmp_path / "mailq"], timeout=60) == b"Mail queue is empty\n"


def test_bs_is_a_conversation_with_the_catcher(box: Catcher) -> None:
    words = [sys.executable, "-m", "pillarbox", "sendmail", "-bs", "--smtp", f":{box.port}"]
    said = b"HELO pine\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<bs@x.test>\r\nDATA\r\nSubject: x\r\n\r\nhi\r\n.\r\nQUIT\r\n"
    before = len(box.messages())
    done = subprocess.run(words, input=said, capture_output=True, env=environment(), check=True, timeout=60)
    assert [line[:3] for line in done.stdout.split(b"\r\n")] == [b"220", *[b"250"] * 3, b"354", b"250", b"221", b""]
    assert [box.raw(one.id) for one in box.messages()[before:]] == [b"Subject: x\r\n\r\nhi\r\n"]


def test_bs_is_told_when_nobody_is_there(call: Sendmail) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        done = call("-bs", "--smtp", f":{free.getsockname()[1]}")
    assert done.code == os.EX_TEMPFAIL
    assert "Nothing takes mail at" in done.errors


def test_the_help_is_found_in_either_way(call: Sendmail) -> None:
    assert call("--help").said.startswith("usage: pillarbox sendmail [OPTIONS] [RECIPIENT ...] < MESSAGE")
