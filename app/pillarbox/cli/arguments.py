"""The commands and their flags; those of `serve` come from the settings table.

A flag is never shortened and never guessed: what is not known is refused with the nearest thing that is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from pillarbox.errors import UsageError
from pillarbox.settings import TABLE, near

COMMANDS = {
    "serve": "take mail and show it (the default)",
    "wait": "wait until mail is there and print it, or one value of it, such as its link",
    "tail": "follow mail and sessions in the terminal as they come",
    "run": "run a command with a catcher of its own and its address in SMTP_HOST, SMTP_PORT and so on",
    "send": "send sample messages, or .eml files, to a catcher",
    "sendmail": "take a message on standard input as /usr/sbin/sendmail does, for a catcher",
    "lint": "say what is wrong with the message in a file; needs no catcher",
    "export": "write mail that a catcher holds into .eml files, an mbox, a Maildir or a zip",
    "import": "put .eml files, an mbox, a Maildir or a zip into a catcher",
    "check": "ask a running catcher whether it is ready; exit code 0 or 1",
    "version": "print the version",
}

PICKS = ("link", "code", "subject", "text", "html", "id", "unsubscribe")
"""What `wait` can pick out of a message. The catcher has the same list; here it is for the help and the near word."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """`command` and, by name, what was given; None for what was not. Raises UsageError."""
    rest = list(arguments)
    if rest[:1] in (["-h"], ["--help"]):
        print(_overview())
        raise SystemExit(0)
    if rest[:1] == ["--version"]:
        rest[0] = "version"
    if not rest or rest[0].startswith("-"):
        rest.insert(0, "serve")
    command, rest = rest[0], rest[1:]
    if command not in COMMANDS:
        known = ", ".join(COMMANDS)
        raise UsageError(f"There is no command {command!r}; there are {known}.{near(command, COMMANDS)}")
    if command == "sendmail":
        return _sendmail(rest)
    words: list[str] = []
    if command == "run":
        rest, words = _command(rest)
    parser = _PARSERS[command]()
    options, unknown = parser.parse_known_args(rest)
    if unknown:
        raise UsageError(_unknown(parser, command, unknown[0]))
    options.command = command
    if command == "run":
        options.words = words
    return options


def _command(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The flags of `run`, and the command behind `--`. Raises UsageError."""
    flags, mark, words = _divided(arguments)
    if not words and not {"-h", "--help"} & set(flags):
        said = "names no command behind it" if mark else "is not there"
        raise UsageError(f"-- {said}; write flags, -- and the command: pillarbox run -- {_guess(flags)}.")
    return flags, words


def _divided(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    at = arguments.index("--")
    return arguments[:at], True, arguments[at + 1 :]


def _guess(flags: Sequence[str]) -> str:
    """What was meant to be the command: what is no flag, if that comes first."""
    return " ".join(flags) if flags and not flags[0].startswith("-") else "pytest"


def _unknown(parser: argparse.ArgumentParser, command: str, text: str) -> str:
    if not text.startswith("-"):
        return f"pillarbox {command} takes no argument {text!r}; see pillarbox {command} --help."
    flag = text.partition("=")[0]
    return f"There is no flag {flag}.{near(flag, _flags(parser))} See pillarbox {command} --help."


def _flags(parser: argparse.ArgumentParser) -> Iterable[str]:
    return (flag for action in parser._actions for flag in action.option_strings)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items())
    return (
        "usage: pillarbox [COMMAND] [FLAGS]\n\n"
        "A mail catcher for developers: keeps every message, its envelope and the SMTP conversation, and delivers "
        f"none.\n\n{lines}\n\n"
        "pillarbox COMMAND --help tells the flags of a command; pillarbox alone is pillarbox serve."
    )


def _parser(command: str) -> _Parser:
    told = COMMANDS[command]
    return _Parser(prog=f"pillarbox {command}", description=f"{told[:1].upper()}{told[1:]}.", allow_abbrev=False)


