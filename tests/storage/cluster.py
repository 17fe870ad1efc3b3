"""A PostgreSQL cluster of the tests' own: a free port on loopback, a temporary folder, an unprivileged user.

Rules of this module:

* PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where that does not exist.
* Nothing that it keeps has to survive: it does not wait for the disk.
* Who starts it stops it; `running_cluster` does both. Databases are thrown away with it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

OWNER = "pillarbox"


class Missing(Exception):
    """The server's programs are not installed; the text is the reason to skip."""


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises Missing."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    found = shutil.which("initdb")
    if found and (Path(found).parent / "pg_ctl").exists():
        return Path(found).parent
    raise Missing("PostgreSQL's server programs are not installed (Debian package postgresql)")


@dataclass
class Cluster:
    port: int
    _control: Callable[..., None]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def stop(self) -> None:
        """As a server goes that is being restarted: whoever is connected is thrown out."""
        self._control("stop", "--wait", "--mode=fast")

    def start(self) -> None:
        self._control("start")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of one's own, in autocommit, to look and to interfere."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, dbname=database, autocommit=True)

    def create(self, options: str = "") -> str:
        """Make a fresh, empty database; its name."""
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}".encode())
        return name

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Raises Missing when there is nothing to run."""
    folder = programs()
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="pillarbox-postgresql-"))
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [folder / program, "-D", home / "data", *arguments],
            check=True,
            cwd=home,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            stdout=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        port = _free_port()
        settings = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} "
            "-c fsync=off -c max_connections=200 -c shared_buffers=32MB"
        )

        def control(action: str, *arguments: str) -> None:
            given = ("--wait", "--timeout=60", "--log", str(home / "log"), "-o", settings) if action == "start" else ()
            run("pg_ctl", action, *given, *arguments)

        control("start")
        try:
            yield Cluster(port, control)
        finally:
            control("stop", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Whom to run as; None for ourselves."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
