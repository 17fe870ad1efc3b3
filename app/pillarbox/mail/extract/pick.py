"""One value of a message by its name, as plain text for shell scripts: `?pick=`, `--pick`."""

from __future__ import annotations

from typing import Literal, get_args

from pillarbox.mail.message import Mail

Pick = Literal["link", "code", "subject", "text", "html", "id", "unsubscribe"]
PICKS: tuple[Pick, ...] = get_args(Pick)
"""Every name there is. An offer of them is made of this tuple, so that all offers are the same."""

MISSING: dict[Pick, str] = {
    "link": "has no link to follow: none of http or https, but for pictures and unsubscribing",
    "code": "has nothing that looks like a one-time code",
    "subject": "has no subject",
    "text": "has no text part",
    "html": "has no HTML part",
    "id": "has no number",
    "unsubscribe": "has no address in a List-Unsubscribe header",
}
"""What is said of a message without such a value, after its name: "Message 42 has no subject"."""


def pick(read: Mail, name: Pick, *, number: int) -> str | None:
    """The value of that name, None when the message has none. `number` is the message's id in its box.

    `link` is what `action` chooses, `code` the first of `codes`, `unsubscribe` the first address of List-Unsubscribe.
    Linear in the bodies; nothing of it is kept.

    >>> pick(Mail(subject="482913 is your code"), "code", number=7)
    '482913'
    """
    if name == "id":
        return str(number)
    if name == "link":
        # These imports are here and not above: whoever only offers the names does not pay for the patterns.
        from pillarbox.mail.extract.action import action
        from pillarbox.mail.extract.links import links

        return action(links(read), read.list_unsubscribe)
    if name == "code":
        from pillarbox.mail.extract.codes import codes

        return next((code.value for code in codes(read)), None)
    if name == "unsubscribe":
        return next(iter(read.list_unsubscribe), None)
    if name == "subject":
        return read.subject or None
    return read.text if name == "text" else read.html
