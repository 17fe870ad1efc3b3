"""What is different from the first time, in sentences beside a command."""

from __future__ import annotations

import re

from pillarbox.mail.again.making import INLINE, PASSWORD, Place, is_fetched, mechanism
from pillarbox.mail.conversation import Conversation, Step

_SAID_BY_ALL = frozenset({b"HELO", b"EHLO", b"LHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"})
"""What swaks and curl can be had to say, beside log-ins and STARTTLS, which are steps of their own."""


def notes(conversation: Conversation, tool: str, place: Place) -> list[str]:
    found = []
    if place.user and is_fetched(conversation, place):
        found.append(f"Fetching the content takes the password of these pages, in the place of {PASSWORD}.")
    params = [path.params for path in (conversation.mail_from, *conversation.rcpt_to) if path and path.params]
    if params and tool != "Python":
        found.append(f"{tool} cannot send the parameters of MAIL and RCPT; Python does.")
    if tool != "Python" and any(step.kind == "chunk" for step in conversation.steps):
        found.append(f"{tool} sends the content with DATA, not with BDAT.")
        if conversation.content and not conversation.content.endswith(b"\r\n"):
            found.append("DATA cannot carry content without a line end at its end: one is added.")
    if tool != "Python" and (left_out := _left_out(conversation)):
        found.append(f"{tool} leaves out {left_out}; Python says every line.")
    if conversation.login is not None:
        found.append(f"Put the password in the place of {PASSWORD}.")
        if mechanism(conversation.login, tool) != conversation.login:
            found.append(f"{tool} knows no {conversation.login or 'such mechanism'}; it logs in with PLAIN.")
        if tool == "curl" and conversation.login == "XOAUTH2":
            found.append("With a token curl takes OAUTHBEARER where the server offers both.")
    if conversation.cut or (
        conversation.message_id is None and conversation.content is not None and len(conversation.content) > INLINE
    ):
        found.append("The content was refused, and only its beginning is sent.")
    if conversation.sent_content and conversation.content is None:
        found.append("The message has been deleted; a short one stands in its place.")
    if conversation.dropped:
        found.append("Octets that the server dropped unread are not sent again.")
    if tool != "Python":
        found += _ending_notes(conversation, tool)
    return found


def _left_out(conversation: Conversation) -> str:
    """The first few verbs that only Python says."""
    verbs = [_verb(step) for step in _said(conversation)]
    names = [verb.decode() if re.fullmatch(rb"[A-Z0-9]{1,12}", verb) else "what is no command" for verb in verbs]
    names = list(dict.fromkeys(names))
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")


def _said(conversation: Conversation) -> list[Step]:
    """The lines that swaks and curl cannot be had to say; the `*` that gives a log-in up belongs to its AUTH."""
    lines = [step for step in conversation.steps if step.kind == "say" and step.line != b"*"]
    return [step for step in lines if _verb(step) not in _SAID_BY_ALL]


def _verb(step: Step) -> bytes:
    return (step.line.split(None, 1) or [b""])[0].upper()


def _ending_notes(conversation: Conversation, tool: str) -> list[str]:
    if conversation.broken:
        return [f"The client broke off in the content; {tool} sends what came of it as a whole message."]
    if conversation.ending == "silent":
        return [f"The client fell silent until its time was up; {tool} does not wait."]
    if conversation.ending == "left" and not any(_verb(step) == b"QUIT" for step in conversation.steps):
        return [f"The client left without QUIT; {tool} says it."]
    return []
