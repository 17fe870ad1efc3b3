"""What the pytest plugin costs those who use it, and those who do not: `python -m tests.bench.bench_plugin`.

Everything is measured cold: a new process each time, with the wheel of this checkout installed in an environment of its
own. Runs with and without take turns, and of each the least counts, because whatever else the machine does only adds.
"Ours" is what the first use takes beyond the import of the libraries alone that it brings with it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests import installing, running
from tests.bench.row import Row, printed
from tests.installing import Installed

FIRST_USE, OURS, EACH_TEST, UNUSED = 1000.0, 150.0, 5.0, 5.0
"""Milliseconds that are asked for."""

TESTS = 300

_FIRST_USE = """
import sys, time
before, begun, work = set(sys.modules), time.perf_counter(), time.process_time()
from pillarbox.testing import Catcher
catcher = Catcher().start()
catcher.inbox()
print(1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - work))
print(" ".join(name for name in sys.modules if name not in before and name.partition(".")[0] != "pillarbox"))
catcher.stop()
"""

_LIBRARIES = """
import importlib, sys, time
names = sys.argv[1].split()
begun, work = time.perf_counter(), time.process_time()
for name in names:
    try:
        importlib.import_module(name)
    except ImportError:  # a module that another one has made up
        pass
print(1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - work))
"""

_UNUSED = """
import importlib.metadata, time
import pytest
distribution = importlib.metadata.distribution("pillarbox")
begun = time.perf_counter()
names = [str(file) for file in distribution.files]
import pillarbox.pytest_plugin
print(1000 * (time.perf_counter() - begun))
"""
"""What pytest does for a plugin: it reads which modules its distribution has, and imports it."""

_WITHOUT = "import pytest\n\n@pytest.mark.parametrize('number', range({count}))\ndef test_nothing(number):\n    pass\n"
_WITH = _WITHOUT.replace("(number)", "(number, inbox)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_plugin")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pillarbox-bench-") as name:
        folder = Path(name)
        installing.build(folder)
        installed = installing.install(next(folder.glob("*.whl")), folder)
        measure(installed, folder, options.rounds, lambda row: print(printed(row), flush=True))
    return 0


def measure(installed: Installed, folder: Path, rounds: int, tell: Callable[[Row], None]) -> None:
    said = [_python(installed, "-c", _FIRST_USE).splitlines() for _ in range(rounds)]
    first, first_cpu = _least(lines[0] for lines in said)
    libraries, libraries_cpu = _least(_python(installed, "-c", _LIBRARIES, said[0][1]) for _ in range(rounds))
    ours = max(first - libraries, 0.0)
    beside = f"{first_cpu:.0f} ms of CPU; the libraries alone {libraries:.0f} ms, CPU {libraries_cpu:.0f}"
    tell(_row("plugin: first use of the fixture", first, FIRST_USE, beside))
    tell(_row("plugin: of it our own", ours, OURS, f"{first_cpu - libraries_cpu:.0f} ms of CPU"))

    (folder / "test_with.py").write_text(_WITH.format(count=TESTS))
    (folder / "test_without.py").write_text(_WITHOUT.format(count=TESTS))
    # The first test of each file has what is paid once: it is left out of both.
    used = min(_durations(installed, folder / "test_with.py") for _ in range(3))
    unused = min(_durations(installed, folder / "test_without.py") for _ in range(3))
    each = 1000 * (used - unused) / (TESTS - 1)
    tell(_row("plugin: each test that has an inbox", each, EACH_TEST, f"{1000 * unused / (TESTS - 1):.1f} ms without"))

    cost = min(float(_python(installed, "-c", _UNUSED)) for _ in range(rounds))
    (folder / "test_one.py").write_text(_WITHOUT.format(count=1))
    entry_points = next(installed.site.glob("pillarbox-*.dist-info")) / "entry_points.txt"
    away = entry_points.with_suffix(".away")
    plugged, bare = [], []
    for _ in range(rounds):
        plugged.append(_pytest(installed, folder / "test_one.py"))
        entry_points.rename(away)
        bare.append(_pytest(installed, folder / "test_one.py"))
        away.rename(entry_points)
    beside = f"a run takes {1000 * min(plugged):.0f} ms, {1000 * min(bare):.0f} without"
    tell(_row("plugin: a run of a project that does not use it", cost, UNUSED, beside))


def _least(lines: Iterable[str]) -> tuple[float, float]:
    """Of lines of two numbers the least of each: milliseconds by the clock and of CPU."""
    pairs = [line.split() for line in lines]
    return min(float(wall) for wall, _ in pairs), min(float(work) for _, work in pairs)


def _row(what: str, milliseconds: float, asked: float, beside: str = "") -> Row:
    return Row(what, f"{milliseconds:.1f} ms", reference=beside, asked=f"< {asked:g} ms", met=milliseconds < asked)


def _python(installed: Installed, *arguments: str) -> str:
    return subprocess.run(
        [installed.python, *arguments], capture_output=True, text=True, check=True, env=_environment(), cwd="/"
    ).stdout


def _pytest(installed: Installed, *arguments: object) -> float:
    """Seconds of processor time that a run takes, its interpreter's start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        str(installed.python),
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *map(str, arguments),
    ]
    subprocess.run(command, capture_output=True, check=True, env=_environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _durations(installed: Installed, path: Path) -> float:
    """Seconds from the end of the first test to the end of the run, by the clock."""
    conftest = path.parent / "conftest.py"
    conftest.write_text(
        "import time\nfirst = []\n\n"
        "def pytest_runtest_logfinish():\n    first.append(time.perf_counter())\n\n"
        "def pytest_unconfigure():\n    print('\\nSECONDS', first[-1] - first[0])\n"
    )
    command = [str(installed.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
    conftest.unlink()
    return float(done.stdout.split("SECONDS")[1].split()[0])


def _environment() -> dict[str, str]:
    """Installed packages have been compiled by whoever installed them."""
    return running.environment(PYTHONDONTWRITEBYTECODE="", PYTEST_DISABLE_PLUGIN_AUTOLOAD="")


if __name__ == "__main__":
    sys.exit(main())
