"""What every request passes and every response carries, seen from a socket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pillarbox.errors import StoreUnavailable
from pillarbox.web import security
from tests.web.shapes import assert_problem
from tests.web.world import LIMIT, PLAIN, World

MESSAGES = "/api/v1/messages"
PROBES = ("/healthz", "/readyz")


def raw_request(world: World, head: str) -> bytes:
    """A request with exactly these lines, for what no client library sends."""
    with socket.create_connection(("127.0.0.1", world.port), LIMIT) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        answer = b""
        while block := connection.recv(65536):
            answer += block
    return answer


@pytest.mark.parametrize("path", [MESSAGES, "/api/v1/events", "/metrics", "/openapi.json", "/docs", "/", "/nothing"])
def test_a_rebound_name_reads_nothing(shared_client: httpx.Client, path: str) -> None:
    found = assert_problem(shared_client.get(path, headers={"host": "evil.com:8025"}), 421)
    assert "evil.com" in found["detail"]
    assert "--allowed-host" in found["detail"]


@pytest.mark.parametrize("host", ["localhost:8025", "[::1]:8025", "10.0.0.1", "pillarbox", "x.test"])
def test_a_local_name_reads_mail(shared_client: httpx.Client, host: str) -> None:
    assert shared_client.get(MESSAGES, headers={"host": host}).status_code == 200


def test_an_allowed_name_reads_mail(start_world: Callable[..., World]) -> None:
    client = start_world(allowed_hosts=frozenset({"mail.example.org"})).client
    assert client.get(MESSAGES, headers={"host": "mail.example.org"}).status_code == 200
    assert_problem(client.get(MESSAGES, headers={"host": "example.org"}), 421)


def test_a_request_without_a_host_reads_nothing(shared_world: World) -> None:
    assert raw_request(shared_world, f"GET {MESSAGES} HTTP/1.0").startswith(b"HTTP/1.1 421 ")
    assert raw_request(shared_world, "GET /healthz HTTP/1.0").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_needs_neither_a_name_nor_a_password(start_world: Callable[..., World], path: str) -> None:
    world = start_world(auth=("ada", "secret"))
    answer = httpx.get(world.url + path, headers={"host": "whatever.example.com"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", MESSAGES, {"content": PLAIN, "headers": {"content-type": "message/rfc822"}}),
    ("POST", f"{MESSAGES}/restore", {"json": {"ids": [1]}}),
    ("PATCH", MESSAGES, {"json": {"all": True, "set": {"read": True}}}),
    ("PATCH", f"{MESSAGES}/1", {"json": {"read": True}}),
    ("DELETE", f"{MESSAGES}?all=true", {}),
    ("DELETE", f"{MESSAGES}/1", {}),
    ("POST", "/messages/delete", {"data": {"inbox": "default"}}),
    ("POST", "/nothing", {}),
    ("PUT", MESSAGES, {}),
]


@pytest.mark.parametrize(("method", "path", "request_body"), CHANGES)
@pytest.mark.parametrize(
    "browser",
    [
        {"origin": "https://evil.com", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.com"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_origin_changes_nothing(
    shared_world: World, method: str, path: str, request_body: dict[str, Any], browser: dict[str, str]
) -> None:
    kept = shared_world.take().id
    before = shared_world.client.get(MESSAGES).json()["total"]
    sent = {**request_body, "headers": {**request_body.get("headers", {}), **browser}}
    assert_problem(shared_world.client.request(method, path, **sent), 403)
    assert shared_world.client.get(MESSAGES).json()["total"] == before
    assert shared_world.client.get(f"{MESSAGES}/{kept}").json()["read"] is False


@pytest.mark.parametrize(
    "browser", [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "self"}]
)
def test_a_program_and_our_own_page_may_change_things(shared_world: World, browser: dict[str, str]) -> None:
    headers = {name: shared_world.url if value == "self" else value for name, value in browser.items()}
    path = f"{MESSAGES}/{shared_world.take().id}"
    assert shared_world.client.patch(path, json={"read": True}, headers=headers).json()["read"] is True


def test_reading_by_another_page_is_left_to_the_browser_which_shows_it_nothing(shared_client: httpx.Client) -> None:
    answer = shared_client.get(MESSAGES, headers={"origin": "https://evil.com", "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def preflight(client: httpx.Client, origin: str, method: str = "DELETE") -> httpx.Response:
    return client.options(MESSAGES, headers={"origin": origin, "access-control-request-method": method})


def test_there_is_no_cors_unless_it_is_set(shared_client: httpx.Client) -> None:
    answer = preflight(shared_client, "https://ci.example.org")
    assert_problem(answer, 405)
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_named_origin_gets_a_preflight_and_may_read_and_change(start_world: Callable[..., World]) -> None:
    origin = "https://ci.example.org"
    world = start_world(cors_origins=frozenset({origin}), auth=("ada", "secret"))
    answer = preflight(httpx.Client(base_url=world.url), origin)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == origin
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "Origin" in answer.headers["vary"]
    browser = {"origin": origin, "sec-fetch-site": "cross-site"}
    path = f"{MESSAGES}/{world.take().id}"
    changed = world.client.patch(path, json={"read": True}, headers=browser)
    assert changed.json()["read"] is True
    assert changed.headers["access-control-allow-origin"] == origin
    assert changed.headers["access-control-allow-credentials"] == "true"
    # Its script must be able to read why it was refused, too.
    refused = httpx.get(world.url + path, headers=browser)
    assert_problem(refused, 401)
    assert refused.headers["access-control-allow-origin"] == origin


def test_another_origin_gets_nothing_when_one_is_named(start_world: Callable[..., World]) -> None:
    world = start_world(cors_origins=frozenset({"https://ci.example.org"}))
    answer = preflight(world.client, "https://evil.com")
    assert_problem(answer, 405)
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]
    assert_problem(world.client.delete(f"{MESSAGES}?all=true", headers={"origin": "https://evil.com"}), 403)


@pytest.mark.parametrize(
    "path",
    [MESSAGES, "/api/v1/events", "/api/v1/info", "/metrics", "/openapi.json", "/docs", "/", "/sessions", "/nothing"],
)
def test_a_password_covers_everything_but_probes(start_world: Callable[..., World], path: str) -> None:
    world = start_world(auth=("ada", "päss:word"))
    for auth in (None, ("ada", "wrong"), ("eve", "päss:word"), ("ada", "")):
        answer = httpx.get(world.url + path, auth=auth)
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"] == 'Basic realm="Pillarbox", charset="UTF-8"'
    if path != "/api/v1/events":
        assert httpx.get(world.url + path, auth=("ada", "päss:word")).status_code == (
            404 if path == "/nothing" else 200
        )


@pytest.mark.parametrize(
    "path",
    [
        MESSAGES,
        "/api/v1/nothing",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/",
        "/sessions",
        "/nothing",
        f"{MESSAGES}/x",
    ],
)
def test_every_response_carries_the_headers_that_keep_its_reader_safe(shared_client: httpx.Client, path: str) -> None:
    headers = shared_client.get(path).headers
    for name, value in security.RESPONSE_HEADERS.items():
        assert headers.get_list(name) == [value]


@pytest.mark.parametrize(
    "path", [MESSAGES, "/api/v1/info", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/", "/nothing"]
)
def test_head_answers_as_get_does_without_the_body(shared_client: httpx.Client, path: str) -> None:
    head, get = shared_client.head(path), shared_client.get(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers["content-type"] == get.headers["content-type"]
    if path == "/metrics":
        assert int(head.headers["content-length"]) > 1000  # its figures differ from one answer to the next
    else:
        assert head.headers["content-length"] == get.headers["content-length"]


def test_head_of_a_stream_ends(shared_world: World) -> None:
    answer = shared_world.client.head("/api/v1/events")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.content == b""


class Failing:
    """A store whose reads fail; the rest is the real one's."""

    def __init__(self, store: Any, error: Exception) -> None:
        self._store = store
        self._error = error

    def __getattr__(self, name: str) -> Any:
        if name in ("messages", "message", "raw", "sessions", "counts", "ping", "change", "delete", "last_event_id"):
            return self._fail
        if name == "deliver":
            return self._fail_later
        return getattr(self._store, name)

    def _fail(self, *_: object) -> None:
        raise self._error

    async def _fail_later(self, *_: object) -> None:
        raise self._error


