"""Programs that mail by calling sendmail, with `pillarbox sendmail` in its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import program
from tests.running import environment
from tests.wire.catching import Catcher

BODY = "Hello,\n\n.\nПривет\n"
KEPT = "Hello,\r\n\r\n.\r\nПривет\r\n".encode()


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A program named sendmail, as a machine has it in /usr/sbin."""
    link = tmp_path / "sendmail"
    link.symlink_to(Path(sys.executable).with_name("pillarbox"))
    return link


def call(catcher: Catcher, folder: Path, *words: str | Path, data: str | None = None) -> str:
    """Run a program that finds nobody's configuration and our catcher; what it printed."""
    variables = environment(HOME=str(folder), SMTP_HOST=catcher.host, SMTP_PORT=str(catcher.port))
    done = subprocess.run(
        [str(word) for word in words],
        input=data.encode() if data is not None else None,
        capture_output=True,
        env=variables,
        cwd=folder,
        timeout=60,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said
    return said


def caught(catcher: Catcher) -> tuple[str, list[str], list[str], bytes]:
    """Sender, recipients, header lines and body of the only message."""
    envelope = catcher.envelope()
    head, _, body = catcher.message().partition(b"\r\n\r\n")
    return envelope.mail_from.address, [one.address for one in envelope.rcpt_to], head.decode().split("\r\n"), body


def test_mail_of_php(catcher: Catcher, stand_in: Path, tmp_path: Path) -> None:
    php = program("php", "php-cli")
    (tmp_path / "mail.php").write_text(
        '<?php exit(mail("bob@x.test", "Заказ", file_get_contents("php://stdin"),'
        ' "From: shop@x.test\\r\\nBcc: eve@x.test", "-fbounce@x.test") ? 0 : 1);'
    )
    call(catcher, tmp_path, php, "-d", f"sendmail_path={stand_in} -t -i", "mail.php", data=BODY)
    sender, recipients, head, body = caught(catcher)
    assert (sender, recipients) == ("bounce@x.test", ["bob@x.test", "eve@x.test"])
    assert head[:3] == ["To: bob@x.test", "Subject: Заказ", "From: shop@x.test"]
    assert [line.partition(":")[0] for line in head[3:]] == ["Message-ID", "Date"]
    assert body == KEPT + b"\r\n"  # PHP ends the text with a line end of its own


def test_bsd_mailx(catcher: Catcher, stand_in: Path, tmp_path: Path) -> None:
    mailx = program("bsd-mailx", "bsd-mailx")
    (tmp_path / ".mailrc").write_text(f"set sendmail={stand_in}\n")
    call(catcher, tmp_path, mailx, "-s", "report", "-b", "eve@x.test", "bob@x.test", data="done\n")
    _, recipients, head, body = caught(catcher)
    assert recipients == ["bob@x.test", "eve@x.test"]
    assert "Subject: report" in head
    assert not any("eve@x.test" in line for line in head)
    assert body == b"done\r\n"


def test_mutt(catcher: Catcher, stand_in: Path, tmp_path: Path) -> None:
    mutt = program("mutt", "mutt")
    (tmp_path / "muttrc").write_text(
        f'set sendmail="{stand_in} -oem -oi"\nset use_envelope_from=yes\nset from="ann@x.test"\nset copy=no\n'
        'set dsn_notify="failure,delay"\nset dsn_return=hdrs\nset charset="utf-8"\n'
    )
    words = ("-n", "-F", "muttrc", "-s", "notes", "-b", "eve@x.test", "--", "bob@x.test")
    call(catcher, tmp_path, mutt, *words, data=BODY)
    sender, recipients, head, body = caught(catcher)
    assert (sender, recipients) == ("ann@x.test", ["bob@x.test", "eve@x.test"])
    assert "Subject: notes" in head
    assert body.endswith(KEPT)
    envelope = catcher.envelope()
    assert envelope.mail_from.params["RET"] == "HDRS"
    assert [one.params["NOTIFY"] for one in envelope.rcpt_to] == ["FAILURE,DELAY"] * 2


@pytest.mark.parametrize(
    ("words", "letter", "sender", "recipients"),
    [
        # cron of Debian
        (
            ["-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root@x.test"],
            "From: root (Cron Daemon)\nTo: anna@x.test\nSubject: Cron <root@vm> backup\n\n{}",
            "root@x.test",
            ["anna@x.test"],
        ),
        # git send-email
        (
            ["-i", "list@x.test", "anna@x.test"],
            "From: Anna <anna@x.test>\nTo: list@x.test\nSubject: [PATCH] x\nDate: now\nMessage-Id: <1@x>\n\n{}",
            None,
            ["list@x.test", "anna@x.test"],
        ),
        # a Python program as the documentation of the email package shows it
        (
            ["-t", "-oi"],
            "Content-Type: text/plain; charset=utf-8\nFrom: me@x.test\nTo: you@x.test\nSubject: x\n\n{}",
            None,
            ["you@x.test"],
        ),
    ],
    ids=["cron", "git", "Python"],
)
def test_calls_of_other_programs(
    catcher: Catcher,
    stand_in: Path,
    tmp_path: Path,
    words: list[str],
    letter: str,
    sender: str | None,
    recipients: list[str],
) -> None:
    call(catcher, tmp_path, stand_in, *words, data=letter.format(BODY))
    found = caught(catcher)
    assert found[0] == sender or (sender is None and found[0].endswith(os.uname().nodename))
    assert found[1] == recipients
    assert found[3] == KEPT
