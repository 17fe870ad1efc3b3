from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import pillarbox
from tests.cli.conftest import Run
from tests.running import environment


def test_version_prints_the_version(pillarbox: Run) -> None:
    done = pillarbox("version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"pillarbox {_version()}\n"


def _version() -> str:
    return pillarbox.__version__


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["--smpt", ":1"], {}, "Did you mean --smtp?"),
        (["srve"], {}, "Did you mean serve?"),
        (["--smtp", "1025"], {}, "--smtp says '1025', which cannot be used: it names no port; write :1025."),
        (["serve"], {"PILLARBOX_MAX_ERRORS": "x"}, "PILLARBOX_MAX_ERRORS says 'x'"),
        (["--config", "missing.toml"], {}, "missing.toml cannot be read (No such file or directory)"),
        (["--config", "."], {}, "cannot be read (Is a directory)"),
        (["--config", "wrong.toml"], {}, "unknown key 'smpt'. Did you mean smtp?"),
        (["--web-auth", "@missing"], {}, "'missing' cannot be read"),
        (["send", "missing.eml"], {}, "missing.eml cannot be read (No such file or directory)"),
        (["send", "--smtp", "here"], {}, "--smtp says 'here'"),
        (["send", "--count", "0"], {}, "--count says '0'"),
        (["export"], {}, "The following arguments are required: TARGET"),
        (["import"], {}, "The following arguments are required: SOURCE"),
        (["export", "x.zip"], {"PILLARBOX_WEB_AUTH": "ada"}, "PILLARBOX_WEB_AUTH cannot be used: write USER:PASSWORD"),
        (["check", "--url", "here"], {}, "'here' is no address of a catcher"),
        (["check"], {"PILLARBOX_URL": "ftp://x"}, "'ftp://x' is no address of a catcher"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    pillarbox: Run, tmp_path: Path, arguments: list[str], variables: dict[str, str], said: str
) -> None:
    (tmp_path / "wrong.toml").write_text("smpt = ':1'\n")
    done = pillarbox(*arguments, **variables)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.startswith("pillarbox: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


HEAVY = {
    "aiosmtpd",
    "alembic",
    "fastapi",
    "httpx",
    "jinja2",
    "regex",
    "selectolax",
    "sqlalchemy",
    "starlette",
    "uvicorn",
}


@pytest.mark.parametrize(
    "arguments",
    [
        ["version"],
        ["--help"],
        ["serve", "--help"],
        ["check", "--help"],
        ["export", "--help"],
        ["wait", "--help"],
        ["tail", "--help"],
        ["run", "--help"],
        ["sendmail", "--help"],
        ["sendmail", "-bp"],
    ],
)
def test_what_needs_no_service_imports_no_framework(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from pillarbox.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("argument", ["version", "--help"])
def test_a_reader_that_goes_away_is_no_error(argument: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "pillarbox", argument],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 128 + signal.SIGPIPE
