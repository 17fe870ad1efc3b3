"""From an argument list to an exit code.

Rules of this module:

* Called as `sendmail`, by a link of that name, it is that and nothing else.
* `pillarbox` alone, or followed by flags, is `pillarbox serve`.
* Wrong use is one sentence with the mend on standard error and exit code 2; nobody is shown a stack for it.
* A reader of our output that goes away (`pillarbox version | true`) is no error of ours.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence

from pillarbox.cli.arguments import parse
from pillarbox.cli.sentences import no
from pillarbox.errors import UsageError

STANDS_IN_FOR = ("sendmail", "mailq", "newaliases")
"""Programs that this one is when it is called by their names."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. 0 done, 1 it did not work out, 2 wrong use."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # mail has letters that not every terminal has
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        return no(str(error), 2)
    except BrokenPipeError:
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return code


def _run(arguments: Sequence[str] | None) -> int:
    if arguments is None:
        called, arguments = sys.argv[0], sys.argv[1:]
        if os.path.basename(called) in STANDS_IN_FOR:
            from pillarbox.cli.sendmail import sendmail

            return sendmail(arguments, os.environ, called)
    options = parse(arguments)
    match options.command:
        case "serve":
            from pillarbox.cli.serve import serve

            return serve(vars(options), os.environ)
        case "wait":
            from pillarbox.cli.wait import wait

            return wait(options, os.environ)
        case "tail":
            from pillarbox.cli.tail import tail

            return tail(options, os.environ)
        case "run":
            from pillarbox.cli.run import run

            return run(options, os.environ)
        case "send":
            from pillarbox.cli.send import send

            return send(options, os.environ)
        case "sendmail":
            from pillarbox.cli.sendmail import sendmail

            return sendmail(options.arguments, os.environ)
        case "lint":
            from pillarbox.cli.lint import lint

            return lint(options.file, as_json=options.json)
        case "export":
            from pillarbox.cli.exports import export

            return export(options, os.environ)
        case "import":
            from pillarbox.cli.imports import import_

            return import_(options, os.environ)
        case "check":
            from pillarbox.cli.check import check
            from pillarbox.cli.place import place

            return check(place(options.url, os.environ))
        case "version":
            import pillarbox

            print(f"pillarbox {pillarbox.__version__}")
            return 0
        case command:
            raise AssertionError(command)
