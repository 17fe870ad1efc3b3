"""The figures as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/.

Rules of this module:

* A figure's name, kind and help are said here and nowhere else; docs/metrics.md has them all.
* Names follow https://prometheus.io/docs/practices/naming/: base units, `_total` for what only grows.
* When the database does not answer, what it would have to be asked for is left out and everything else is there: that
  is when somebody looks.
* Imported when the figures are first asked for: prometheus_client takes 10 ms that no start should pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from pillarbox.box import Box
from pillarbox.box.figures import Figures, InFlight, Observed, StoreFigures
from pillarbox.errors import StoreUnavailable

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(box: Box, version: str) -> bytes:
    """All figures in the text format 0.0.4. Asks the database, so it blocks."""
    # A registry of our own: what an application in this process registers is not ours to tell.
    registry = CollectorRegistry()
    registry.register(_Pillarbox(box, version))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Pillarbox(Collector):
    def __init__(self, box: Box, version: str) -> None:
        self._box = box
        self._version = version

    def describe(self) -> Iterable[Metric]:
        """Asked at registration; without it the registry would collect everything once more to learn the names."""
        return ()

    def collect(self) -> Iterator[Metric]:
        box, store = self._box, self._box.store_figures()
        try:
            kept = list(_kept(box))
        except StoreUnavailable:
            kept = None
        yield InfoMetricFamily("pillarbox", "The program.", {"version": self._version})
        yield _gauge(
            "pillarbox_database_trouble",
            "1 while the database does not answer or takes no mail, else 0.",
            store.troubled or kept is None,
        )
        yield from kept or ()
        yield from _written(store)
        yield from _heard(box)
        if box.figures.in_flight is not None:
            yield from _in_flight(box.figures.in_flight)
        yield from _searched(box.figures)


def _kept(box: Box) -> Iterator[Metric]:
    """What the database says; all nodes of one database say the same. Raises StoreUnavailable."""
    counts = box.counts()
    yield _gauge("pillarbox_messages", "Messages kept.", counts.messages)
    yield _gauge("pillarbox_messages_unread", "Messages not marked read.", counts.unread)
    yield _gauge("pillarbox_messages_bytes", "Octets of all messages kept.", counts.bytes)
    yield _gauge("pillarbox_sessions", "SMTP sessions kept.", counts.sessions)
    yield _gauge("pillarbox_last_event_id", "Number of the latest event.", box.last_event_id())
    yield _gauge("pillarbox_database_bytes", "Octets that the database takes on the disk.", box.octets())


def _written(store: StoreFigures) -> Iterator[Metric]:
    yield CounterMetricFamily("pillarbox_messages_received", "Messages committed.", store.messages)
    yield CounterMetricFamily("pillarbox_messages_received_bytes", "Octets of messages committed.", store.octets)
    says = "Seconds from the begin of a transaction to the end of its commit, by what it held."
    yield _histogram_of("pillarbox_commit_seconds", says, store.commits.items())
    yield _histogram("pillarbox_commit_messages", "Messages in a transaction that held any.", store.batches)
    yield CounterMetricFamily("pillarbox_commits_failed", "Transactions that were rolled back.", store.failed)
    yield _gauge("pillarbox_writer_queue_length", "Jobs that wait for the writer.", store.queue)


def _heard(box: Box) -> Iterator[Metric]:
    figures = box.figures
    replies = CounterMetricFamily("pillarbox_replies", "SMTP and LMTP replies sent.", labels=("class", "code"))
    # The event loop may be adding a code: copying a dict of numbers is one step for it.
    for code, count in sorted(figures.replies.copy().items()):
        replies.add_metric((f"{code // 100}xx", str(code)), count)
    yield replies
    refused = CounterMetricFamily("pillarbox_messages_refused", "Messages turned away, by why.", labels=("reason",))
    for reason, count in figures.refusals.items():
        refused.add_metric((reason,), count)
    yield refused
    yield _gauge("pillarbox_sessions_open", "SMTP sessions open in this process.", box.open_sessions)
    ended = CounterMetricFamily(
        "pillarbox_sessions_ended", "SMTP sessions that have ended, by how.", labels=("outcome",)
    )
    for outcome, count in figures.endings.items():
        ended.add_metric((outcome,), count)
    yield ended
    yield _gauge("pillarbox_event_streams", "Listeners to live events in this process.", len(box.bus))
    yield _gauge("pillarbox_waits_open", "Waits for mail that have not been answered.", len(box.waiting))
    waits = CounterMetricFamily("pillarbox_waits_ended", "Waits for mail that have ended, by how.", labels=("result",))
    for result, count in figures.waits.items():
        waits.add_metric((result,), count)
    yield waits


def _in_flight(flight: InFlight) -> Iterator[Metric]:
    yield _gauge("pillarbox_in_flight_bytes", "Octets that have come in and are not committed yet.", flight.octets)
    yield _gauge("pillarbox_in_flight_peak_bytes", "The most octets that were in flight at once.", flight.peak)
    yield _gauge(
        "pillarbox_in_flight_limit_bytes", "Octets that may be in flight at once; 0 is no limit.", flight.limit
    )


def _searched(figures: Figures) -> Iterator[Metric]:
    says = "Seconds that a search took, by what was searched."
    yield _histogram_of("pillarbox_search_seconds", says, ((of, one.read()) for of, one in figures.searches.items()))


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value)


def _histogram(name: str, says: str, observed: Observed) -> HistogramMetricFamily:
    return HistogramMetricFamily(name, says, _buckets(observed), observed.sum)


def _histogram_of(name: str, says: str, each: Iterable[tuple[str, Observed]]) -> HistogramMetricFamily:
    """One histogram with the label `of` for each kind of thing."""
    family = HistogramMetricFamily(name, says, labels=("of",))
    for of, observed in each:
        family.add_metric((of,), _buckets(observed), observed.sum)
    return family


def _buckets(observed: Observed) -> list[tuple[str, float]]:
    return [*((str(float(bound)), count) for bound, count in observed.upto), ("+Inf", observed.count)]
