"""Every figure is documented, with its kind and its labels, and none that does not exist."""

from __future__ import annotations

import re
import smtplib
from pathlib import Path

import pytest
import yaml

from tests.running import Running
from tests.scraping import Scrape, scrape

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.fixture(scope="module")
def found(shared_server: Running) -> Scrape:
    """The figures of a catcher that has sent a reply, so that every label is there."""
    with smtplib.SMTP(shared_server.smtp_host, shared_server.smtp_port) as client:
        client.noop()
    return scrape(shared_server.url)


def documented() -> dict[str, tuple[str, set[str]]]:
    rows = re.findall(r"^\| `([a-z_]+)` \| (\w+) \| ([^|]*)\| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def labels_of(found: Scrape, name: str) -> set[str]:
    series = {name, f"{name}_bucket"}
    return {label for one, label, _ in found.labels() if one in series} - {"le"}


def test_every_figure_is_on_the_page_with_its_kind_and_labels(found: Scrape) -> None:
    assert documented() == {name: (kind, labels_of(found, name)) for name, kind in found.kinds.items()}


def test_every_value_of_a_label_is_explained(found: Scrape) -> None:
    rows = {line.split("`")[1]: line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")}
    for name, label, value in found.labels():
        if label in ("outcome", "reason", "of", "result"):
            assert f"`{value}`" in rows[re.sub("_(bucket|count|sum)$", "", name)]


def test_questions_and_alerts_ask_for_figures_and_labels_that_exist(found: Scrape) -> None:
    series = {name for name, _ in found.samples}
    for expression in re.findall(r"^ {4,}.*$", PAGE.read_text("utf-8"), re.MULTILINE):
        for name, labels in re.findall(r"\b((?:pillarbox|process)_\w+)(?:\{([^}]*)\})?", expression):
            assert name in series, expression
            for label, value in re.findall(r'(\w+)="([^"]*)"', labels):
                assert any((one, label, value) == (name, label, value) for one, _, _ in found.labels())


def test_the_examples_are_yaml_with_a_summary_for_every_alert() -> None:
    scraping, alerts = re.findall(
        r"((?: {4}.*\n)*? {4}(?:scrape_configs|groups):\n(?: {4}.*\n)+)", PAGE.read_text("utf-8")
    )
    (job,) = yaml.safe_load(scraping)["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["127.0.0.1:8025"]}]
    (group,) = yaml.safe_load(alerts)["groups"]
    assert len(group["rules"]) == 6
    for rule in group["rules"]:
        assert rule["alert"].startswith("Pillarbox")
        assert rule["annotations"]["summary"].endswith(".")
