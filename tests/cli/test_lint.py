from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Run
from tests.mail.lint.test_content import mail
from tests.running import environment


def test_a_good_file_has_nothing_to_say(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(mail())
    done = pillarbox("lint", "good.eml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_each_finding_is_a_line_and_an_error_is_exit_code_1(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.eml").write_bytes(mail(without="Date", body="a\nb\r\n"))
    done = pillarbox("lint", "bad.eml")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "error    bare-lf  A line feed stands without a carriage return. (RFC 5321 section 2.3.8)",
        "error    missing-date  header Date: The message has no Date header. (RFC 5322 section 3.6)",
    ]


def test_a_unix_text_file_is_judged_as_it_would_be_sent(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "unix.eml").write_bytes(mail(without="Date").replace(b"\r\n", b"\n"))
    done = pillarbox("lint", "unix.eml")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["missing-date"]


def test_warnings_alone_are_exit_code_0(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.eml").write_bytes(mail("Bcc: c@example.org\r\n"))
    done = pillarbox("lint", "odd.eml")
    assert done.returncode == 0
    assert done.stdout.startswith("warning  bcc-header")


def test_standard_input_and_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pillarbox", "lint", "--json", "-"],
        input=mail(without="Date"),
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {
            "code": "missing-date",
            "severity": "error",
            "message": "The message has no Date header.",
            "rfc": "RFC 5322 section 3.6",
            "entry": None,
            "header": "Date",
        }
    ]


def test_a_file_that_is_not_there_is_wrong_use(pillarbox: Run) -> None:
    done = pillarbox("lint", "missing.eml")
    assert done.returncode == 2
    why = "No such file or directory"
    assert (
        done.stderr == f"pillarbox: missing.eml cannot be read ({why}); name an .eml file, or - for standard input.\n"
    )
    assert pillarbox("lint").returncode == 2
