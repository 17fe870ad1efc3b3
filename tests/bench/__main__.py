"""Everything that is measured, in one table: `make bench`.

`python -m tests.bench [--only ingest] [--rounds 3] [--sizes 10000,100000,1000000] [--server NAME=HOST:PORT] [--write]`.
Servers take turns, medians count, and each figure stands beside a reference of the same run, because machines are
noisy. With `--write` the table goes into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import ingest, pages, reading, visible, weight
from tests.bench.row import Row, markdown, printed
from tests.bench.servers import ROOT, SCRATCH, tools_missing

PAGE_SIZES = (100, 100_000, 1_000_000)
"""Messages in the boxes whose pages are opened."""

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- made by `make bench`: begin -->\n"
END = "<!-- end -->\n"


def main() -> int:
    options = _options()
    if tools_missing():
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []

    def tell(row: Row) -> None:
        rows.append(row)
        print(printed(row), flush=True)

    parts: dict[str, Callable[[], None]] = {
        "ingest": lambda: ingest.measure(tell, options.folder, options.server, options.rounds, short=options.short),
        "visible": lambda: visible.measure(tell, options.folder, options.checks),
        "weight": lambda: weight.measure(tell, options.folder),
        "reading": lambda: reading.measure(tell, options.folder, options.sizes, options.requests),
        "pages": lambda: pages.measure(tell, options.folder, options.boxes, options.page_sizes, options.requests),
    }
    print(_machine())
    for name, measure in parts.items():
        if options.only in ("", name):
            measure()
    if options.write:
        _write(markdown(rows))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Pillarbox.")
    parser.add_argument("--only", choices=("ingest", "visible", "weight", "reading", "pages"), default="")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each server; the median counts")
    parser.add_argument("--short", action="store_true", help="of ingest only the loads for which something is asked")
    parser.add_argument("--checks", type=int, default=10_000, help="looks after a 250")
    parser.add_argument("--requests", type=int, default=300, help="requests of each kind")
    parser.add_argument("--sizes", type=_sizes, default=(10_000, 100_000, 1_000_000), metavar="N,N,…")
    parser.add_argument(
        "--page-sizes", type=_sizes, default=PAGE_SIZES, metavar="N,N,…", help="of the boxes whose pages are opened"
    )
    parser.add_argument("--boxes", type=Path, help="where the boxes of pages are, or are to stay")
    parser.add_argument("--folder", type=Path, default=SCRATCH, help="on a real disk, with 6 GB of room")
    parser.add_argument(
        "--server", type=_server, action="append", default=[], metavar="NAME=HOST:PORT", help="one more to measure"
    )
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    options.server = dict(options.server)
    return options


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


def _server(text: str) -> tuple[str, tuple[str, int]]:
    name, place = text.split("=", 1)
    host, port = place.rsplit(":", 1)
    if host not in ("localhost", "[::1]") and not host.startswith("127."):
        raise argparse.ArgumentTypeError(f"{host} is not this machine: a load is sent to loopback addresses only")
    return name, (host, int(port))


def _machine() -> str:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores of {model}, "
        f"{memory:.0f} GiB"
    )


def _write(table: str) -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{_machine()}\n\n{table}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
