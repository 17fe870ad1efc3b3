"""The service in a process of its own, for processes that it cannot run in.

gevent makes every thread of a program a greenlet of one thread: an event loop that waits for sockets, or a database
that waits for its disk, would stand in the way of the very application that is to send the mail. pytest-socket lets
nobody make a socket while a test runs, which may be the one that a catcher is started for. And libraries that are
imported while freezegun has its own class in the place of `datetime` are made of that, or cannot be imported.

The other process is `python -m pillarbox.testing.process`. It reads its settings as one line of JSON, answers with one,
and ends when its standard input does, which it does when we end, however that happens. It is out of the terminal's
reach: Ctrl-C is for us, whose tests may still send mail while they clean up, and the catcher then ends in good order.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pillarbox
from pillarbox.errors import UsageError
from pillarbox.settings.given import Texts
from pillarbox.testing.place import Place


class ServiceProcess:
    """`start` once, then `stop` once."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Place:
        """Returns when every listener accepts. Raises UsageError."""
        here = str(Path(pillarbox.__file__).parents[1])
        paths = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "pillarbox.testing.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": paths},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(self._texts) + "\n")
        process.stdin.flush()
        said = json.loads(process.stdout.readline() or '{"error": "The catcher has ended at its start."}')
        if "error" in said:
            self.stop()
            raise UsageError(said["error"])
        return Place(**said)

    def stop(self) -> None:
        """Returns when it has ended."""
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()


def main() -> None:
    """The other process: tell where the catcher is, or why it is not, and run until standard input ends."""
    from pillarbox.settings import given
    from pillarbox.testing.thread import ServiceThread

    try:
        service = ServiceThread(given.settings(json.loads(sys.stdin.readline())))
        place = service.start()
    except UsageError as error:
        _say({"error": str(error)})
        return
    _say(asdict(place))
    sys.stdin.read()
    service.stop()


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
