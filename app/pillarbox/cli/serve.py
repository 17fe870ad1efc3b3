"""`pillarbox serve`: read the settings, run the service, say where it is."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pillarbox import settings

if TYPE_CHECKING:
    from pillarbox.service import Endpoints


def serve(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Returns after SIGINT or SIGTERM. Raises UsageError."""
    chosen = settings.read(flags, environ)
    # Next to nothing of what is loaded is ever garbage, and to look for it takes a fifth of the whole start.
    gc.disable()
    from pillarbox.service import run

    def announce(endpoints: Endpoints) -> None:
        if chosen.log_format == "text":
            _print(greeting(endpoints, program(sys.argv[0])))

    return run(chosen, announce, settings.doubtful_variables(environ))


def greeting(endpoints: Endpoints, command: str) -> str:
    """What is printed at the start: the addresses and, with a plain listener, the one line that sends a first mail."""
    smtps = (f"{bound} (TLS)" for bound in endpoints.smtps)
    lmtp = (f"{bound} (LMTP)" for bound in endpoints.lmtp)
    taken = " and ".join([*map(str, endpoints.smtp), *smtps, *lmtp]) or "its API only"
    said = (
        f"Pillarbox {endpoints.version} takes mail on {taken} and delivers none.\n"
        f"  Read it      {endpoints.url}\n"
        f"  Kept in      {endpoints.database}\n"
    )
    if not endpoints.smtp:
        return said
    target = str(endpoints.smtp[0]).replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")
    flag = "" if target == "127.0.0.1:1025" else f" --smtp {target}"
    return f"{said}  First mail   {command} send{flag}\n"


def program(started_as: str) -> str:
    """How to start this program again from the same shell."""
    path = Path(started_as)
    if path.name == "__main__.py":
        return f"{_short(Path(sys.executable))} -m pillarbox"
    return path.name if shutil.which(path.name) == str(path.absolute()) else _short(path)


def _short(path: Path) -> str:
    """The path from here when it lies below, else whole; from / everything does, and the whole is as short."""
    whole, here = path.absolute(), Path.cwd()
    if here == Path("/") or ".." in whole.parts or not whole.is_relative_to(here):
        return str(whole)
    below = str(whole.relative_to(here))
    return below if "/" in below else f"./{below}"


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; the catcher has not.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
