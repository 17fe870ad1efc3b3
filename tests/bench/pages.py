"""What the pages cost in small and large boxes: the server's time, and what a browser sees when it opens them.

Chromium opens each page as a reader does who comes for the first time, when nothing is cached, and once more. Octets
are counted as they cross; the longest task and the shifts of the layout are what the browser says. Beside the server's
time by the clock stands the CPU time of its process, which other programs do not sway.

With `--boxes FOLDER` the filled boxes stay there, and are not filled again the next time.
"""

from __future__ import annotations

import smtplib
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import running
from tests.bench.fill import fill
from tests.bench.row import Row, Tell, p99
from tests.bench.servers import cpu_seconds
from tests.chromium import ARGUMENTS, CHROMIUM

SERVER_MS = 25.0
ASSETS = 60 * 1024
VISITS = 5
SLOW_REQUESTS = 20
"""Of what takes a while each time in a large box."""

SENT = 20
"""Messages of HTML that come over SMTP after the others, so that there is a session and something to preview."""

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

ENDS = 10
"""Times that the End key is pressed then."""


@dataclass(frozen=True)
class Seen:
    """Milliseconds, octets, numbers of elements; `shifts` is the sum of what Chromium calls layout-shift."""

    paint: float
    page: int
    files: int
    elements: int
    task: float
    shifts: float


def measure(tell: Tell, folder: Path, boxes: Path | None, sizes: Sequence[int], requests: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        for size in sorted(sizes):
            with _box(folder, boxes, size) as place:
                server = running.start(place, "--keep-bytes", "0", command=running.PROGRAM)
                try:
                    _send(server)
                    _asked(tell, server, size, requests)
                    _opened(tell, browser, server.url, size)
                finally:
                    server.stop()
        browser.close()


@contextmanager
def _box(folder: Path, boxes: Path | None, size: int) -> Iterator[Path]:
    if boxes is None:
        with TemporaryDirectory(dir=folder) as name:
            fill(Path(name) / "pillarbox.db", size)
            yield Path(name)
        return
    place = boxes.absolute() / str(size)
    if not (place / "filled").exists():
        place.mkdir(parents=True)
        fill(place / "pillarbox.db", size)
        (place / "filled").touch()
    yield place


def _send(server: running.Running) -> None:
    with smtplib.SMTP(server.smtp_host, server.smtp_port) as smtp:
        for n in range(SENT):
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "Shop <shop@example.org>", "ada@example.net", f"Sent {n}"
            mail.set_content("Good morning.\n" * 20)
            mail.add_alternative(f"<html><body>{'<p>Good <b>morning</b>.</p>' * 20}</body></html>", subtype="html")
            smtp.send_message(mail)


# The server


def _places(newest: int) -> dict[str, str]:
    return {
        "list": "/",
        "list, of an inbox": "/inboxes/team-3",
        "list, unread mail": "/?q=is:unread",
        "message": f"/messages/{newest}",
        "message, the reader alone": f"/messages/{newest // 2}",
        "sessions": "/sessions",
        "statistics": "/stats",
        "comparison": f"/compare?a={newest - 1}&b={newest}",
        "suggestions": "/search/suggestions?q=from:sho",
    }


def _asked(tell: Tell, server: running.Running, size: int, requests: int) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        newest = client.get("/api/v1/messages", params={"limit": 1}).json()["messages"][0]["id"]
        for language in ("en", "ru"):
            for name, address in _places(newest).items():
                if language != "en" and name not in ("list", "message"):
                    continue
                headers = {"Accept": "text/html", "Accept-Language": language}
                if name.endswith("alone"):
                    headers["HX-Target"] = "content"
                for _ in range(5):
                    client.get(address, headers=headers).raise_for_status()
                took, cpu = [], cpu_seconds(server.process.pid)
                for _ in range(requests if name != "statistics" else min(requests, SLOW_REQUESTS)):
                    begin = time.perf_counter()
                    client.get(address, headers=headers).raise_for_status()
                    took.append((time.perf_counter() - begin) * 1000)
                cpu = (cpu_seconds(server.process.pid) - cpu) / len(took) * 1000
                what = name if language == "en" else f"{name}, in Russian"
                figure = f"{statistics.median(took):.1f} ms, p99 {p99(took):.1f}"
                aimed = name.startswith(("list", "message"))
                met = statistics.median(took) < SERVER_MS if aimed else None
                asked = f"< {SERVER_MS:.0f} ms" if aimed else ""
                beside = f"CPU {cpu:.1f} ms"
                tell(Row(f"server, {what}, {size:,} messages", figure, beside, "", asked, met))


# The browser


def _opened(tell: Tell, browser: Browser, url: str, size: int) -> None:
    newest = httpx.get(f"{url}/api/v1/messages", params={"limit": 1}).json()["messages"][0]["id"]
    for name, address in _places(newest).items():
        if name.startswith("list,") or name in ("message, the reader alone", "suggestions"):
            continue
        first, later = _visits(browser, url + address)
        for visit, seen in (("first visit", first), ("later", later)):
            figure = (
                f"first paint {seen.paint:.0f} ms, page {seen.page / 1024:.1f} KB, {seen.elements:,} elements, "
                f"longest task {seen.task:.0f} ms, shifts {seen.shifts:.3f}"
            )
            met = seen.shifts < 0.001 if name in ("list", "message") else None
            tell(Row(f"browser, {name}, {visit}, {size:,} messages", figure, "", "", "no shift" if met else "", met))
        if name == "list":
            kept = f"{first.files / 1024:.1f} KB"
            tell(Row(f"scripts and style, {size:,} messages", kept, "", "", "< 60 KB", first.files < ASSETS))
    tell(Row(f"list scrolled through, {size:,} messages", _scrolled(browser, url)))


def _visits(browser: Browser, address: str) -> tuple[Seen, Seen]:
    """The medians of first visits, and of visits with everything in the cache and the settings told."""
    seen: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    for _ in range(VISITS):
        context = _context(browser)
        for visits in seen:
            page = context.new_page()
            _go(page, address)
            page.screenshot()
            visits.append(page.evaluate(SEEN))
            page.close()
        context.close()
    first, later = (
        Seen(**{name: statistics.median(one[name] for one in visits) for name in visits[0]})  # type: ignore[arg-type]
        for visits in seen
    )
    return first, later


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 860})
    context.add_init_script(WATCH)
    return context


def _go(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector('html[data-script="started"]', state="attached")


def _scrolled(browser: Browser, url: str) -> str:
    """Down the list by screens, to its end by the key, and home again."""
    context = _context(browser)
    page = context.new_page()
    _go(page, url + "/")
    most, rows = 0, set[str]()

    def look() -> None:
        nonlocal most
        most = max(most, page.evaluate("document.querySelectorAll('*').length"))
        rows.update(page.evaluate("[...document.querySelectorAll('#rows .row')].map((row) => row.dataset.key)"))

    for _ in range(SCREENS):
        page.evaluate("document.getElementById('list').scrollBy(0, 800)")
        page.wait_for_timeout(60)
        look()
    page.locator("#rows .row a").first.focus()
    for _ in range(ENDS):
        page.keyboard.press("End")
        page.wait_for_timeout(60)
        look()
    page.keyboard.press("Home")
    expect(page.locator("#rows .row a").first).to_be_focused()
    look()
    task, shifts = page.evaluate("[Math.max(0, ...seen.tasks), seen.shifts]")
    context.close()
    return f"{len(rows):,} rows seen, {most:,} elements at most, longest task {task:.0f} ms, shifts {shifts:.3f}"
