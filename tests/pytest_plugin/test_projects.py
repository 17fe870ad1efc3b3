"""The plugin in projects of their own; what each shows stands in its file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pillarbox.testing import Catcher
from tests.pytest_plugin.conftest import Run


def reports_in(output: str) -> dict[str, str]:
    """What stands below the traceback of each test that has failed, by the test's name."""
    heading = r"^_+ (?:ERROR at setup of )?(?:\w+\.)?(test_\w+) _+$(.*?)(?=^[_=]{3,} )"
    found = re.findall(heading, output, re.MULTILINE | re.DOTALL)
    return {name: text.partition(" Pillarbox: mail of this test ")[2] for name, text in found}


def test_each_worker_of_xdist_has_a_catcher_of_its_own(run: Run, tmp_path: Path) -> None:
    done = run("signup", flags=["-n", "2"], TOLD=str(tmp_path))
    assert done.counts == {"passed": 5}, done.output
    told = {(tmp_path / name).read_text() for name in ("gw0", "gw1")}
    assert len(told) == 2


def test_all_workers_share_the_catcher_that_is_named(run: Run, tmp_path: Path) -> None:
    """By its flag, which comes before the variable; tests/testing/test_parallel.py has that."""
    with Catcher(web_auth=("ada", "geheim")) as catcher:
        variables = {"PILLARBOX_URL": "http://127.0.0.1:9", "PILLARBOX_WEB_AUTH": "ada:geheim"}
        done = run("signup", flags=["-n", "2", "--pillarbox-url", catcher.url], TOLD=str(tmp_path), **variables)
    assert done.counts == {"passed": 5}, done.output
    assert {(tmp_path / name).read_text() for name in ("gw0", "gw1")} == {catcher.url}


def test_event_loops_of_pytest_asyncio_and_of_anyio(run: Run) -> None:
    done = run("loops")
    assert done.counts == {"passed": 3}, done.output


@pytest.mark.parametrize("loop", [[], ["without_uvloop"]], ids=["uvloop", "asyncio"])
def test_frozen_time_breaks_neither_waits_nor_tls(run: Run, loop: list[str]) -> None:
    done = run("frozen", *loop, flags=[flag for name in loop for flag in ("-p", name)])
    assert done.counts == {"passed": 5}, done.output


def test_time_that_was_frozen_before_anything_was_imported_breaks_nothing_either(run: Run, tmp_path: Path) -> None:
    done = run("signup", "frozen_for_ever", flags=["-p", "frozen_for_ever"])
    assert done.counts == {"passed": 5}, done.output


def test_greenlets_of_gevent(run: Run) -> None:
    patched = "from gevent import monkey; monkey.patch_all(); import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    done = run("greenlets", command=["-c", patched])
    assert done.counts == {"passed": 1}, done.output


def test_pytest_socket_that_lets_this_machine_be_reached(run: Run) -> None:
    done = run("blocked", flags=["--disable-socket", "--allow-hosts=127.0.0.1"])
    assert done.counts == {"passed": 4}, done.output


def test_pytest_socket_that_lets_nobody_be_reached_is_told_with_what_to_do(run: Run) -> None:
    done = run("blocked", flags=["--disable-socket"])
    assert done.counts == {"passed": 3, "error": 1}, done.output
    said = (
        "\npytest-socket lets this test connect to nobody, nor to its catcher on this machine: mark the test with "
        "@pytest.mark.enable_socket, or run pytest with --allow-hosts=127.0.0.1, alone or beside --disable-socket.\n"
    )
    assert done.output.count(said) == 1
    assert "Traceback" not in done.output


def test_settings_that_helpers_make_send_into_the_inbox(run: Run) -> None:
    done = run("frameworks", flags=["-W", "ignore"])
    assert done.counts == {"passed": 3}, done.output


def test_the_report_of_a_test_that_failed_has_its_mail_and_what_was_said(run: Run) -> None:
    done = run("failing", flags=["-rA", "--tb=short"])
    assert done.counts == {"passed": 1, "failed": 4, "error": 1}, done.output
    reports = reports_in(done.output)
    assert "Subject: Failing mail\n" in reports["test_no_mail"]
    assert "C: rcpt TO:<anna@" in reports["test_no_mail"]
    assert "Subject: Passing mail" not in done.output
    assert "S: 555 5.5.4 Unsupported option: FOO=bar\n" in reports["test_refused"]
    assert "in inbox default, " in reports["test_in_the_default_inbox"]
    assert reports["test_without_mail"] == ""
    assert "Subject: Mail of a fixture\n" in reports["test_with_a_broken_fixture"]
    failure = "pillarbox.testing.ExpectationFailed: There is no message with “Goodbye” in its subject"
    assert f'in test_no_mail\n    inbox.wait_for(subject="Goodbye", timeout=0)\nE   {failure}' in done.output


def test_mail_of_a_test_that_failed_stays_in_a_catcher_that_outlives_the_run(run: Run) -> None:
    with Catcher() as catcher:
        done = run("failing", flags=["--pillarbox-url", catcher.url])
        assert done.counts == {"passed": 1, "failed": 4, "error": 1}, done.output
        left = [one for one in catcher.client.inboxes() if one.name != "default"]
        assert all(one.expires_at is not None for one in left)
        rows = [row for one in left for row in catcher.client.messages(inbox=one.name).messages]
        assert sorted(row.subject for row in rows) == ["Failing mail", "Mail of a fixture"]
    pages = re.findall(rf"^{catcher.url}/inboxes/(\S+)$", done.output, re.MULTILINE)
    assert set(pages) == {one.name for one in left}


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_the_report_has_the_mail_of_inboxes_that_the_test_does_not_name_or_shares_with_others(
    run: Run, shared: bool
) -> None:
    with Catcher() as catcher:
        done = run("wider", flags=["--pillarbox-url", catcher.url] if shared else [])
    assert done.counts == {"passed": 1, "failed": 3}, done.output
    reports = reports_in(done.output)
    assert "Subject: Mail of the second\n" in reports["test_second"]
    assert "Mail of the first" not in done.output
    assert "Subject: " not in reports["test_third"]
    assert "Subject: Mail by name\n" in reports["test_asked_for_by_name"]


def test_a_catcher_that_is_not_there_is_told_in_a_sentence(run: Run) -> None:
    done = run("signup", flags=["--pillarbox-url", "http://127.0.0.1:9", "-x"])
    assert done.counts == {"error": 1}, done.output
    assert "\nThere is no catcher for this test. Nothing answers at http://127.0.0.1:9 as a catcher does" in done.output


def test_a_project_that_does_not_use_it_pays_next_to_nothing(run: Run) -> None:
    done = run("unused")
    assert done.counts == {"passed": 1}, done.output


def test_a_project_with_an_inbox_of_its_own_pays_next_to_nothing_either(run: Run) -> None:
    done = run("namesake")
    assert done.counts == {"passed": 1}, done.output
