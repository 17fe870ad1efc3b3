"""What `/metrics` of a running catcher says, read by the parser of Prometheus' own client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Scrape:
    """`text` as it came; `kinds` by name, as `# TYPE` says; `samples` by name and labels."""

    text: str
    kinds: dict[str, str]
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float]

    def __getitem__(self, name: str) -> float:
        """The figure that has no labels."""
        return self.samples[name, frozenset()]

    def of(self, name: str, **labels: str) -> float:
        return self.samples[name, frozenset(labels.items())]

    def by(self, name: str, label: str) -> dict[str, float]:
        """The figures of one name by one of their labels."""
        return {dict(labels)[label]: value for (one, labels), value in self.samples.items() if one == name}

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Every label there is: the name of its series, its own name, its value."""
        for name, labels in self.samples:
            for label, value in labels:
                yield name, label, value


def scrape(url: str) -> Scrape:
    answer = httpx.get(f"{url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.text)


def read(text: str) -> Scrape:
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in samples, f"{key} is there twice"
            samples[key] = sample.value
    return Scrape(text, dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)), samples)
