"""An Exim that is unpacked and not installed: it sends one message and ends.

It wants a user of its own to exist, which libnss-wrapper pretends, so nothing on the machine is changed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PROGRAM = PROJECT / ".build" / "debian" / "exim4-daemon-light" / "usr" / "sbin" / "exim4"
NOBODY = 65534

CONFIGURATION = """
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
exim_path = {program}
primary_hostname = exim.test
spool_directory = {home}/spool
log_file_path = {home}/spool/log-%s
exim_user = Debian-exim
exim_group = Debian-exim
untrusted_set_sender = *
begin routers
everything:
  driver = manualroute
  route_list = * 127.0.0.1::{port} byname
  transport = smtp
  self = send
begin transports
smtp:
  driver = smtp
  hosts_try_chunking = {chunking}
  allow_localhost
"""


def need_exim() -> tuple[Path, Path]:
    """The program and the library that it needs; skips the test without them."""
    if not PROGRAM.exists():
        pytest.skip("exim4-daemon-light is not unpacked (tests/install.sh does it)")
    wrapper = next(iter(Path("/usr/lib").glob("*/libnss_wrapper.so")), None)
    if wrapper is None:
        pytest.skip("libnss_wrapper.so is not installed (Debian package libnss-wrapper)")
    return PROGRAM, wrapper


def send(port: int, sender: str, recipients: Sequence[str], message: bytes, *, chunking: bool = True) -> str:
    """Have Exim send a message, its lines ended by LF, to 127.0.0.1; what it logged."""
    program, wrapper = need_exim()
    with tempfile.TemporaryDirectory(prefix="pillarbox-exim-", dir="/var/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        user, group = (os.getuid(), os.getgid()) if os.getuid() else (NOBODY, NOBODY)
        (home / "passwd").write_text(f"root:x:0:0::/:/bin/sh\nDebian-exim:x:{user}:{group}::/:/bin/sh\n")
        (home / "group").write_text(f"root:x:0:\nDebian-exim:x:{group}:\n")
        (home / "spool").mkdir()
        os.chown(home / "spool", user, group)
        values = {"program": program, "home": home, "port": port, "chunking": "*" if chunking else ""}
        (home / "exim.conf").write_text(CONFIGURATION.format(**values))
        done = subprocess.run(
            [program, "-C", home / "exim.conf", "-odf", "-oi", "-f", sender, *recipients],
            input=message,
            env=os.environ
            | {
                "LD_PRELOAD": str(wrapper),
                "NSS_WRAPPER_PASSWD": str(home / "passwd"),
                "NSS_WRAPPER_GROUP": str(home / "group"),
            },
            capture_output=True,
            timeout=120,
            check=False,
        )
        log = home / "spool" / "log-main"
        said = (done.stdout + done.stderr).decode(errors="replace") + (log.read_text() if log.exists() else "")
    assert done.returncode == 0, said
    return said
