"""From a call of sendmail to a delivery and an exit code of sysexits.h.

Rules of this module:

* An address without a domain is one of this machine.
* A recipient that is named twice, in whatever case, gets one copy.
* One recipient that is refused does not keep the others from theirs; each is told, and the exit code is that of a
  refusal.
* Every failure is a line on standard error. No program that calls this reads more than the exit code.
"""

from __future__ import annotations

import os
import pwd
import smtplib
import sys
from collections.abc import Iterable, Mapping, Sequence

from pillarbox.cli.courier import Courier, Letter, NoRecipient, Refusal, unspeakable, why
from pillarbox.cli.destination import GENERAL, OWN, destination
from pillarbox.cli.sendmail.options import HELP, Options, read
from pillarbox.cli.sendmail.submission import Author, listed, submission
from pillarbox.errors import UsageError
from pillarbox.mail.controls import in_line
from pillarbox.settings import Address
from pillarbox.settings.table import own_name

_NOT_ALLOWED = (523, 524, 530, 534, 535, 538)
"""Replies that ask for TLS or for another log-in (RFC 4954 section 6, RFC 3207 section 4)."""


def sendmail(arguments: Sequence[str], environ: Mapping[str, str], called: str = "sendmail") -> int:
    """The exit code. `called` is the name of the program as it was started."""
    try:
        options = read(arguments, called)
    except UsageError as error:
        return _no(os.EX_USAGE, str(error))
    for doubt in options.doubts:
        _say(doubt)
    match options.mode:
        case "help":
            print(HELP)
            return os.EX_OK
        case "queue":
            print("Mail queue is empty")
            return os.EX_OK
        case "nothing" if not options.recipients and not options.from_headers:
            return os.EX_OK
    try:
        address = destination(options.smtp, environ, (OWN, GENERAL))
    except UsageError as error:
        return _no(os.EX_CONFIG if options.smtp is None else os.EX_USAGE, str(error))
    try:
        if options.mode == "smtp":
            from pillarbox.cli.sendmail.standing import stand_alone

            return stand_alone(address)
        letter = _letter(options, environ)
        return _hand_in(letter, address, verbose=options.verbose)
    except UsageError as error:
        return _no(os.EX_USAGE, str(error))
    except _NoRecipients as error:
        return _no(os.EX_DATAERR, str(error))
    except (OSError, smtplib.SMTPException) as error:
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 400
        said = f"Nothing takes mail at {address} ({in_line(why(error))}); start pillarbox, or name another with --smtp."
        return _no(_exit_code(code), said)


class _NoRecipients(Exception):
    """The message was to name its recipients, and names none."""


def _letter(options: Options, environ: Mapping[str, str]) -> Letter:
    """What is to be handed in. Raises UsageError and _NoRecipients."""
    if not options.recipients and not options.from_headers:
        raise UsageError("Nobody is named to send to; name a recipient, or use -t to take those of the headers.")
    host, given = own_name(), listed(options.recipients)
    if not all(given):
        raise UsageError(f"{' '.join(options.recipients)!r} is no list of addresses; write anna@example.test.")
    message = submission(sys.stdin.buffer, dots_are_text=options.dots_are_text)
    recipients = [*message.recipients(), *given] if options.from_headers else given
    if options.from_headers:
        message.without_bcc()
    if not any(recipients):
        raise _NoRecipients("The message names no recipient in To, Cc or Bcc; name one there, or as an argument.")
    sender = _sender(options, host)
    author = Author(sender or f"MAILER-DAEMON@{host}", _full_name(options, environ))
    message.complete(author, host)
    envelope = _distinct(_qualified(one, host) for one in recipients if one)
    for address in (sender, *envelope):
        if unspeakable(address):
            raise UsageError(
                f"The address {in_line(address)!r} cannot be sent; write it without brackets and controls."
            )
    return Letter(
        name="the message",
        sender=sender,
        recipients=envelope,
        raw=message.octets(),
        utf8=message.utf8,
        ret=options.ret,
        envid=options.envid,
        notify=options.notify,
    )


def _hand_in(letter: Letter, address: Address, *, verbose: bool) -> int:
    with Courier(address, own_name()) as courier:
        try:
            taken = courier.hand_in(letter, to_some=True)
        except NoRecipient as error:
            return _refused(error.refused)
        except smtplib.SMTPResponseException as error:
            return _no(_exit_code(error.smtp_code), f"{address} refuses the message: {in_line(why(error))}")
        if verbose:
            print(in_line(taken.reply))
        return _refused(taken.refused) if taken.refused else os.EX_OK


def _refused(refused: Iterable[Refusal]) -> int:
    """Tell each; a lasting refusal counts before one that may pass."""
    codes = set()
    for one in refused:
        _say(f"{in_line(one.recipient)} is refused: {in_line(one.reply)}")
        code = _exit_code(one.code)
        codes.add(os.EX_NOUSER if code == os.EX_UNAVAILABLE else code)
    return next(code for code in (os.EX_NOUSER, os.EX_NOPERM, os.EX_TEMPFAIL) if code in codes)


def _exit_code(reply: int) -> int:
    """What a reply that says no means to the caller: whether to try again, and why not."""
    if reply in _NOT_ALLOWED:
        return os.EX_NOPERM
    return os.EX_UNAVAILABLE if reply // 100 == 5 else os.EX_TEMPFAIL


def _sender(options: Options, host: str) -> str:
    """The envelope's sender; "" is the null sender. Raises UsageError."""
    if options.sender is None:
        return _qualified(_account()[0], host)
    if options.sender.strip() in ("", "<>"):
        return ""
    found = listed([options.sender])
    if len(found) != 1 or not found[0]:
        raise UsageError(f"-f says {in_line(options.sender)!r}, which is no address; write anna@example.test.")
    return _qualified(found[0], host)


def _full_name(options: Options, environ: Mapping[str, str]) -> str:
    if options.full_name is not None:
        return options.full_name
    return environ.get("NAME", _account()[1])


def _account() -> tuple[str, str]:
    """The login and the full name of whoever runs this (passwd(5): what stands before a comma, & is the login)."""
    try:
        entry = pwd.getpwuid(os.getuid())
    except KeyError:  # containers run programs as numbers that nobody has
        return f"uid{os.getuid()}", ""
    return entry.pw_name, entry.pw_gecos.partition(",")[0].replace("&", entry.pw_name.capitalize())


def _qualified(address: str, host: str) -> str:
    return address if "@" in address else f"{address}@{host}"


def _distinct(recipients: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for address in recipients:
        found.setdefault(address.casefold(), address)
    return tuple(found.values())


def _say(sentence: str) -> None:
    print(f"pillarbox sendmail: {sentence}", file=sys.stderr)


def _no(code: int, sentence: str) -> int:
    _say(sentence)
    return code
