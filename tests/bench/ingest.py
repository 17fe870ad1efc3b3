"""How many messages a second are taken, by size, connections and messages a connection, beside smtp-sink, which keeps
nothing, stock aiosmtpd, which keeps nothing either, and any other server.
"""

from __future__ import annotations

import statistics
from pathlib import Path

from tests.bench.row import Row, Tell
from tests.bench.servers import Load, Turn, all_servers, turn

SIZES = {"1 KB": 1024, "10 KB": 10_240, "100 KB": 102_400, "5 MB": 5_000_000}
CONNECTIONS = (1, 20, 100)
SECONDS = 1.5
"""How long a turn shall last, roughly, by what the first one shows."""

ASKED = {
    ("1 KB", 20, False): (0.15, 0.20),
    ("1 KB", 60, True): (0.12, 0.18),
    ("100 KB", 20, True): (0.40, None),
    ("5 MB", 4, True): (0.50, None),
}
"""Of smtp-sink's rate: what is asked for, and what is aimed at."""


def measure(tell: Tell, folder: Path, others: dict[str, tuple[str, int]], rounds: int, *, short: bool) -> None:
    """`short`: only the loads for which something is asked."""
    servers = all_servers(folder, others)
    for size, connections, kept in _loads(short):
        load = _load(size, connections, kept)
        turns: dict[str, list[Turn]] = {name: [] for name in servers}
        runs = 1
        for number in range(rounds + 1):
            for name, start in servers.items():
                turns[name].append(turn(start, load, runs))
            if number == 0:  # it sets the length of the others and does not count
                slowest = min(found[0].rate for found in turns.values())
                runs = max(1, round(SECONDS * slowest / load.messages))
        tell(_row(load, size, {name: found[1:] for name, found in turns.items()}))


def _loads(short: bool) -> list[tuple[str, int, bool]]:
    asked = list(ASKED)
    if short:
        return asked
    usual = [(size, number, kept) for size in SIZES for kept in (False, True) for number in CONNECTIONS]
    return [load for load in usual if load[0] != "5 MB" or load[1] <= 20] + [one for one in asked if one not in usual]


def _load(size: str, connections: int, kept: bool) -> Load:
    octets = SIZES[size]
    messages = {1024: 2000, 10_240: 1000, 102_400: 400, 5_000_000: 24}[octets]
    if kept:  # a hundred over each connection, as far as that is not too much for one turn
        messages = max(messages, min(100 * connections, messages * 3))
    asked, _ = ASKED.get((size, connections, kept), (0.0, None))
    name = f"{size}, {connections} connection{'s' * (connections > 1)}, {'kept' if kept else 'one message each'}"
    return Load(size, name, octets, connections, kept, messages, 1, asked)


def _row(load: Load, size: str, turns: dict[str, list[Turn]]) -> Row:
    rates = {name: statistics.median([turn.rate for turn in found]) for name, found in turns.items()}
    ours = rates.pop("Pillarbox")
    ratio = ours / rates["smtp-sink"]
    asked, aim = ASKED.get((size, load.connections, load.kept), (None, None))
    return Row(
        what=f"ingest {load.name}",
        figure=f"{ours:,.0f} a second",
        reference=", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items()),
        ratio=f"{ratio:.2f}",
        asked="" if asked is None else f"{asked:.2f}" + (f", aim {aim:.2f}" if aim else ""),
        met=None if asked is None else ratio >= asked,
    )
