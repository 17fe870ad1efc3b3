"""The service about itself in JSON: its version, listeners, limits and counts, its health."""

from __future__ import annotations

from typing import Literal

from pydantic.json_schema import SkipJsonSchema

from pillarbox import box
from pillarbox.web.config import Database, ListenAddress, Protocol, WebConfig
from pillarbox.web.schemas.shape import Shape, about


class Listener(Shape):
    """Where something accepts: `host` and `port`, or `path`."""

    protocol: Protocol = about("What is spoken there.", "smtp")
    host: str | SkipJsonSchema[None] = about("The address.", "127.0.0.1", default=None)
    port: int | SkipJsonSchema[None] = about("The port.", 1025, default=None)
    path: str | SkipJsonSchema[None] = about("The Unix socket; only there.", "/run/pillarbox.sock", default=None)

    @classmethod
    def of(cls, address: ListenAddress) -> Listener:
        return cls(protocol=address.protocol, host=address.host, port=address.port, path=address.path)


class InfoDatabase(Shape):
    """Where mail is kept."""

    kind: Database = about("Which database.", "sqlite")


class InfoCounts(Shape):
    """What is kept now."""

    messages: int = about("Messages.", 143)
    unread: int = about("Messages not marked read.", 12)
    bytes_: int = about("Octets of all messages.", 1048576, alias="bytes")
    sessions: int = about("SMTP sessions.", 97)
    open_sessions: int = about("SMTP sessions that are open in this process.", 1)


class InfoLimits(Shape):
    """Where the service says no; 0 is no limit."""

    max_message_size: int = about("Octets of one message.", 100_000_000)
    max_recipients: int = about("Recipients of one message.", 1000)
    max_errors: int = about("Errors in a row before a session is ended.", 20)
    max_connections: int = about("SMTP connections at once.", 5000)
    max_connections_per_address: int = about("SMTP connections from one address at once.", 0)
    idle_timeout: float = about("Seconds a session may be silent.", 300.0)
    min_rate: int = about("Octets a second that content must come in.", 10)


class Info(Shape):
    """The service about itself."""

    version: str = about("The program's version.", "0.1.0")
    hostname: str = about("The name that SMTP greets with.", "mail.test")
    listeners: tuple[Listener, ...] = about("Every address that accepts.")
    database: InfoDatabase = about("Where mail is kept.")
    counts: InfoCounts = about("What is kept now.")
    limits: InfoLimits = about("Where the service says no.")
    extensions: tuple[str, ...] = about("ESMTP keywords that EHLO announces.", ["SIZE 100000000", "8BITMIME"])

    @classmethod
    def of(cls, config: WebConfig, counts: box.Counts, open_sessions: int) -> Info:
        return cls(
            version=config.version,
            hostname=config.hostname,
            listeners=tuple(Listener.of(address) for address in (*config.smtp, *config.http)),
            database=InfoDatabase(kind=config.database),
            counts=InfoCounts(
                messages=counts.messages,
                unread=counts.unread,
                bytes_=counts.bytes,
                sessions=counts.sessions,
                open_sessions=open_sessions,
            ),
            limits=InfoLimits(
                max_message_size=config.max_message_size,
                max_recipients=config.max_recipients,
                max_errors=config.max_errors,
                max_connections=config.max_connections,
                max_connections_per_address=config.max_connections_per_address,
                idle_timeout=config.idle_timeout,
                min_rate=config.min_rate,
            ),
            extensions=config.extensions,
        )


class Health(Shape):
    """Whether the service is well; with 503 a problem says why not."""

    status: Literal["ok"] = about("Always `ok`.", "ok")