def _serve() -> argparse.ArgumentParser:
    parser = _parser("serve")
    _add_settings(parser)
    parser.epilog = (
        "Addresses are HOST:PORT, [::1]:PORT, :PORT for this machine only, or unix:/path; sizes are octets or K, M, G; "
        "ages 90s 15m 36h 14d; 0 is no limit. Every flag is also a variable, --max-errors PILLARBOX_MAX_ERRORS, and a "
        "key of the TOML file that --config names; flags come first, then variables, then the file."
    )
    return parser


def _run() -> argparse.ArgumentParser:
    parser = _parser("run")
    parser.usage = "pillarbox run [FLAGS] -- COMMAND [ARGUMENT ...]"
    parser.epilog = (
        "Example: pillarbox run -- pytest -x. The command finds the catcher in SMTP_HOST, SMTP_PORT, SMTP_URL, "
        "MAIL_HOST, EMAIL_HOST, PILLARBOX_URL and others (docs/shell.md has all). Flags are those of serve; its "
        "variables do not count, and STARTTLS is offered only with a flag about TLS. The exit code is the command's, "
        "128 + n when signal n ended it, 126 when it cannot be run, 127 when it is not found."
    )
    parser.add_argument(
        "--report", action="store_true", help="when the command fails, list on standard error what mail came meanwhile"
    )
    _add_settings(parser, smtp="a free port", http="a free port", database="a temporary file")
    return parser


