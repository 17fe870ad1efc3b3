"""The options of sendmail(1), as programs have written them for forty years.

Rules of this module:

* They are Postfix's: a letter each, several behind one hyphen, a value attached or in the next argument. What is about
  a queue, aliases or a configuration that a catcher has not is taken and does nothing.
* Options end at the first argument that is none, or behind `--`. What looks like an option further on is refused,
  because Postfix would send mail to it.
* An option that Postfix does not know either is wrong use; a wrong value of -N, -R or -V is told and passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pillarbox.errors import UsageError
from pillarbox.settings import near

HELP = """\
usage: pillarbox sendmail [OPTIONS] [RECIPIENT ...] < MESSAGE

Hand a message in as /usr/sbin/sendmail does, to a catcher. Recipients are addresses or lists with commas.

  -t              recipients are those of To, Cc and Bcc too; Bcc is removed:   sendmail -t < letter.eml
  -i, -oi         a line with a dot alone is text and not the end:               sendmail -i -t < letter.eml
  -f, -r ADDRESS  the envelope's sender; '' or '<>' is the null sender:          sendmail -f shop@example.test ...
  -F NAME         the name in From, where the message has none:                  sendmail -F 'The Shop' ...
  -N CONDITIONS   NOTIFY: never, or of success, failure, delay:                  sendmail -N success,failure ...
  -R full|hdrs    RET, what a bounce returns:                                    sendmail -R hdrs ...
  -V ID           ENVID, a name for the transaction:                             sendmail -V order-1847 ...
  -v              print the reply:                                               sendmail -v anna@example.test
  -bm             read a message and hand it in, as without it
  -bs             speak SMTP on standard input and output:                       sendmail -bs
  -bp, -bi, -q    the queue is empty, there are no aliases; nothing is done
  --smtp ADDRESS  where to:                        sendmail --smtp 127.0.0.1:2525 ...
                  (default: PILLARBOX_SMTP, else PILLARBOX_SMTP_HOST and PILLARBOX_SMTP_PORT, else SMTP_HOST and
                  SMTP_PORT, else 127.0.0.1:1025)

Taken and passed over: -A -B -C -D -G -I -L -O -U -X -d -e -h -m -n -o -p -x. Exit codes are those of sysexits.h:
0 taken, 64 wrong use, 65 no recipient in the message, 67 recipient refused, 69 message refused, 75 try again later,
77 not without TLS or password, 78 wrong variable. Called as sendmail, by a link of that name, it is this command."""

Mode = Literal["deliver", "smtp", "queue", "nothing", "help"]

_FLAGS = frozenset("DGIUcimntvx")
_VALUES = frozenset("ABCFLNORVXbefhopr")
_ATTACHED = frozenset("dq")  # with a value only when it is attached
_LONG = ("--smtp", "--help")

_MODES: dict[str, Mode] = {"m": "deliver", "s": "smtp", "p": "queue", "i": "nothing", "h": "nothing", "H": "nothing"}
_NAMED: dict[str, Mode] = {"sendmail": "deliver", "mailq": "queue", "newaliases": "nothing"}
_CONDITIONS = frozenset(("SUCCESS", "FAILURE", "DELAY"))


@dataclass(slots=True)
class Options:
    """What was asked for; `doubts` are sentences about what is passed over. `recipients` are as written."""

    mode: Mode = "deliver"
    from_headers: bool = False
    dots_are_text: bool = False
    sender: str | None = None
    full_name: str | None = None
    notify: str = ""
    ret: str = ""
    envid: str = ""
    verbose: bool = False
    smtp: str | None = None
    recipients: tuple[str, ...] = ()
    doubts: list[str] = field(default_factory=list)


def read(arguments: Sequence[str], called: str) -> Options:
    """The options of a call by the program name `called`. Raises UsageError."""
    options = Options(mode=_NAMED.get(Path(called).name, "deliver"))
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            options.recipients = _recipients(rest)
            return options
        if word.startswith("--"):
            _long(options, word, rest)
        else:
            _short(options, word, rest)
    if late := [word for word in rest if word.startswith("-")]:
        raise UsageError(
            f"{late[0]} stands behind the recipient {rest[0]}, where it would be one itself; write options first, and "
            "-- before an address that begins with a hyphen."
        )
    options.recipients = _recipients(rest)
    return options


def _recipients(words: Sequence[str]) -> tuple[str, ...]:
    if not all(word.strip() for word in words):
        raise UsageError("An empty argument is no recipient; name an address, or leave it out.")
    return tuple(words)


def _long(options: Options, word: str, rest: list[str]) -> None:
    name, given, value = word.partition("=")
    if name == "--help":
        options.mode = "help"
    elif name == "--smtp":
        if not given:
            value = _next("--smtp", rest)
        options.smtp = value
    else:
        raise UsageError(f"There is no flag {name}.{near(name, _LONG)} See pillarbox sendmail --help.")


def _short(options: Options, word: str, rest: list[str]) -> None:
    at = 1
    while at < len(word):
        letter, attached = word[at], word[at + 1 :]
        if letter in _FLAGS:
            _set(options, letter, "")
            at += 1
        elif letter in _ATTACHED:
            _set(options, letter, attached)
            return
        elif letter in _VALUES:
            _set(options, letter, attached or _next(f"-{letter}", rest))
            return
        else:
            raise UsageError(f"There is no option -{letter}; see pillarbox sendmail --help.")


def _next(flag: str, rest: list[str]) -> str:
    if not rest:
        raise UsageError(f"{flag} needs a value; see pillarbox sendmail --help.")
    return rest.pop(0)


def _set(options: Options, letter: str, value: str) -> None:
    match letter:
        case "t":
            options.from_headers = True
        case "i":
            options.dots_are_text = True
        case "o" if value == "i":
            options.dots_are_text = True
        case "f" | "r":
            options.sender = value
        case "F":
            options.full_name = value
        case "v":
            options.verbose = True
        case "V" if value.isascii() and value.isprintable():
            options.envid = value
        case "V":
            options.doubts.append(f"-V says {value!r}, which is passed over; write letters, digits and signs of ASCII.")
        case "N":
            options.notify = _notify(value, options.doubts)
        case "R" if value.lower() in ("full", "hdrs"):
            options.ret = value.upper()
        case "R":
            options.doubts.append(f"-R says {value!r}, which is passed over; write full or hdrs.")
        case "q" | "I":
            options.mode = "nothing"
        case "b":
            options.mode = _mode(value)


def _notify(value: str, doubts: list[str]) -> str:
    """RFC 3461 section 4.1."""
    found = value.upper().split(",")
    if found != ["NEVER"] and not _CONDITIONS.issuperset(found):
        doubts.append(f"-N says {value!r}, which is passed over; write never, or a list of success, failure and delay.")
        return ""
    return ",".join(found)


def _mode(value: str) -> Mode:
    if value in ("d", "l"):
        raise UsageError(f"-b{value} starts a mail server, which this is not; pillarbox serve is one.")
    if value == "v":
        raise UsageError("-bv has nothing to verify: a catcher takes mail for every address.")
    if value not in _MODES:
        raise UsageError(f"There is no option -b{value}; see pillarbox sendmail --help.")
    return _MODES[value]
