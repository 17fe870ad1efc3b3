"""Random sessions: each command has one reply, in its place, and 250 for content means that it is stored, also where
the store fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail import transcript
from tests.counts import count
from tests.wire.catching import UNAVAILABLE, Catcher
from tests.wire.dialling import Dial
from tests.wire.model import LARGEST, MOST, Command, Model
from tests.wire.securing import certificate, secure

QUEUED = "Ok: queued as "

DEFAULT = 400
SESSIONS = count("PILLARBOX_STATES", DEFAULT)

PLAIN = [
    *(("NOOP", 250), ("NOOP x", 250), ("FOO", 500), ("EXPN x", 502), ("TURN", 502), ("RSET x", 501), ("QUIT x", 501)),
    *(("HELP", 214), ("VRFY", 501), ("EHLO", 501), ("HELO", 501), ("NO\0OP", 500), ("NOOP ü", 500), ("", 500)),
    *(("NOOP " + "x" * 600, 500), ("LHLO x", 500), ("NOOP\rRSET", 500)),
]


def sized(low: int, high: int) -> st.SearchStrategy[bytes]:
    return st.lists(
        st.sampled_from([b"x", b".", b"\r\n", b"\n", b"\r", b"\0", b"RSET\r\n", b"QUIT\r\n", b"\r\n.x", b"y" * 150]),
        min_size=low,
        max_size=high,
    ).map(b"".join)


def content() -> st.SearchStrategy[bytes]:
    """Content as it will be stored: it ends with CRLF, or is empty; its dots are doubled when it is sent."""
    return sized(0, 6).map(lambda body: body and body + b"\r\n")


def verified(number: int) -> Command:
    return Command("plain", b"VRFY <%d@b>" % number, 252, f"<{number}@b>")


def chunk(body: bytes, last: bool) -> Command:
    return Command("bdat", b"BDAT %d%s" % (len(body), b" LAST" if last else b""), 250, body=body, last=last)


NUMBERS = st.integers(0, 999)

COMMANDS = st.one_of(
    st.sampled_from([Command("greet", b"EHLO x", 250), Command("greet", b"HELO x", 250)]),
    st.sampled_from([Command("mail", b"MAIL FROM:<a@b>", 250), Command("mail", b"MAIL FROM:<> SIZE=10", 250)]),
    st.sampled_from(
        [
            Command("mail", b"MAIL FROM:<a b>", 501),
            Command("mail", b"MAIL FROM:<a@b> FOO", 555),
            Command("mail", b"MAIL FROM:<a@b> SIZE=%d" % (LARGEST + 1), 552),
            Command("rcpt", b"RCPT TO:<>", 501),
            Command("rcpt", b"RCPT TO:<c@d> NOTIFY=X", 501),
            Command("data", b"DATA x", 501),
            Command("starttls", b"STARTTLS x", 501),
        ]
    ),
    NUMBERS.map(lambda n: Command("rcpt", b"RCPT TO:<%d@d>" % n, 250)),
    content().map(lambda body: Command("data", b"DATA", 354, body=body)),
    content().map(lambda body: Command("data", b"DATA", 354, body=body)),
    st.builds(chunk, sized(0, 4), st.booleans()),
    st.just(Command("rset", b"RSET", 250)),
    st.just(Command("starttls", b"STARTTLS", 220)),
    NUMBERS.map(verified),
    NUMBERS.map(lambda n: Command("etrn", b"ETRN n%d" % n, 251, f"n{n}")),
    st.sampled_from([Command("plain", line.encode(), code) for line, code in PLAIN]),
)

TRANSACTION = st.builds(
    lambda *commands: [command for command in commands if command is not None],
    st.sampled_from([None, Command("greet", b"EHLO x", 250)]),
    st.just(Command("mail", b"MAIL FROM:<a@b>", 250)),
    NUMBERS.map(lambda n: Command("rcpt", b"RCPT TO:<%d@d>" % n, 250)),
    st.one_of(st.none(), COMMANDS),
    st.one_of(
        content().map(lambda body: Command("data", b"DATA", 354, body=body)),
        st.builds(chunk, sized(0, 4), st.booleans()),
    ),
)

SCRIPT = st.lists(st.one_of(COMMANDS.map(lambda command: [command]), TRANSACTION), min_size=4, max_size=16).map(
    lambda parts: [command for part in parts for command in part]
)


class Session:
    """One connection under the model. Commands are gathered into groups that leave in one write."""

    def __init__(self, client: Dial, cut: int, *, broken: bool) -> None:
        self.client, self.model = client, Model(broken=broken)
        self._end = (451, "") if broken else (250, QUEUED)
        self._cut = cut
        self._group = bytearray()
        self._awaited: list[tuple[int, str]] = []
        self.ids: list[int] = []
        self.sent, self.commands = bytearray(), 0

    def say(self, command: Command, *, pipelined: bool) -> None:
        code = self.model.expect(command)
        before = self.model.whole
        self.model.goes_on(command)
        whole = self.model.whole > before
        self.commands += 1
        self._group += command.line + b"\r\n"
        if command.kind == "bdat":
            self._group += command.body
            self._awaited.append(self._end if whole else (code, ""))
        else:
            self._awaited.append((code, command.echo if code < 400 else ""))
        if code == 354:
            if not pipelined:
                self.settle()
            self._group += transcript.stuff(command.body)
            self._awaited.append(self._end if whole else (552, ""))
        # Nobody may send on behind DATA or STARTTLS: what is behind a refused one could be content (RFC 2920).
        if not pipelined or command.kind in ("data", "starttls"):
            self.settle()
        if code == 220:
            secure(self.client)

    def settle(self) -> None:
        """Send what has gathered, in two pieces, and read just the replies that it must have."""
        at = self._cut % (len(self._group) or 1)
        for piece in (self._group[:at], self._group[at:]):
            self.client.send(bytes(piece))
        self.sent += self._group
        self._group.clear()
        for code, words in self._awaited:
            reply = self.client.reply()
            assert reply[:3] == str(code), (reply, code)
            assert words in reply
            if QUEUED in reply:
                self.ids.append(int(reply.rsplit(" ", 1)[1]))
        self._awaited.clear()


def hold(catcher: Catcher, script: Sequence[Command], pipelined: Sequence[bool], cut: int, *, broken: bool) -> None:
    """Play a script in one session, then look at what the store has of it; a `broken` one keeps no message."""
    catcher.breakable.broken = UNAVAILABLE if broken else None
    with Dial(catcher) as client:
        port = client.sock.getsockname()[1]
        session = Session(client, cut, broken=broken)
        for number, command in enumerate(script):
            session.say(command, pipelined=pipelined[number % len(pipelined)])
        session.say(Command("plain", b"QUIT", 221), pipelined=False)
        # No reply is left over.
        assert client.rest() == b""
    # Sessions that an earlier failure has left behind end, too.
    while (ended := catcher.ended()).facts.peer != f"127.0.0.1:{port}":
        pass
    assert ended.facts.outcome == "quit"
    assert ended.facts.commands == session.commands
    assert list(ended.messages) == session.ids
    assert [catcher.raw(number) for number in session.ids] == session.model.kept
    assert catcher.crossed(ended.id)[0] == bytes(session.sent)


def test_any_sequence_of_commands_gets_its_replies(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(
        breakable=True,
        max_errors=0,
        max_message_size=LARGEST,
        max_recipients=MOST,
        certificate=certificate(tmp_path),
    )
    reached: set[int] = set()

    @settings(max_examples=SESSIONS, deadline=None, derandomize=SESSIONS == DEFAULT)
    @given(SCRIPT, st.lists(st.booleans(), min_size=1, max_size=5), st.integers(0, 2000), st.booleans())
    def play(script: list[Command], pipelined: list[bool], cut: int, broken: bool) -> None:
        hold(catcher, script, pipelined, cut, broken=broken)
        assert catcher.problems == []
        model = Model()
        for command in script:
            reached.add(model.expect(command))
            model.goes_on(command)

    play()
    assert reached >= {214, 220, 250, 251, 252, 354, 500, 501, 502, 503, 551, 552, 554, 555}
