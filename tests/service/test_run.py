from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import running

RUN = """
import gc, os, signal
from pillarbox.service.run import run
from pillarbox.settings import read

def announce(endpoints):
    print(gc.get_freeze_count() > 10_000)
    os.kill(os.getpid(), signal.SIGTERM)

variables = {"PILLARBOX_SMTP": "127.0.0.1:0", "PILLARBOX_HTTP": "127.0.0.1:0", "PILLARBOX_DATABASE": "sqlite://"}
raise SystemExit(run(read({}, variables), announce, []))
"""


def test_what_was_loaded_is_out_of_the_collectors_way_once_it_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        capture_output=True,
        text=True,
        timeout=running.START_LIMIT,
        check=False,
        cwd=tmp_path,
        env=running.environment(),
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
