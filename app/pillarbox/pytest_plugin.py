"""Fixtures `pillarbox` and `inbox` for pytest. PYTEST_DONT_REWRITE

Rules of this module:

* Every pytest run of an environment in which Pillarbox is installed imports it, so it imports nothing; what there is to
  do begins when a test asks for a fixture.
* pytest would compile each module of this distribution anew, to rewrite assertions that it does not have, and where
  that was never done before it takes longer than everything else: `_AsWritten` has them loaded as any other module.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pillarbox.testing import Inbox, Reached

_FAILED = pytest.StashKey[bool]()
"""Whether some phase of a test has failed."""

_ASKED = pytest.StashKey[bool]()
"""Set for a test that has an inbox, also one that it got from `request.getfixturevalue`."""

_KEPT = 24 * 3600.0
"""Seconds that the mail of a test which failed stays in a catcher that outlives the run."""

_SOCKETS = (
    "pytest-socket lets this test connect to nobody, nor to its catcher on this machine: mark the test with "
    "@pytest.mark.enable_socket, or run pytest with --allow-hosts=127.0.0.1, alone or beside --disable-socket."
)


class _AsWritten:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, path, target) if name.startswith("pillarbox.") else None


sys.meta_path.insert(0, _AsWritten)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("pillarbox", "mail (pillarbox)").addoption(
        "--pillarbox-url",
        metavar="URL",
        default=os.environ.get("PILLARBOX_URL") or None,
        help="use the catcher that runs at this address instead of starting one; without it, the one that the variable "
        "PILLARBOX_URL names, if it is set",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Import the service before the first test, which may have frozen time or replaced who knows what by then."""
    option = session.config.option
    if option.pillarbox_url or option.collectonly:
        return
    if any(_named(item) for item in session.items):
        from pillarbox.testing import catcher

        catcher.load()


def _named(item: pytest.Item) -> bool:
    """Whether it uses the catcher. Our `inbox` does; one that the project has under that name may be another thing."""
    return "pillarbox" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def pillarbox_settings() -> dict[str, Any]:
    """Settings of the catcher that `pillarbox` starts, for a conftest.py to override."""
    return {}


@pytest.fixture(scope="session")
def pillarbox(request: pytest.FixtureRequest) -> Iterator[Reached]:
    """The catcher of this session (of each worker of pytest-xdist), or the one that runs at --pillarbox-url."""
    with _catcher(request) as catcher:
        reporter = _Reporter(catcher, own=not request.config.option.pillarbox_url)
        request.config.pluginmanager.register(reporter, "pillarbox-reporter")
        yield catcher
        request.config.pluginmanager.unregister(reporter)


@pytest.fixture
def inbox(pillarbox: Reached, request: pytest.FixtureRequest) -> Iterator[Inbox]:
    """An inbox for this test alone, empty."""
    lasting = request.config.option.pillarbox_url
    request.node.stash[_ASKED] = True
    with _explained():
        made = pillarbox.inbox(ttl=_KEPT if lasting else None)
    yield made
    pillarbox.made.remove(made)
    if lasting and not request.node.stash.get(_FAILED, False):
        pillarbox.client.remove_inbox(made.name)


@contextmanager
def _catcher(request: pytest.FixtureRequest) -> Iterator[Reached]:
    """One that runs elsewhere is not asked for anything yet: an error would be that of every test of the session."""
    from pillarbox.testing import Catcher, Reached

    with _explained():
        if url := request.config.option.pillarbox_url:
            catcher = Reached(url, auth=_password())
        else:
            catcher = Catcher(**request.getfixturevalue("pillarbox_settings")).start()
    yield catcher
    if isinstance(catcher, Catcher):
        catcher.stop()


@contextmanager
def _explained() -> Iterator[None]:
    """What is wrong with the catcher is a sentence in the report, without the way it took here.

    pytest-socket only says what it has done, and with `-W error` as a warning.
    """
    from pillarbox.errors import PillarboxError

    try:
        yield
    except PillarboxError as error:
        raise pytest.fail.Exception(f"There is no catcher for this test. {error}", pytrace=False) from None
    except (RuntimeError, UserWarning) as error:
        if "pytest_socket" not in sys.modules or "A test tried to use socket" not in str(error):
            raise
        raise pytest.fail.Exception(_SOCKETS, pytrace=False) from None


def _password() -> tuple[str, str] | None:
    """PILLARBOX_WEB_AUTH, as for the commands that speak to a catcher. Raises UsageError."""
    from pillarbox.settings.given import credentials

    given = os.environ.get("PILLARBOX_WEB_AUTH")
    return credentials("PILLARBOX_WEB_AUTH", given) if given else None


class _Reporter:
    """Puts mail and transcripts of a test that has failed below its traceback; there is none before a catcher is."""

    def __init__(self, catcher: Reached, *, own: bool) -> None:
        self._catcher = catcher
        self._own = own
        self._begin()

    def _begin(self) -> None:
        from pillarbox import clock

        self._since, self._mark = clock.now(), len(self._catcher.made)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self._begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed:
            item.stash[_FAILED] = True
            if report.when != "teardown" and (_named(item) or _ASKED in item.stash):
                report.sections.append(("Pillarbox: mail of this test", self._text()))
        return report

    def _text(self) -> str:
        from pillarbox.testing import report

        if self._own:
            return report.since(self._catcher.client, self._since)
        # What was there when the test began is of a wider scope than a test: other tests have used it too.
        made = enumerate(self._catcher.made)
        begins = {one.name: self._since if number < self._mark else None for number, one in made}
        return report.of_inboxes(self._catcher.client, begins)