def _add_settings(parser: argparse.ArgumentParser, **shown: str) -> None:
    """A flag for each setting of a catcher; `shown` are defaults in words that are not those of the table."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    for setting in TABLE:
        row = setting.row
        if row.group not in groups:
            groups[row.group] = parser.add_argument_group(row.group)
        group = groups[row.group]
        more = "; may be repeated" if row.repeatable else ""
        told = f"{row.help} Default: {shown.get(setting.name, row.shown)}{more}.".replace("%", "%%")
        if row.kind.switch:
            group.add_argument(setting.flag, dest=setting.name, action="store_const", const="true", help=told)
            continue
        action = "append" if row.repeatable else "store"
        group.add_argument(setting.flag, dest=setting.name, metavar=row.kind.metavar, action=action, help=told)


def _send() -> argparse.ArgumentParser:
    parser = _parser("send")
    parser.add_argument("files", metavar="FILE", nargs="*", help="an .eml file; without one, three samples are sent")
    _add_smtp(parser)
    parser.add_argument("--from", metavar="ADDRESS", dest="sender", help="the envelope's sender (default: From)")
    parser.add_argument(
        "--to",
        metavar="ADDRESS",
        action="append",
        dest="recipients",
        help="an envelope's recipient, may be repeated (default: To and Cc)",
    )
    parser.add_argument("--count", metavar="NUMBER", default="1", help="how often to send all of it (default: 1)")
    return parser


def _sendmail(arguments: Sequence[str]) -> argparse.Namespace:
    """Its options are those of another program; `arguments` has them as they stand."""
    if list(arguments) == ["--help"]:
        from pillarbox.cli.sendmail.options import HELP

        print(HELP)
        raise SystemExit(0)
    return argparse.Namespace(command="sendmail", arguments=arguments)


def _wait() -> argparse.ArgumentParser:
    parser = _parser("wait")
    parser.epilog = (
        "All conditions must hold; mail that is there already counts, unless --after says otherwise. Exit code 0 when "
        "it came, 1 when not (standard error says what came closest), 2 for wrong use or when no catcher answers. "
        "Example: pillarbox wait --to anna@example.test --subject welcome --pick link"
    )
    for flag, metavar, told in (
        (
            "--to",
            "ADDRESS",
            "a recipient of the envelope, To or Cc: anna@example.test, or all of a domain: '*@example.test'",
        ),
        ("--from", "ADDRESS", "the sender of the envelope or From: shop@example.test, or '*@example.test'"),
        ("--subject", "TEXT", "a part of the subject, in any case: --subject welcome"),
        ("--inbox", "NAME", "the inbox it is in: --inbox checkout"),
        ("--after", "NUMBER", "only mail that is newer than this message: --after 42"),
        ("--count", "NUMBER", "so many messages, at least: --count 3 (default: 1)"),
        ("--timeout", "SECONDS", "how long to wait, 0 to 60: --timeout 2.5 (default: 10); 0 looks once"),
    ):
        parser.add_argument(flag, metavar=metavar, help=told)
    parser.add_argument(
        "--header",
        metavar="NAME:TEXT",
        action="append",
        help="a part of a header: --header X-Test:4711; may be repeated",
    )
    parser.add_argument(
        "-q", "--q", "--query", dest="q", metavar="QUERY", help="what a search finds: -q 'has:attachment'"
    )
    parser.add_argument(
        "--pick",
        choices=PICKS,
        help="print only this of the first message: --pick link, the one that wants to be followed",
    )
    parser.add_argument("--json", action="store_true", help="print each message as JSON, on a line each")
    _add_url(parser)
    return parser


def _tail() -> argparse.ArgumentParser:
    parser = _parser("tail")
    parser.epilog = (
        "Ctrl-C ends it. A catcher that is started again is followed on, and nothing that it kept is missed. Colours "
        "are for terminals, unless NO_COLOR is set. Example: pillarbox tail --transcript"
    )
    parser.add_argument(
        "--inbox", metavar="NAME", help="only mail of this inbox, and what brought it: --inbox checkout"
    )
    parser.add_argument(
        "--session", metavar="NUMBER", help="only this session, line by line, until it ends: --session 7"
    )
    parser.add_argument("--transcript", action="store_true", help="dialogues too, line by line as they cross")
    parser.add_argument(
        "--json", action="store_true", help="each event as JSON on a line: pillarbox tail --json | jq .data"
    )
    _add_url(parser)
    return parser


def _lint() -> argparse.ArgumentParser:
    parser = _parser("lint")
    parser.epilog = "Exit code 0 when there is no finding of severity error, 1 when there is one, 2 for wrong use."
    parser.add_argument("file", metavar="FILE", help="an .eml file; - is standard input")
    parser.add_argument("--json", action="store_true", help="print the findings as a JSON list")
    return parser


def _export() -> argparse.ArgumentParser:
    from pillarbox.cli.archive.targets import FORMATS

    parser = _parser("export")
    parser.epilog = (
        "TARGET tells the format: NAME.zip, NAME.mbox, NAME.maildir, or NAME/ for a folder of .eml files. Only the zip "
        "has a place for everything: bytes, envelope, times, inbox, tags and marks. Exit code 1 when something could "
        "not be written as it is, 2 for wrong use."
    )
    parser.add_argument("target", metavar="TARGET", help="the file or folder to write")
    parser.add_argument("--format", choices=FORMATS, help="the format, where the name does not tell it")
    parser.add_argument("--inbox", metavar="NAME", help="only mail of this inbox")
    parser.add_argument("-q", "--query", metavar="QUERY", help="only mail that this search finds")
    parser.add_argument("--force", action="store_true", help="replace a file, or add to a folder, that is there")
    _add_url(parser)
    return parser


def _import() -> argparse.ArgumentParser:
    parser = _parser("import")
    parser.epilog = (
        "What a source is, is told by what is in it: an .eml file, an mbox, a zip, a folder of .eml files (mailpit "
        "dump writes one), a Maildir, or a folder of MailHog. Exit code 1 when something could not be imported, 2 for "
        "wrong use."
    )
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="a file or a folder to read")
    parser.add_argument("--inbox", metavar="NAME", help="put everything there (default: where it was, if it is told)")
    _add_url(parser)
    return parser


def _check() -> argparse.ArgumentParser:
    parser = _parser("check")
    _add_url(parser)
    return parser


def _add_smtp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--smtp",
        metavar="ADDRESS",
        help="where to send to, such as 127.0.0.1:1025 or unix:/run/smtp (default: PILLARBOX_SMTP, else "
        "PILLARBOX_SMTP_HOST and PILLARBOX_SMTP_PORT, else 127.0.0.1:1025)",
    )


def _add_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url", metavar="URL", help="the catcher's address (default: PILLARBOX_URL, else http://127.0.0.1:8025)"
    )


_PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "serve": _serve,
    "run": _run,
    "wait": _wait,
    "tail": _tail,
    "send": _send,
    "lint": _lint,
    "export": _export,
    "import": _import,
    "check": _check,
    "version": lambda: _parser("version"),
}
