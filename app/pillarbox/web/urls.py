"""Every address that a page may link to, built in one place.

Rules of this module:

* every address begins with the root path that the program is published under;
* nothing of a message's content gets into an address: only ids, part numbers, and what the reader typed or chose;
* a reader keeps the list that a message was opened from: its `Scope` travels in the query.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from urllib.parse import quote, urlencode

LINES = 500
"""Lines of a transcript on one page; a connection kept alive for a day has more."""

Value = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which list of messages: one inbox or all (None), the words searched for, the key of an older page."""

    inbox: str | None = None
    q: str = ""
    before: int | None = None

    def older(self, before: int) -> Scope:
        return Scope(inbox=self.inbox, q=self.q, before=before)

    def newest(self) -> Scope:
        return Scope(inbox=self.inbox, q=self.q)

    def everywhere(self) -> Scope:
        return Scope(q=self.q)

    def unsearched(self) -> Scope:
        return Scope(inbox=self.inbox)


ALL_MAIL = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a preview is shown, as its address says it, "" for what the address leaves to the reader.

    `remote`: with pictures from the network; `width` is one of WIDTHS, `dark` is "1" or "0".
    """

    remote: bool = False
    width: str = ""
    dark: str = ""

    def at(self, width: str) -> View:
        return replace(self, width=width)

    def coloured(self, dark: str) -> View:
        return replace(self, dark=dark)

    def with_images(self, remote: bool) -> View:
        return replace(self, remote=remote)


WIDTHS = ("390", "768", "full")
"""CSS pixels of a phone and of a tablet, and all the room there is."""

PLAIN = View()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxScope:
    """Which list of inboxes: those with `q` in their name, behind the name `after`."""

    q: str = ""
    after: str = ""

    def first(self) -> InboxScope:
        return InboxScope(q=self.q)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionScope:
    """Which list of sessions: every field as the form has it, "" for any; `silent`: those without a message."""

    q: str = ""
    outcome: str = ""
    inbox: str = ""
    peer: str = ""
    helo: str = ""
    user: str = ""
    tls: str = ""
    code: str = ""
    since: str = ""
    until: str = ""
    silent: bool = False
    before: int | None = None

    @property
    def on(self) -> bool:
        return self.newest() != ALL_SESSIONS

    @property
    def detailed(self) -> bool:
        """Whether more is asked for than the first line of the form shows."""
        fields = (self.inbox, self.peer, self.helo, self.user, self.tls, self.code, self.since, self.until)
        return any(fields)

    def newest(self) -> SessionScope:
        return replace(self, before=None)


ALL_SESSIONS = SessionScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsScope:
    """Which figures: of an inbox or of all (None), of what the words find, of a span of `spans` ("": one that fits)."""

    q: str = ""
    inbox: str | None = None
    span: str = ""

    def spanning(self, span: str) -> StatsScope:
        return replace(self, span=span)

    def unsearched(self) -> StatsScope:
        return replace(self, q="")

    def everywhere(self) -> StatsScope:
        return replace(self, inbox=None)


class Urls:
    """Addresses under `root` ("" or "/mail"); `version` is the hash that static files are served under."""

    def __init__(self, root: str, version: str) -> None:
        self._root = root.rstrip("/")
        self._version = version

    def _to(self, path: str, **query: Value) -> str:
        words = {key: "1" if value is True else value for key, value in query.items() if value not in (None, "", False)}
        return self._root + path + ("?" + urlencode(words) if words else "")

    @property
    def root(self) -> str:
        """Where cookies of the pages belong."""
        return self._root + "/"

    def static(self, path: str) -> str:
        return self._to(f"/static/{self._version}/{path}")

    # Lists of messages

    def messages(self, scope: Scope = ALL_MAIL) -> str:
        path = "/" if scope.inbox is None else f"/inboxes/{quote(scope.inbox, safe='')}"
        return self._to(path, q=scope.q, before=scope.before)

    def inbox(self, name: str) -> str:
        return self.messages(Scope(inbox=name))

    def inboxes(self, scope: InboxScope | None = None) -> str:
        """The list of them, where a new one is made, too."""
        return self._to("/inboxes", **({} if scope is None else asdict(scope)))

    def delete_inbox(self, name: str) -> str:
        return self._to(f"/inboxes/{quote(name, safe='')}/delete")

    def list_after_delete(self, scope: Scope, deletion: int | None, *, opened: bool = False) -> str:
        """The list again, offering to undo that deletion; `opened`: of the message that was open."""
        path = "/" if scope.inbox is None else f"/inboxes/{quote(scope.inbox, safe='')}"
        return self._to(path, q=scope.q, before=scope.before, deleted=deletion, opened=opened)

    def picked(self) -> str:
        """Where a form goes that does something with some messages."""
        return self._to("/messages/picked")

    def mark_read(self) -> str:
        return self._to("/messages/read")

    def delete_all(self, scope: Scope = ALL_MAIL) -> str:
        return self._to("/messages/delete", inbox=scope.inbox, q=scope.q)

    def restore(self) -> str:
        return self._to("/messages/restore")

    # One message

    def message(
        self,
        message_id: int,
        scope: Scope = ALL_MAIL,
        tab: str = "",
        *,
        view: View = PLAIN,
        part: int | None = None,
        aloud: bool = False,
        formatted: bool = False,
    ) -> str:
        """One tab of it. `part` is shown under the parts; `aloud`: the text as it is read out; `formatted`: the HTML
        indented."""
        tab = "" if tab == "preview" else tab
        asked: dict[str, Value] = {"part": part, "aloud": aloud, "formatted": formatted}
        if view is not PLAIN:
            asked |= asdict(view)
        return self._to(f"/messages/{message_id}", tab=tab, inbox=scope.inbox, q=scope.q, before=scope.before, **asked)

    def headers(self, message_id: int, scope: Scope = ALL_MAIL, *, sent: bool = False) -> str:
        """Its headers explained, or as they were sent."""
        return self._to(
            f"/messages/{message_id}", tab="headers", sent=sent, inbox=scope.inbox, q=scope.q, before=scope.before
        )

    def raw_lines(self, message_id: int, scope: Scope = ALL_MAIL, *, start: int = 0, ends: bool = False) -> str:
        """Its lines from that octet on; `ends` shows line ends and blanks as symbols."""
        return self._to(
            f"/messages/{message_id}",
            tab="raw",
            start=start or None,
            ends=ends,
            inbox=scope.inbox,
            q=scope.q,
            before=scope.before,
        )

    def preview(self, message_id: int, *, remote: bool = False) -> str:
        return self._to(f"/messages/{message_id}/preview", remote=remote)

    def delete(self, message_id: int) -> str:
        return self._to(f"/messages/{message_id}/delete")

    def raw(self, message_id: int) -> str:
        return self._to(f"/api/v1/messages/{message_id}/raw")

    def send_again(self, message_id: int, scope: Scope = ALL_MAIL, *, tool: str = "") -> str:
        """Commands that send it once more, or the one of that tool as plain text."""
        return self._to(f"/messages/{message_id}/again", tool=tool, inbox=scope.inbox, q=scope.q, before=scope.before)

    def compare(self, *, a: int | None = None, b: int | None = None) -> str:
        """Two messages beside each other; `b` alone with the one before it that is like it."""
        return self._to("/compare", a=a, b=b)

    def part(self, message_id: int, number: int) -> str:
        return self._to(f"/api/v1/messages/{message_id}/parts/{number}")

    # Sessions

    def inbox_sessions(self, name: str) -> str:
        return self.sessions(SessionScope(inbox=name))

    def sessions(self, scope: SessionScope = ALL_SESSIONS) -> str:
        fields = asdict(scope)
        silent = fields.pop("silent")
        return self._to("/sessions", **fields, messages="none" if silent else None)

    def session(self, session_id: int, *, start: int | None = None, ends: bool = False) -> str:
        """One page of its lines; `ends` shows line ends and blanks as symbols."""
        return self._to(f"/sessions/{session_id}", start=start, ends=ends)

    def line(self, session_id: int, seq: int) -> str:
        """That line, on the page that it stands on."""
        return self.session(session_id, start=seq // LINES * LINES or None) + f"#e{seq}"

    def again(self, session_id: int, *, message: int | None = None) -> str:
        """The same conversation as commands, of that message where there are several."""
        return self._to(f"/sessions/{session_id}/again", message=message)

    def session_json(self, session_id: int) -> str:
        return self._to(f"/api/v1/sessions/{session_id}")

    def transcript_text(self, session_id: int) -> str:
        return self._to(f"/api/v1/sessions/{session_id}/transcript.txt")

    def transcript_json(self, session_id: int) -> str:
        return self._to(f"/api/v1/sessions/{session_id}/transcript")

    # Searching

    def suggestions(self, inbox: str | None = None) -> str:
        """What to write where the caret is, in a search for mail."""
        return self._to("/search/suggestions", inbox=inbox)

    def session_suggestions(self) -> str:
        return self._to("/search/suggestions/sessions")

    def search_help(self) -> str:
        return self._to("/search/help")

    # The rest

    def stats(self, scope: StatsScope | None = None) -> str:
        return self._to("/stats", **({} if scope is None else asdict(scope)))

    def settings(self, *, saved: bool = False) -> str:
        return self._to("/settings", saved=saved)

    def docs(self) -> str:
        return self._to("/docs")

    def events(self, session_id: int | None = None) -> str:
        """The stream of all that happens, or of one session with its lines."""
        return self._to("/api/v1/events", session=session_id)
