"""What stands under each tab of a message. A panel is made only when its tab is open.

Rule of this module: a page stays a page. What is longer than a reader will read is cut, says how much, and links to
the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from pillarbox.box import Box, Kept
from pillarbox.mail import html
from pillarbox.mail.message import Mail
from pillarbox.mail.transcript import Entry
from pillarbox.web.contexts import (
    LintPanel,
    Panel,
    PreviewPanel,
    Tab,
    TextPanel,
    TranscriptPanel,
)
from pillarbox.web.pages import address, dialogue, envelope
from pillarbox.web.pages.glossary import Glossary
from pillarbox.web.urls import View

SHOWN = 256 * 1024
"""Characters of a text that a page shows."""

HOSTS, LINKS = 20, 100
"""Hosts of remote pictures, and links, that the strip above the preview lists."""

LINK = 200
"""Characters of an address or of the words of a link that it shows."""

LINES_AROUND = 200
"""Lines of the rest of the session on either side of a message's own transaction."""

LINES_BEFORE = 3000
"""Lines before the segment with a message's content among which its MAIL is looked for: 1,000 recipients need 2,000."""


def panel(box: Box, kept: Kept, tab: Tab, asked: Mapping[str, str], where: tzinfo) -> Panel:
    """`asked` is the query of the address: how the reader wants the panel. Raises Invalid, and NotFound for a part."""
    # Imported here, like others below: their patterns take time to make, which starting need not wait for.
    match tab:
        case "preview":
            return _preview(kept.mail, address.view(asked))
        case "text":
            return _text(kept.mail, aloud=asked.get("aloud") == "1")
        case "html":
            from pillarbox.web.pages import source

            return source.panel(kept.mail.html, formatted=asked.get("formatted") == "1")
        case "headers":
            from pillarbox.web.pages import fields

            return fields.panel(box, kept, where, sent=asked.get("sent") == "1")
        case "parts":
            from pillarbox.web.pages import parts

            return parts.panel(kept, address.number(asked, "part"), where)
        case "raw":
            from pillarbox.web.pages import raw

            return raw.panel(kept.raw, kept.mail, _offset(asked.get("start", "")), ends=asked.get("ends") == "1")
        case "envelope":
            return envelope.panel(kept)
        case "transcript":
            return _transcript(box, kept)
        case "lint":
            return LintPanel(findings=kept.lint, session_id=kept.summary.session_id)


def _offset(text: str) -> int:
    """An octet of the message; what is none is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _preview(mail: Mail, view: View) -> PreviewPanel:
    from pillarbox.mail.extract.links import links

    wanted, found = html.remote(mail.html or ""), links(mail)
    return PreviewPanel(
        view=view,
        images=sum(wanted.images.values()),
        hosts=tuple(wanted.images.items())[:HOSTS],
        more_hosts=max(0, len(wanted.images) - HOSTS),
        others=wanted.others,
        plain=mail.html is not None and "color-scheme" not in mail.html.lower(),
        links=tuple((link.href[:LINK], link.text[:LINK]) for link in found[:LINKS]),
        all_links=len(found),
        empty=mail.html is None and not mail.text,
    )


def _text(mail: Mail, *, aloud: bool) -> TextPanel:
    if aloud and mail.html is not None:
        from pillarbox.mail.aloud import aloud as read_aloud

        return TextPanel(text=None, has_html=True, aloud=read_aloud(mail.html))
    text, derived = mail.text, False
    if text is None and mail.html is not None:
        text, derived = html.html_to_text(mail.html), True
    return TextPanel(
        text=None if text is None else text[:SHOWN],
        has_html=mail.html is not None,
        derived=derived,
        cut=max(0, len(text or "") - SHOWN),
    )


def _transcript(box: Box, kept: Kept) -> TranscriptPanel:
    summary = kept.summary
    if summary.session_id is None:
        return TranscriptPanel(session_id=None)
    found = box.lines_around(kept, LINES_BEFORE, LINES_BEFORE + LINES_AROUND + 1000)
    entries = found.entries
    start, end = dialogue.transaction(entries, summary.id) or (0, len(entries))

    def fetch(entry: Entry) -> tuple[bytes | None, bool]:
        if entry.message_id == summary.id:
            return kept.raw, False
        return (entry.raw if entry.message_id is None else None), False

    first = max(0, start - LINES_AROUND)
    glossary = Glossary()
    lines = dialogue.lines(
        entries[first : end + LINES_AROUND],
        fetch,
        glossary,
        entries[first - 1] if first else found.before,
        lint=kept.lint,
    )
    before, own, after = lines[: start - first], lines[start - first : end - first], lines[end - first :]
    return TranscriptPanel(
        session_id=summary.session_id,
        before=before,
        own=own,
        after=after,
        earlier=lines[0].seq if lines else 0,
        later=found.total - lines[-1].seq - 1 if lines else 0,
        place=own[0].seq if own else 0,
        terms=glossary.terms(),
    )
