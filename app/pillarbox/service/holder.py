"""Who has a TCP port: the program's name and pid, as far as /proc tells it to this user. Only for error sentences."""

from __future__ import annotations

from pathlib import Path

_LISTEN = "0A"
"""TCP_LISTEN in /proc/net/tcp, see proc(5)."""


def holder_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """`postfix (pid 312)`, or None when nobody can be named."""
    inodes = _inodes(port, proc)
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in proc.glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in wanted for link in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:  # it has ended, or it belongs to another user
            continue
    return None


def _inodes(port: int, proc: Path) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if int(columns[1].rpartition(":")[2], 16) == port and columns[3] == _LISTEN:
                found.add(columns[9])
    return found - {"0"}
