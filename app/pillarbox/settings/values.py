"""How a setting's text becomes a value: addresses, sizes, ages, counts, names, passwords.

Rules of this module:

* A reader takes text and returns a value, or raises ValueError with a half-sentence that says what is wrong and how to
  write it; whoever knows the setting's name and source puts them in front.
* 0 means "no limit" wherever a limit can be switched off.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """Where to listen or to connect; `host` None is every loopback address of this machine, port 0 any free port."""

    host: str | None
    port: int

    def __str__(self) -> str:
        host = self.host or ""
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


Address = TcpAddress | UnixAddress


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting may hold: the word that stands for it in the help, and its reader. `secret` is never repeated.

    A `switch` is a flag without a value; its variable and its key say true or false.
    """

    metavar: str
    read: Callable[[str], Any]
    secret: bool = False
    switch: bool = False


_ADDRESS_FORMS = "write HOST:PORT, [::1]:PORT, :PORT for this machine only, or unix:/path"


def read_address(text: str) -> Address:
    """`127.0.0.1:1025`, `[::1]:1025`, `:1025`, `unix:/run/pillarbox.sock`; a port is 0 to 65535."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path.startswith("/"):
            raise ValueError("a Unix socket needs a whole path; write unix:/path")
        if "\0" in path:
            raise ValueError("a path holds no NUL; write unix:/path")
        return UnixAddress(Path(path))
    host, colon, port = text.rpartition(":")
    if not colon:
        hint = f"write :{text}" if text.isdigit() else _ADDRESS_FORMS
        raise ValueError(f"it names no port; {hint}")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError(f"{port!r} is no port from 0 to 65535; {_ADDRESS_FORMS}")
    if host.startswith("[") and host.endswith("]"):
        try:
            return TcpAddress(str(ipaddress.IPv6Address(host[1:-1])), int(port))
        except ValueError:
            raise ValueError(f"{host[1:-1]!r} is no IPv6 address; {_ADDRESS_FORMS}") from None
    if "[" in host or "]" in host:
        raise ValueError(f"its brackets are not a pair around the host; {_ADDRESS_FORMS}")
    if ":" in host:
        raise ValueError(f"an IPv6 address stands in brackets; write [{host}]:{port}")
    if host == "*":
        raise ValueError(f"name the addresses; write 0.0.0.0:{port} or [::]:{port} for all of this machine's")
    if host and not re.fullmatch(r"[A-Za-z0-9._-]+", host):
        raise ValueError(f"{host!r} is no host name; {_ADDRESS_FORMS}")
    return TcpAddress(host or None, int(port))


_SIZE_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


def read_size(text: str) -> int:
    """Octets: `100000000`, `256K`, `25M`, `2G` (times 1024)."""
    match = re.fullmatch(r"([0-9]+)([KMG]?)", text.upper())
    if match is None:
        raise ValueError("write octets, or a whole number with K, M or G (times 1024), such as 25M; 0 is no limit")
    if len(match[1]) > 15:
        raise ValueError("the largest number before a unit is 999999999999999; 0 is no limit")
    return int(match[1]) * _SIZE_UNITS[match[2]]


LEAST_ROOM = 16 * 1024 * 1024


def read_room(text: str) -> int:
    """A size, large enough for a database that holds something."""
    size = read_size(text)
    if 0 < size < LEAST_ROOM:
        raise ValueError("a database takes some room for itself; write at least 16M; 0 is no limit")
    return size


_AGE_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_age(text: str) -> float:
    """Seconds: `90s`, `15m`, `36h`, `14d`, `0`."""
    if text == "0":
        return 0.0
    match = re.fullmatch(r"([0-9]+)([smhd])", text)
    if match is None:
        raise ValueError("write a whole number with s, m, h or d, such as 90s, 15m, 36h or 14d; 0 is no limit")
    if len(match[1]) > 9:
        raise ValueError("the largest number before a unit is 999999999; 0 is no limit")
    return float(int(match[1]) * _AGE_UNITS[match[2]])


def read_count(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("write a whole number; 0 is no limit")
    if len(text) > 9:
        raise ValueError("the largest number is 999999999; 0 is no limit")
    return int(text)


def read_text(text: str) -> str:
    if not text.strip() or any(ord(letter) < 32 for letter in text):
        raise ValueError("write some text without control characters")
    return text


def read_path(text: str) -> Path:
    if not text.strip():
        raise ValueError("it names no file; write the path of one")
    if "\0" in text:
        raise ValueError("a path holds no NUL")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user; write the whole path of the file") from None


def read_host(text: str) -> str:
    """A host name, in small letters."""
    if not re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?", text):
        raise ValueError("write a host name without port, such as mail.example.org")
    return text.lower()


def read_host_pattern(text: str) -> str:
    """A host name, or `*.example.org` for every name below a domain."""
    star = "*." if text.startswith("*.") else ""
    return star + read_host(text.removeprefix(star))


def read_extension(text: str) -> str:
    """An EHLO keyword (RFC 5321 section 4.1.1.1), in any case."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", text):
        raise ValueError("write the name of an SMTP extension, such as PIPELINING")
    return text


def read_origin(text: str) -> str:
    """An origin as browsers send it (RFC 6454 section 7): scheme, host, port when it is not the scheme's own."""
    origin = text.lower()
    if not re.fullmatch(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", origin):
        raise ValueError("write scheme, host and port without a path, such as http://localhost:3000")
    return origin


def read_prefix(text: str) -> str:
    """A path that a reverse proxy serves us under: `/mail`; the empty text is the root."""
    prefix = text.rstrip("/")
    if prefix and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", prefix):
        raise ValueError("write a path that starts with a slash, such as /mail")
    if {".", ".."} & set(prefix.split("/")):
        raise ValueError("browsers take . and .. out of a path; write it without, such as /mail")
    return prefix


def read_credentials(text: str) -> tuple[str, str]:
    """`USER:PASSWORD`, or `@FILE` whose first line is that."""
    if text.startswith("@"):
        path = read_path(text[1:])
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise ValueError(
                f"the file {text[1:]!r} cannot be read ({why}); name one that holds USER:PASSWORD"
            ) from None
        text = lines[0] if lines else ""
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise ValueError("write USER:PASSWORD, or @FILE with the name of a file that holds it")
    return user, password


_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def read_switch(text: str) -> bool:
    """`true`, `yes`, `on`, `1`, or `false`, `no`, `off`, `0`, in any case."""
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"write {' or '.join(words)}")
        return text

    return read


ADDRESS = Kind("ADDRESS", read_address)
SIZE = Kind("SIZE", read_size)
ROOM = Kind("SIZE", read_room)
AGE = Kind("AGE", read_age)
COUNT = Kind("NUMBER", read_count)
URL = Kind("URL", read_text)
NAME = Kind("NAME", read_host)
HOST = Kind("HOST", read_host_pattern)
EXTENSION = Kind("NAME", read_extension)
ORIGIN = Kind("ORIGIN", read_origin)
PREFIX = Kind("PATH", read_prefix)
PATH = Kind("PATH", read_path)
CREDENTIALS = Kind("USER:PASSWORD|@FILE", read_credentials, secret=True)
SWITCH = Kind("", read_switch, switch=True)
LOG_FORMAT = Kind("text|json", one_of("text", "json"))
