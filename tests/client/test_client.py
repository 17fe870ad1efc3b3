"""The client against a real catcher, and against what is none."""

from __future__ import annotations

import asyncio
import http.server
import inspect
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pillarbox.client import AsyncClient, Client, ExpectationFailed, Refused, Unreachable, UsageError, call
from pillarbox.testing import Catcher
from tests.running import environment

RAW = b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\nHello Ada\r\n"

CALLS = [name for name, made in vars(call).items() if inspect.isfunction(made) and not name.startswith("_")]


@pytest.fixture(scope="module")
def client(catcher: Catcher) -> Client:
    return catcher.client


def test_every_call_is_a_method_of_both_clients() -> None:
    calls = set(CALLS) - {"dataclass", "quote", "as_cursor", "as_params", "read"}
    assert len(calls) == 18
    for kind in (Client, AsyncClient):
        assert calls <= set(vars(kind))
        assert all(getattr(kind, name).__doc__ == getattr(call, name).__doc__ for name in calls)


def test_a_message_goes_in_and_comes_out_whole(client: Client) -> None:
    row = client.put(RAW, mail_from="app@example.org", rcpt_to=["ada@example.org", "bcc@example.org"], inbox="whole")
    message = client.message(row.id)
    assert (message.subject, message.text, message.bcc) == ("Hello", "Hello Ada\n", ("bcc@example.org",))
    assert message.header("FROM") == "Shop <shop@example.org>"
    assert message.header("X-None") is None
    assert client.raw(row.id) == RAW
    assert client.part(row.id, 0) == b"Hello Ada\r\n"
    assert [one.id for one in client.messages(inbox="whole", q="hello").messages] == [row.id]
    assert client.wait(inbox="whole", subject="hell", timeout=0) == (message,)
    assert client.messages(inbox="whole", after=row).messages == ()


def test_mail_is_deleted_one_by_one_or_by_inbox(client: Client) -> None:
    rows = [client.put(RAW, rcpt_to=["ada@example.org"], inbox="gone") for _ in range(3)]
    client.delete(rows[0].id)
    assert client.delete_all(inbox="gone") == 2
    assert client.messages(inbox="gone").total == 0


def test_inboxes_are_made_shown_and_removed(client: Client) -> None:
    made = client.make_inbox(ttl=600)
    assert made.expires_at is not None
    assert client.inbox(made.name) == made
    assert made in client.inboxes()
    client.remove_inbox(made.name)
    assert made.name not in [one.name for one in client.inboxes()]


def test_a_session_is_shown_with_what_was_said(catcher: Catcher, client: Client) -> None:
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port) as smtp:
        smtp.ehlo("client.test")
        smtp.docmd("RCPT TO:<ada@example.org>")
    [found] = client.sessions(helo="client.test", tls=False).sessions
    session = client.session(found.id)
    assert (session.greeting, session.worst_reply, session.messages) == ("EHLO", 503, ())
    assert "RCPT" in client.transcript_text(found.id)
    assert [one.verb for one in client.transcript(found.id).entries if one.verb] == ["EHLO", "RCPT", "QUIT"]


def test_the_twin_for_event_loops_says_the_same_in_one_loop_after_another(catcher: Catcher, client: Client) -> None:
    row = client.put(RAW, rcpt_to=["ada@example.org"], inbox="twin")

    async def ask() -> tuple[Any, ...]:
        found = await asyncio.gather(catcher.aio.message(row.id), catcher.aio.wait(inbox="twin"), catcher.aio.info())
        return tuple(found)

    for _ in range(2):
        message, waited, info = asyncio.run(ask())
        assert message == client.message(row.id)
        assert waited == (message,)
        assert info.version == client.info().version


