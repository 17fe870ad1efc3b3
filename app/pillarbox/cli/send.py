"""`pillarbox send`: put messages into a catcher, or into any SMTP server, as their bytes stand.

Rules of this module:

* A file's content is sent unchanged, with one exception: one that has no CRLF at all is a Unix text file, whose line
  ends become CRLF, because SMTP has no others (RFC 5321 section 2.3.8).
* The envelope comes from --from and --to, else from the headers From, To and Cc.
* A message that is refused does not keep the others back; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import re
import smtplib
from collections.abc import Mapping
from pathlib import Path

from pillarbox.cli import samples
from pillarbox.cli.courier import Courier, Letter, unspeakable, why
from pillarbox.cli.destination import destination
from pillarbox.cli.progress import Progress
from pillarbox.cli.sentences import no
from pillarbox.errors import UsageError
from pillarbox.settings import Address

_SHOWN = 10
"""Up to so many messages have a line each; more have only the sum."""


def send(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when all were taken, 1 when not. Raises UsageError."""
    address = destination(options.smtp, environ)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", options.count):
        raise UsageError(f"--count says {options.count!r}; write a whole number from 1 on.")
    letters = [_letter(name, raw, options) for name, raw in _messages(options.files)] * int(options.count)
    try:
        courier = Courier(address)
    except (OSError, smtplib.SMTPException) as error:
        return no(f"Nothing takes mail at {address} ({why(error)}); start pillarbox, or name another with --smtp.")
    with courier:
        return _send_all(courier, address, letters)


def _send_all(courier: Courier, address: Address, letters: list[Letter]) -> int:
    refused = 0
    with Progress(len(letters)) as progress:
        for number, letter in enumerate(letters):
            try:
                taken = courier.hand_in(letter)
            except smtplib.SMTPResponseException as error:
                refused += 1
                courier.reset()
                progress.say(f"pillarbox: {letter.name} was refused: {why(error)}")
            except (OSError, smtplib.SMTPException) as error:
                progress.say(f"pillarbox: {address} hung up after {number} of {len(letters)} messages: {why(error)}")
                return 1
            else:
                if len(letters) <= _SHOWN:
                    progress.say(f"{letter.name}: {taken.reply}", error=False)
            progress.step()
    sent = len(letters) - refused
    print(f"{sent} {'message' if sent == 1 else 'messages'} sent to {address}.")
    return 1 if refused else 0


def _messages(files: list[str]) -> list[tuple[str, bytes]]:
    if not files:
        return samples.all_of_them()
    found = []
    for name in files:
        try:
            raw = Path(name).read_bytes()
        except OSError as error:
            raise UsageError(
                f"The message {name} cannot be read ({error.strerror}); name a file that exists."
            ) from None
        found.append((name, raw))
    return found


def _letter(name: str, raw: bytes, options: argparse.Namespace) -> Letter:
    from pillarbox.mail.parse import digest

    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    headers = digest(raw)
    sender = options.sender if options.sender is not None else headers.from_[0].address if headers.from_ else ""
    recipients = options.recipients or [address.address for address in (*headers.to, *headers.cc)]
    if not recipients:
        raise UsageError(f"The message {name} names no recipient in To or Cc; name one with --to ADDRESS.")
    for address in (sender, *recipients):
        if unspeakable(address):
            raise UsageError(f"The address {address!r} of {name} cannot be sent; name another with --from or --to.")
    return Letter(name=name, sender=sender, recipients=tuple(recipients), raw=raw)
