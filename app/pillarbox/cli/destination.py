"""Where the commands that speak SMTP hand mail to.

Rules of this module:

* A flag counts before variables. Of these, PILLARBOX_SMTP is what `serve` listens on and may name several addresses, of
  which the first one counts; PILLARBOX_SMTP_HOST and PILLARBOX_SMTP_PORT are what `pillarbox run` sets. Without any it
  is the default of `serve`.
* SMTP_HOST and SMTP_PORT, which many programs read, may name a server that delivers. They count only for `sendmail`,
  which stands where a program of the app's own would read them.
* A host that means every address of this machine is no address to connect to, so it becomes a loopback address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pillarbox.errors import UsageError
from pillarbox.settings import Address, TcpAddress, read_address

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "1025"

OWN = ("PILLARBOX_SMTP_HOST", "PILLARBOX_SMTP_PORT")
GENERAL = ("SMTP_HOST", "SMTP_PORT")

_LOCAL = {None: DEFAULT_HOST, "0.0.0.0": DEFAULT_HOST, "::": "::1"}


def destination(flag: str | None, environ: Mapping[str, str], pairs: Sequence[tuple[str, str]] = (OWN,)) -> Address:
    """The server that is meant; a TCP address has a host. `pairs` are the variables of host and port that count.

    Raises UsageError, which names the flag or variable.
    """
    if flag is not None:
        return _read("--smtp", flag)
    if listed := environ.get("PILLARBOX_SMTP", "").strip():
        return _read("PILLARBOX_SMTP", listed.split(",")[0].strip())
    for host_name, port_name in pairs:
        host, port = environ.get(host_name, "").strip(), environ.get(port_name, "").strip()
        if host or port:
            shown = f"[{host}]" if ":" in host and not host.startswith("[") else host or DEFAULT_HOST
            return _read(f"{host_name} with {port_name}", f"{shown}:{port or DEFAULT_PORT}")
    return TcpAddress(DEFAULT_HOST, int(DEFAULT_PORT))


def _read(source: str, text: str) -> Address:
    try:
        address = read_address(text)
    except ValueError as error:
        raise UsageError(f"{source} says {text!r}, which cannot be used: {error}.") from None
    if isinstance(address, TcpAddress):
        if address.port == 0:
            raise UsageError(f"{source} says {text!r}, but nothing listens on port 0; name the port of a catcher.")
        return TcpAddress(_LOCAL.get(address.host, address.host), address.port)
    return address