@pytest.mark.parametrize(
    ("ask", "status", "said"),
    [
        (lambda client: client.message(10**9), 404, "There is no message 1000000000"),
        (lambda client: client.messages(limit=0), 400, "limit: "),
        (lambda client: client.remove_inbox("default"), 409, "default"),
        (lambda client: client.make_inbox("a/b"), 400, "body.name: "),
    ],
)
def test_a_problem_is_an_exception_with_its_sentence(
    client: Client, ask: Callable[[Client], object], status: int, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        ask(client)
    assert refused.value.status == status


def test_a_wait_that_ends_without_its_mail_says_what_came_instead(client: Client) -> None:
    row = client.put(RAW, rcpt_to=["ada@example.org"], inbox="nearly")
    with pytest.raises(ExpectationFailed) as failed:
        client.wait(inbox="nearly", subject="Goodbye", timeout=0)
    assert failed.value.status == 409
    near = failed.value.failure.nearest[0]
    assert (near.id, near.failed[0].condition, near.failed[0].wanted, near.failed[0].actual) == (
        row.id,
        "subject",
        "Goodbye",
        "Hello",
    )
    assert f'message {row.id}, "Hello":\n    subject: wanted "Goodbye", actual "Hello"' in str(failed.value)


def test_a_password_is_asked_for_and_never_shown() -> None:
    with Catcher(web_auth=("ada", "geheim")) as catcher:
        with pytest.raises(UsageError, match="asks for a user name and a password"):
            Client(catcher.url).info()
        within = catcher.url.replace("://", "://ada:geheim@")
        for client in (Client(catcher.url, auth=("ada", "geheim")), Client(within)):
            assert client.info().version
            assert client.url == catcher.url
        with pytest.raises(UsageError) as refused:
            Client(catcher.url.replace("://", "://ada:falsch@")).info()
    assert "falsch" not in str(refused.value)


def test_a_unix_socket_is_an_address_too_and_so_is_a_path(tmp_path: Path) -> None:
    with Catcher(http=f"unix:{tmp_path / 'http'}") as catcher:
        assert catcher.url == f"unix:{tmp_path / 'http'}"
        assert catcher.client.info().version
    with Catcher(root_path="/mail") as catcher, Client(f"{catcher.url}/mail/") as client:
        assert client.info().version
        assert client.url == f"{catcher.url}/mail"


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, _, body = self.path.rpartition("/")[2].partition("?")[0].partition("-")
        self.send_response(int(status) if status.isdigit() else 200)
        self.end_headers()
        self.wfile.write(b"<h1>It works!</h1>" if not body else body.encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", [200, 404, 500])
def test_what_is_no_catcher_is_told_as_that(stranger: str, path: int) -> None:
    with Client(stranger) as client, pytest.raises(Unreachable, match="is no Pillarbox"):
        client.message(path)


def test_where_nobody_listens_that_is_said() -> None:
    with Client("http://ada:geheim@127.0.0.1:9") as client, pytest.raises(Unreachable) as failed:
        client.info()
    assert str(failed.value).startswith("Nothing answers at http://127.0.0.1:9 as a catcher does (")


@pytest.mark.parametrize("url", ["", "localhost:8025", "ftp://x", "http://", "http://x:99999", "http://a:b@:1"])
def test_what_is_no_address_is_refused_with_one_that_is(url: str) -> None:
    with pytest.raises(UsageError, match=r"is no address of a catcher; write http://127\.0\.0\.1:8025 or unix:/path"):
        Client(url)


def test_no_proxy_of_the_environment_is_asked(catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Client(catcher.url).info().version


def test_what_answers_the_requests_of_an_application_in_its_tests_does_not_answer_ours(
    catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered(self: object, request: httpx.Request) -> httpx.Response:
        return httpx.Response(418)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answered)
    assert httpx.get("http://example.org").status_code == 418
    assert Client(catcher.url).info().version


def test_httpx_is_imported_when_a_client_is_made_and_not_before() -> None:
    code = (
        "import sys, pillarbox.client, pillarbox.testing\n"
        "heavy = {'httpx', 'fastapi', 'sqlalchemy', 'asyncio', 'ssl', 'pytest'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "pillarbox.client.Client('http://127.0.0.1:9')\n"
        "print('httpx' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True, timeout=60
    )
    assert done.stdout == "[]\nTrue\n"