@pytest.fixture
def failing(world: World, request: pytest.FixtureRequest) -> Any:
    real = world.box.store
    world.box.store = Failing(real, request.param)
    yield world
    world.box.store = real


ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", MESSAGES, {}),
    ("GET", f"{MESSAGES}/1", {}),
    ("GET", f"{MESSAGES}/latest/raw", {}),
    ("GET", "/api/v1/sessions", {}),
    ("GET", "/api/v1/info", {}),
    ("GET", "/api/v1/events", {}),
    ("GET", "/metrics", {}),
    ("GET", "/readyz", {}),
    ("DELETE", f"{MESSAGES}/1", {}),
    ("PATCH", MESSAGES, {"json": {"all": True, "set": {"read": True}}}),
    ("POST", MESSAGES, {"content": PLAIN, "headers": {"content-type": "message/rfc822"}}),
]


@pytest.mark.parametrize("failing", [StoreUnavailable("The disk is full.")], indirect=True)
def test_a_database_that_does_not_answer_is_said_to_be_the_reason(failing: World) -> None:
    for method, path, sent in ASKED:
        if path == "/metrics":
            continue  # whose figures are wanted most while there is trouble
        answer = failing.client.request(method, path, **sent)
        assert assert_problem(answer, 503)["detail"] == "The disk is full."
        assert answer.headers["retry-after"] == "1"
    assert failing.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("failing", [RuntimeError("secret of /home/ada")], indirect=True)
