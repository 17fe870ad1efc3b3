"""Many connections at once, and connections that come to nothing: the listener goes on."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.counts import count
from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])

STORM = count("PILLARBOX_STORM", 300)
CROWD = count("PILLARBOX_CROWD", 2000)
WORKING = 20


@contextmanager
def _descriptors(wanted: int) -> Iterator[None]:
    """Room for as many open files, or skip."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this process may open {hard} files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _works(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert client.transaction(b"still here\r\n.\r\n").startswith("250 2.0.0 Ok: queued as")
        assert client.say("QUIT").startswith("221")


def _outcomes(catcher: Catcher, number: int) -> Counter[str]:
    return Counter(catcher.ended().facts.outcome for _ in range(number))


@LOOPS
def test_a_storm_of_resets_leaves_a_session_each(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop)
    ports = []
    for _ in range(STORM):
        client = Dial(catcher, greeted=False)
        ports.append(client.sock.getsockname()[1])
        client.reset()
    peers = [catcher.ended() for _ in range(STORM)]
    assert {session.facts.outcome for session in peers} == {"dropped"}
    assert sorted(session.facts.peer for session in peers) == sorted(f"127.0.0.1:{port}" for port in ports)
    _works(catcher)


@LOOPS
def test_a_flood_of_connections_is_answered(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop)
    with _descriptors(3 * STORM + 200), ExitStack() as open_ones:
        clients = [open_ones.enter_context(Dial(catcher, greeted=False)) for _ in range(STORM)]
        assert {client.reply()[:3] for client in clients} == {"220"}
        for client in clients:
            client.half_close()
        assert {client.rest() for client in clients} == {b""}
    assert _outcomes(catcher, STORM) == {"dropped": STORM}
    _works(catcher)


@LOOPS
def test_a_flood_over_the_limit_is_refused_one_by_one(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    most = STORM // 3
    catcher = start_catcher(loop=loop, max_connections=most)
    with _descriptors(3 * STORM + 200), ExitStack() as open_ones:
        clients = [open_ones.enter_context(Dial(catcher, greeted=False)) for _ in range(STORM)]
        codes = Counter(client.reply()[:3] for client in clients)
        assert codes == {"220": most, "421": STORM - most}
    assert _outcomes(catcher, STORM) == {"dropped": most, "refused": STORM - most}
    _works(catcher)


def test_a_crowd_of_idle_connections_does_not_keep_others_waiting(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher()
    each = 5

    def work(_: int) -> list[str]:
        with Dial(catcher) as client:
            return [client.transaction(b"Subject: x\r\n\r\nbusy\r\n.\r\n")[:3] for _ in range(each)]

    with _descriptors(3 * CROWD + 300), ExitStack() as open_ones:
        idle = [open_ones.enter_context(Dial(catcher)) for _ in range(CROWD)]
        with ThreadPoolExecutor(WORKING) as workers:
            assert list(workers.map(work, range(WORKING))) == [["250"] * each] * WORKING
        assert {client.say("NOOP") for client in idle} == {"250 2.0.0 Ok"}
    assert len(catcher.messages()) == WORKING * each


NAMES = """
import pathlib, socket, sys, tempfile
asked = []
RESOLVERS = ("socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo")
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial
catcher = Catcher(pathlib.Path(tempfile.mkdtemp()), loop=sys.argv[1], host=sys.argv[2])
sys.addaudithook(lambda event, _: asked.append(event) if event in RESOLVERS else None)
family = socket.AF_INET6 if ":" in catcher.host else socket.AF_INET
client = socket.socket(family)
client.connect((catcher.host, catcher.port))
dialogue = client.makefile("rwb")
dialogue.readline()
for line in ("EHLO example.org", "VRFY a@example.org", "ETRN example.org", "MAIL FROM:<a@example.org>",
             "RCPT TO:<b@[192.0.2.1]>", "DATA", "Subject: x\\r\\n\\r\\n.", "QUIT"):
    dialogue.write(line.encode() + b"\\r\\n")
    dialogue.flush()
    while (reply := dialogue.readline())[3:4] == b"-":
        pass
print(reply.decode().strip())
client.close()
print(catcher.ended().facts.outcome)
assert asked == [], asked
socket.getaddrinfo("127.0.0.1", 1)
assert asked == ["socket.getaddrinfo"], "the hook hears"
catcher.close()
"""


@LOOPS
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_no_name_is_ever_looked_up(loop: Loop, host: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NAMES, loop, host], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["221", "2.0.0", "Bye", "quit"]), done.stderr


DESCRIPTORS = """
import pathlib, resource, socket, sys, tempfile
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial
catcher = Catcher(pathlib.Path(tempfile.mkdtemp()), loop=sys.argv[1])
held = Dial(catcher)
assert held.transaction(b"before\\r\\n.\\r\\n").startswith("250")
sockets = [socket.socket() for _ in range(3)]
hog = []
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
try:
    while True:
        hog.append(open("/dev/null"))
except OSError:
    pass
for sock in sockets:
    sock.settimeout(2)
    sock.connect((catcher.host, catcher.port))
for sock in sockets:
    try:
        assert sock.recv(3) == b""
    except (TimeoutError, ConnectionError):
        pass
assert held.transaction(b"meanwhile\\r\\n.\\r\\n").startswith("250")
for file in hog:
    file.close()
for sock in sockets:
    sock.close()
greeting = ""
for _ in range(100):
    # One that comes while the loop is still turning clients away may be turned away with them.
    with Dial(catcher, greeted=False) as client:
        greeting = client.reply()
    if greeting:
        break
with Dial(catcher) as client:
    assert client.transaction(b"after\\r\\n.\\r\\n").startswith("250")
assert held.say("QUIT").startswith("221")
assert len(catcher.messages()) == 3
catcher.close()
print("survived", len(catcher.problems))
"""


@LOOPS
def test_the_listener_and_open_sessions_survive_running_out_of_descriptors(loop: Loop) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DESCRIPTORS, loop], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.startswith("survived"), done.stderr
    assert int(done.stdout.split()[1]) < 20
