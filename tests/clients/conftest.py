"""Real mail programs as clients. One that is not there is skipped with the reason, never silently."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import node

# The catcher and the proxy are those of the tests on the wire.
from tests.wire.conftest import catcher, proxy, start_catcher

__all__ = ["catcher", "nodemailer", "postfix", "proxy", "start_catcher"]

PROJECT = Path(__file__).parents[2]


def program(name: str, package: str) -> str:
    """Where a program is; skips the test when it is not installed."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
    if path is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return path


def run(*command: str | Path, data: bytes = b"", folder: Path | None = None) -> str:
    """Run a program to its end; what it printed. Fails with everything that it said when it did not succeed."""
    done = subprocess.run(
        [str(word) for word in command], input=data, cwd=folder, capture_output=True, timeout=120, check=False
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said
    return said


@pytest.fixture(scope="session")
def nodemailer() -> Path:
    """A folder in which Nodemailer is installed, with the scripts beside it."""
    return node.packages(Path(__file__).parent / "nodemailer")


MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_transport = {transport}
default_transport = {transport}
relay_transport = {transport}
local_recipient_maps =
relayhost = {relayhost}
smtpd_recipient_restrictions =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_helo_required = yes
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtputf8_enable = yes
strict_smtputf8 = yes
disable_dns_lookups = yes
message_size_limit = 100000000
mailbox_size_limit = 0
alias_maps =
alias_database =
maillog_file = {log}
"""

MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A Postfix of its own on loopback: takes mail on `port` and hands it to `relay_to`, or discards it.

    `settings` are lines of main.cf beyond those above, and count before them.
    """

    host = "127.0.0.1"

    def __init__(self, relay_to: int | None = None, **settings: str) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="pillarbox-postfix-", dir="/var/tmp"))
        self._home.chmod(0o755)
        # Postfix writes its log below /var only, through a daemon of its own.
        self._log = Path("/var/log") / f"{self._home.name}.log"
        self.port = _free_port()
        for name in ("etc", "queue", "data"):
            (self._home / name).mkdir()
        shutil.chown(self._home / "data", "postfix")
        relayhost, transport = (f"[127.0.0.1]:{relay_to}", "smtp:") if relay_to else ("", "discard:")
        values = {"home": self._home, "log": self._log, "relayhost": relayhost, "transport": transport}
        (self._home / "etc" / "main.cf").write_text(
            MAIN.format(**values) + "".join(f"{name} = {value}\n" for name, value in settings.items())
        )
        (self._home / "etc" / "master.cf").write_text(MASTER.format(port=self.port))
        run("/usr/sbin/postfix", "-c", self._home / "etc", "start")
        try:
            self._wait_for_the_port()
        except BaseException:
            self.stop()
            raise

    def _wait_for_the_port(self) -> None:
        pause = threading.Event()
        for _ in range(300):
            try:
                socket.create_connection((self.host, self.port), timeout=5).close()
            except OSError:
                pause.wait(0.05)
            else:
                return
        raise TimeoutError(f"Postfix does not answer: {self.log()}")

    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else "(no log)"

    def stop(self) -> None:
        """Stop it and everything that it started; returns when that is gone."""
        run("/usr/sbin/postfix", "-c", self._home / "etc", "stop")
        shutil.rmtree(self._home)
        self._log.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def need_postfix() -> None:
    program("postfix", "postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix can only be started by root")


@pytest.fixture
def postfix() -> Iterator[list[Postfix]]:
    """A list to put each started Postfix into, so that it is stopped."""
    need_postfix()
    started: list[Postfix] = []
    yield started
    for server in started:
        server.stop()
