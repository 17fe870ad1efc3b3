"""Every setting there is, once: flags, variables, keys of the configuration file and the documentation come from here.

Rules of this module:

* A field of `Settings` with a row in its metadata is a setting. `max_message_size` is the flag `--max-message-size`,
  the variable `PILLARBOX_MAX_MESSAGE_SIZE` and the key `max-message-size`.
* A setting is listed from the release on in which it does something, and not before.
"""

# ruff: noqa: RUF009 - `setting` makes a dataclass field, whose default is as immutable as each value here.

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from pillarbox.settings import values
from pillarbox.settings.values import Address, Kind, TcpAddress

PREFIX = "PILLARBOX_"

Group = Literal["Listeners", "Store", "Limits", "SMTP", "Web", "Process"]


@dataclass(frozen=True, slots=True)
class Row:
    """What people are told about a setting. `shown` is its default in words, `since` the release that brought it."""

    kind: Kind
    help: str
    shown: str
    group: Group
    repeatable: bool
    since: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One row with its name, e.g. `max-message-size`."""

    name: str
    row: Row

    @property
    def flag(self) -> str:
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper().replace("-", "_")

    @property
    def attribute(self) -> str:
        return self.name.replace("-", "_")


def setting(
    kind: Kind,
    text: str,
    *,
    group: Group,
    shown: str,
    default: Any = MISSING,
    factory: Callable[[], Any] | None = None,
    repeatable: bool = False,
    since: str = "0.1.0",
) -> Any:
    metadata = {"row": Row(kind, text, shown, group, repeatable, since)}
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def default_database(environ: Mapping[str, str] = os.environ) -> str:
    """A file under XDG_DATA_HOME, by that specification ~/.local/share when it is unset or not a whole path."""
    home = Path(environ.get("XDG_DATA_HOME", ""))
    if not home.is_absolute():
        home = Path.home() / ".local" / "share"
    return f"sqlite:///{home / 'pillarbox' / 'pillarbox.db'}"


def own_name() -> str:
    """This machine's name; asks no name server."""
    return socket.gethostname() or "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one run of the catcher was told. Ages are seconds, sizes octets, 0 is no limit."""

    smtp: tuple[Address, ...] = setting(
        values.ADDRESS,
        "Where to take mail by SMTP.",
        group="Listeners",
        default=(TcpAddress(None, 1025),),
        shown=":1025",
        repeatable=True,
    )
    smtps: tuple[Address, ...] = setting(
        values.ADDRESS,
        "Where to take mail by SMTP within TLS from the first octet; 465 is its usual port.",
        group="Listeners",
        default=(),
        shown="none",
        repeatable=True,
    )
    lmtp: tuple[Address, ...] = setting(
        values.ADDRESS,
        "Where to take mail by LMTP, which mail servers hand it over by.",
        group="Listeners",
        default=(),
        shown="none",
        repeatable=True,
    )
    http: Address = setting(
        values.ADDRESS,
        "Where to show the pages and answer the API.",
        group="Listeners",
        default=TcpAddress(None, 8025),
        shown=":8025",
    )
    database: str = setting(
        values.URL,
        "Where to keep mail: sqlite:///FILE, sqlite:// for a temporary file, or postgresql+psycopg://USER@HOST/NAME.",
        group="Store",
        factory=default_database,
        shown="sqlite:///$XDG_DATA_HOME/pillarbox/pillarbox.db",
    )
    keep_messages: int = setting(
        values.COUNT,
        "Keep so many messages, the newest; older ones are removed for good. Pinned ones stay and do not count.",
        group="Store",
        default=0,
        shown="0",
    )
    keep_age: float = setting(
        values.AGE,
        "Remove messages and sessions that are older, for good; pinned messages stay.",
        group="Store",
        default=0.0,
        shown="0",
    )
    keep_bytes: int = setting(
        values.ROOM,
        "Let the database take so much room; then the oldest messages and sessions are removed for good, never pinned "
        "ones.",
        group="Store",
        default=2 * 1024**3,
        shown="2G",
    )
    max_message_size: int = setting(
        values.SIZE,
        "Refuse larger messages with 552.",
        group="Limits",
        default=100_000_000,
        shown="100000000",
    )
    max_bytes_in_flight: int = setting(
        values.SIZE,
        "Octets of mail that may be on its way into the store at a time; more is told 452. No message can be larger.",
        group="Limits",
        default=256 * 1024 * 1024,
        shown="256M",
    )
    max_connections: int | None = setting(
        values.COUNT,
        "SMTP connections at a time; more are told 421.",
        group="Limits",
        default=None,
        shown="the lower of 5000 and the descriptor limit less 100",
    )
    max_connections_per_address: int = setting(
        values.COUNT,
        "SMTP connections at a time from one address.",
        group="Limits",
        default=0,
        shown="0",
    )
    max_recipients: int = setting(
        values.COUNT,
        "Recipients a message; more are told 452.",
        group="Limits",
        default=1000,
        shown="1000",
    )
    max_errors: int = setting(
        values.COUNT,
        "Errors a session before it is closed with 421.",
        group="Limits",
        default=20,
        shown="20",
    )
    idle_timeout: float = setting(
        values.AGE,
        "Close an SMTP session after this time without input.",
        group="Limits",
        default=300.0,
        shown="5m",
    )
    min_rate: int = setting(
        values.COUNT,
        "Octets a second that content must come in over the idle timeout; more slowly is told 421.",
        group="Limits",
        default=10,
        shown="10",
    )
    hostname: str = setting(
        values.NAME,
        "The name in the SMTP greeting.",
        group="SMTP",
        factory=own_name,
        shown="this machine's name",
    )
    tls_cert: Path | None = setting(
        values.PATH,
        "The certificate for SMTP with TLS, with its chain, a PEM file. Without it a self-signed one is made.",
        group="SMTP",
        default=None,
        shown="none",
    )
    tls_key: Path | None = setting(
        values.PATH,
        "The key of that certificate, a PEM file that is not encrypted.",
        group="SMTP",
        default=None,
        shown="none",
    )
    require_tls: bool = setting(
        values.SWITCH,
        "Take no mail before TLS: 530 for everything but EHLO, HELO, NOOP, STARTTLS and QUIT.",
        group="SMTP",
        default=False,
        shown="off",
    )
    proxy_protocol: bool = setting(
        values.SWITCH,
        "Every SMTP connection comes through a proxy that says by the PROXY protocol (v1, v2) who the client is.",
        group="SMTP",
        default=False,
        shown="off",
    )
    users: Path | None = setting(
        values.PATH,
        "Let only the users of this file authenticate, by lines name:secret; without it anybody with any password.",
        group="SMTP",
        default=None,
        shown="none",
    )
    require_auth: bool = setting(
        values.SWITCH,
        "Refuse mail with 530 until the client has authenticated.",
        group="SMTP",
        default=False,
        shown="off",
    )
    show_secrets: bool = setting(
        values.SWITCH,
        "Keep passwords and tokens of AUTH in transcripts as they crossed.",
        group="SMTP",
        default=False,
        shown="off",
    )
    hide_extension: tuple[str, ...] = setting(
        values.EXTENSION,
        "Do not offer this SMTP extension, to test how a client does without it.",
        group="SMTP",
        default=(),
        shown="none",
        repeatable=True,
    )
    web_auth: tuple[str, str] | None = setting(
        values.CREDENTIALS,
        "Ask for this user and password on pages, API and events.",
        group="Web",
        default=None,
        shown="no password",
    )
    allowed_host: tuple[str, ...] = setting(
        values.HOST,
        "Answer to this name too (*.example.org: all below it). Addresses, localhost, single-label names and .local, "
        ".test, .internal and .localhost always pass; others get 421.",
        group="Web",
        default=(),
        shown="none",
        repeatable=True,
    )
    cors_origin: tuple[str, ...] = setting(
        values.ORIGIN,
        "Let pages of this origin use the API.",
        group="Web",
        default=(),
        shown="none",
        repeatable=True,
    )
    root_path: str = setting(
        values.PREFIX,
        "The path that a reverse proxy serves the pages under, such as /mail.",
        group="Web",
        default="",
        shown="none",
    )
    http_tls_cert: Path | None = setting(
        values.PATH,
        "Serve pages and API by HTTPS with this certificate, with its chain, a PEM file.",
        group="Web",
        default=None,
        shown="none",
    )
    http_tls_key: Path | None = setting(
        values.PATH,
        "The key of that certificate, a PEM file that is not encrypted.",
        group="Web",
        default=None,
        shown="none",
    )
    log_format: str = setting(
        values.LOG_FORMAT,
        "Log lines for people or one JSON object a line, on standard error.",
        group="Process",
        default="text",
        shown="text",
    )
    ready_file: Path | None = setting(
        values.PATH,
        "Write the addresses as JSON to this file when every listener accepts; removed at exit.",
        group="Process",
        default=None,
        shown="none",
    )
    config: Path | None = setting(
        values.PATH,
        "Read settings from this TOML file; flags and variables come before it.",
        group="Process",
        default=None,
        shown="none",
    )
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Where each setting that was given stands, by its name and as its writer calls it; no setting itself."""

    def source(self, name: str) -> str:
        return self.sources.get(name, f"--{name}")


TABLE: tuple[Setting, ...] = tuple(
    Setting(one.name.replace("_", "-"), one.metadata["row"]) for one in fields(Settings) if "row" in one.metadata
)
