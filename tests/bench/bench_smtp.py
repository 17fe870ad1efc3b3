"""How many messages a second: smtp-source as the client, against smtp-sink, stock aiosmtpd and Pillarbox.

`python -m tests.bench.bench_smtp [--rounds N] [--only 1k] [--share 0.2] [--folder DIR]`. The servers take turns, so
that what else this machine does falls on all of them; the median of the rounds counts. The first two keep nothing;
Pillarbox, with its default settings, commits each message to a new SQLite file before its 250, with transcript and
search row, and after each turn it is checked that every message is there. CPU is what the server's process used.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from tests.bench.servers import SCRATCH, Load, Turn, all_servers, tools_missing, turn

LOADS = (
    Load("1k", "1 KB, one a connection", 1024, 20, False, 1000, 4, 1.3),
    Load("1k-100", "1 KB, 100 a connection", 1024, 20, True, 2000, 4, 1.6),
    Load("100k", "100 KB", 102_400, 20, True, 400, 2, 4.0),
    Load("5m", "5 MB", 5_000_000, 4, True, 24, 1, 5.0),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure SMTP throughput.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", metavar="KEY", default="", help="loads whose key begins so: 1k, 1k-100, 100k, 5m")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the usual number of runs")
    parser.add_argument("--folder", type=Path, default=SCRATCH, help="on a real disk: for the database")
    options = parser.parse_args()
    if tools_missing():
        return 1
    servers = all_servers(options.folder)
    print(f"Messages a second · CPU ms a message; median of {options.rounds} rounds, {os.cpu_count()} processors")
    print(f"{'':24}" + "".join(f"{name:>18}" for name in servers) + f"{'to aiosmtpd':>14}{'demanded':>10}", flush=True)
    for load in [load for load in LOADS if load.key.startswith(options.only)]:
        runs = max(1, round(load.runs * options.share))
        turns: dict[str, list[Turn]] = {name: [] for name in servers}
        for _ in range(options.rounds):
            for name, start in servers.items():
                turns[name].append(turn(start, load, runs))
        print(_line(load, turns), flush=True)
    print("Every message that smtp-source sent to Pillarbox is stored: its row, bytes, transcript and search row.")
    return 0


def _line(load: Load, turns: dict[str, list[Turn]]) -> str:
    rates = {name: statistics.median([turn.rate for turn in found]) for name, found in turns.items()}
    cpu = {name: statistics.median([turn.cpu for turn in found]) for name, found in turns.items()}
    cells = "".join(f"{f'{rates[name]:,.0f} · {cpu[name]:.2f}':>18}" for name in turns)
    return f"{load.name:24}{cells}{rates['Pillarbox'] / rates['aiosmtpd']:13.2f}x{load.asked:9.1f}x"


if __name__ == "__main__":
    sys.exit(main())