def test_what_nobody_expected_is_told_to_the_log_alone(failing: World, caplog: pytest.LogCaptureFixture) -> None:
    for method, path, sent in ASKED:
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            answer = failing.client.request(method, path, **sent)
        assert_problem(answer, 500)
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert [record.exc_info is not None for record in caplog.records] == [True]
        assert "secret of /home/ada" in caplog.text


def test_a_client_that_goes_away_while_it_sends_stores_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    head = (
        f"POST {MESSAGES} HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", world.port), LIMIT) as connection:
        connection.sendall(head.encode() + b"Subject: half")
    assert world.client.get(MESSAGES).json()["total"] == 0
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_the_service_may_stand_under_a_path_whether_or_not_the_proxy_cuts_it(start_world: Callable[..., World]) -> None:
    world = start_world(root_path="/mail")
    for prefix in ("", "/mail"):
        answer = world.client.post(f"{prefix}{MESSAGES}", content=PLAIN, headers={"content-type": "message/rfc822"})
        assert answer.headers["location"] == f"/mail{MESSAGES}/{answer.json()['id']}"
        assert world.client.get(answer.headers["location"]).status_code == 200
        assert httpx.get(f"{world.url}{prefix}/healthz", headers={"host": "evil.com"}).status_code == 200
        assert_problem(world.client.get(f"{prefix}{MESSAGES}?x=1"), 400, "x")
        assert_problem(world.client.get(f"{prefix}/api/v1/nothing", headers={"accept": "text/html"}), 404)
    assert world.client.get("/mail/openapi.json").json()["servers"] == [{"url": "/mail"}]


def test_the_root_path_without_its_slash_leads_to_the_list(start_world: Callable[..., World]) -> None:
    world = start_world(root_path="/mail")
    answer = world.client.get("/mail?q=a%20b", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (308, "/mail/?q=a%20b")
    assert world.client.get(answer.headers["location"]).status_code == 200
    assert world.client.get("/mail", headers={"host": "evil.com"}).status_code == 421
    assert world.client.post("/mail").status_code == 404
