"""What the pages cost in small and large boxes: the server's time, and what a browser sees when it opens them.

Chromium opens each page as a reader does who comes for the first time: nothing is cached. Octets are counted as they
cross, the longest task and the shifts of the layout as the browser reports them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests import running
from tests.bench.fill import fill
from tests.bench.row import Row, Tell, p99
from tests.chromium import ARGUMENTS, CHROMIUM

SERVER_MS = 25.0
ASSETS = 60 * 1024

WATCH = """
  window.seen = {tasks: [], shifts: 0};
  new PerformanceObserver((list) => list.getEntries().forEach((one) => seen.tasks.push(one.duration)))
    .observe({type: 'longtask', buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { seen.shifts += one.value }))
    .observe({type: 'layout-shift', buffered: true});
"""

SEEN = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const files = performance.getEntriesByType('resource').filter((one) => one.name.includes('/static/'));
  return {
    paint: paint?.startTime ?? 0,
    page: performance.getEntriesByType('navigation')[0].transferSize,
    files: files.reduce((sum, one) => sum + one.encodedBodySize, 0),
    elements: document.querySelectorAll('*').length,
    task: Math.max(0, ...seen.tasks),
    shifts: seen.shifts,
  };
}"""

SCREENS = 60
"""Of the list, that are scrolled through to see how the page grows."""


@dataclass(frozen=True)
class Seen:
    """Milliseconds, octets, numbers of elements; `shifts` is the sum of what Chromium calls layout-shift."""

    paint: float
    page: int
    files: int
    elements: int
    task: float
    shifts: float


def measure(tell: Tell, folder: Path, sizes: Sequence[int], requests: int) -> None:
    with ExitStack() as places, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        for size in sorted(sizes):
            place = Path(places.enter_context(TemporaryDirectory(dir=folder)))
            fill(place / "pillarbox.db", size)
            server = running.start(place, "--keep-bytes", "0", command=running.PROGRAM)
            try:
                _one_box(tell, browser, server.url, size, requests)
            finally:
                server.stop()
        browser.close()


def _one_box(tell: Tell, browser: Browser, url: str, size: int, requests: int) -> None:
    places = {"list": "/", "message": f"/messages/{size // 2}", "sessions": "/sessions", "statistics": "/stats"}
    with httpx.Client(base_url=url, timeout=60) as client:
        for name, address in places.items():
            took = []
            for n in range(-5, requests):
                begin = time.perf_counter()
                client.get(address).raise_for_status()
                if n >= 0:
                    took.append((time.perf_counter() - begin) * 1000)
            median = statistics.median(took)
            asked = f"< {SERVER_MS:.0f} ms" if name in ("list", "message") else ""
            figure = f"{median:.1f} ms, p99 {p99(took):.1f}"
            tell(Row(f"server, page of {name}, {size:,} messages", figure, "", "", asked, median < SERVER_MS))
    for name, address in places.items():
        seen = _opened(browser, url + address)
        tell(
            Row(
                f"browser, page of {name}, {size:,} messages",
                f"first paint {seen.paint:.0f} ms, page {seen.page / 1024:.1f} KB, {seen.elements:,} elements, "
                f"longest task {seen.task:.0f} ms, shifts {seen.shifts:.3f}",
            )
        )
        if name == "list":
            kept = f"{seen.files / 1024:.1f} KB"
            tell(Row(f"scripts and style, {size:,} messages", kept, "", "", "< 60 KB", seen.files < ASSETS))
    tell(Row(f"list scrolled through {SCREENS} screens, {size:,} messages", _scrolled(browser, url)))


def _opened(browser: Browser, address: str) -> Seen:
    """The medians of five visits."""
    visits = []
    for _ in range(5):
        context = browser.new_context(viewport={"width": 1440, "height": 860})
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector('html[data-script="started"]', state="attached")
        page.screenshot()
        visits.append(page.evaluate(SEEN))
        context.close()
    return Seen(**{name: statistics.median(one[name] for one in visits) for name in visits[0]})


def _scrolled(browser: Browser, url: str) -> str:
    context = browser.new_context(viewport={"width": 1440, "height": 860})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(url + "/")
    page.wait_for_selector('html[data-script="started"]', state="attached")
    most, rows = 0, set[str]()
    for _ in range(SCREENS):
        _one_screen(page)
        most = max(most, page.evaluate("document.querySelectorAll('*').length"))
        rows.update(page.evaluate("[...document.querySelectorAll('#rows .row')].map((row) => row.dataset.key)"))
    task = page.evaluate("Math.max(0, ...seen.tasks)")
    context.close()
    return f"{len(rows):,} rows seen, {most:,} elements at most, longest task {task:.0f} ms"


def _one_screen(page: Page) -> None:
    page.evaluate("document.getElementById('list').scrollBy(0, 800)")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(60)
