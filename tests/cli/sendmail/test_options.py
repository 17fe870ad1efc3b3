from __future__ import annotations

import pytest

from pillarbox.cli.sendmail.options import HELP, read
from pillarbox.errors import UsageError


@pytest.mark.parametrize(
    ("arguments", "recipients"),
    [
        ("-t -i", ()),
        ("-ti -oi -oem -odi -odb", ()),
        ("-oem -oi -f anna@x.test -- bob@x.test carol@x.test", ("bob@x.test", "carol@x.test")),
        ("-i -B 8BITMIME -Am -Ac -h 3 -L tag -p ESMTP -X log -G -U -n -m -x bob@x.test", ("bob@x.test",)),
        ("-OErrorMode=m -O DeliveryMode=b -oX value", ("value",)),
        ("-d0.1 bob@x.test", ("bob@x.test",)),
        ("-em -C /etc/mail/sendmail.cf bob@x.test", ("bob@x.test",)),
        ("-- -odd@x.test", ("-odd@x.test",)),
        ("-XV bob@x.test", ("bob@x.test",)),
        ("-bm bob@x.test", ("bob@x.test",)),
    ],
)
def test_options_that_programs_write_are_taken(arguments: str, recipients: tuple[str, ...]) -> None:
    options = read(arguments.split(), "sendmail")
    assert options.mode == "deliver"
    assert options.recipients == recipients
    assert options.doubts == []


def test_what_is_asked_for_is_heard() -> None:
    words = ["-ti", "-fanna@x.test", "-FAnna B", "-N", "success,Delay", "-R", "hdrs", "-Vorder", "-v", "--smtp=:25"]
    options = read(words, "sendmail")
    assert (options.from_headers, options.dots_are_text, options.verbose) == (True, True, True)
    assert (options.sender, options.full_name, options.smtp) == ("anna@x.test", "Anna B", ":25")
    assert (options.notify, options.ret, options.envid) == ("SUCCESS,DELAY", "HDRS", "order")


def test_the_last_of_two_counts_and_r_is_f() -> None:
    assert read(["-f", "a@x", "-rb@x"], "sendmail").sender == "b@x"


@pytest.mark.parametrize("word", ["-i", "-oi", "-ti"])
def test_dots_may_be_text(word: str) -> None:
    assert read([word], "sendmail").dots_are_text


@pytest.mark.parametrize(
    ("called", "arguments", "mode"),
    [
        ("/usr/sbin/sendmail", [], "deliver"),
        ("/usr/bin/mailq", [], "queue"),
        ("newaliases", [], "nothing"),
        ("sendmail", ["-bp"], "queue"),
        ("sendmail", ["-bs"], "smtp"),
        ("sendmail", ["-bi"], "nothing"),
        ("sendmail", ["-I"], "nothing"),
        ("sendmail", ["-q"], "nothing"),
        ("sendmail", ["-bh"], "nothing"),
        ("sendmail", ["--help"], "help"),
    ],
)
def test_what_it_is_called_for(called: str, arguments: list[str], mode: str) -> None:
    assert read(arguments, called).mode == mode


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-z"], "There is no option -z; see pillarbox sendmail --help."),
        (["-bx"], "There is no option -bx"),
        (["-bd"], "-bd starts a mail server, which this is not; pillarbox serve is one."),
        (["-bv", "a@x"], "-bv has nothing to verify"),
        (["-f"], "-f needs a value"),
        (["--smtp"], "--smtp needs a value"),
        (["--smpt=:25"], "There is no flag --smpt. Did you mean --smtp?"),
        (["a@x", "-f", "b@x"], "-f stands behind the recipient a@x, where it would be one itself"),
        ([""], "An empty argument is no recipient"),
    ],
)
def test_wrong_use_is_told_with_the_mend(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        read(arguments, "sendmail")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-N", "always"], "-N says 'always', which is passed over"),
        (["-Rall"], "-R says 'all', which is passed over"),
        (["-Vгод"], "-V says 'год', which is passed over"),
    ],
)
def test_what_cannot_be_meant_by_dsn_is_told_and_passed_over(arguments: list[str], said: str) -> None:
    options = read(arguments, "sendmail")
    assert said in options.doubts[0]
    assert (options.notify, options.ret, options.envid) == ("", "", "")


def test_the_help_fits_a_terminal_and_shows_each_option_in_use() -> None:
    assert max(map(len, HELP.splitlines())) <= 120
    for option in ("-t", "-i", "-f", "-F", "-N", "-R", "-V", "-v", "-bs", "--smtp"):
        assert f"sendmail {option}" in HELP
