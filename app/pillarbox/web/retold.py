"""Sentences that the layers below make, in the reader's language.

Mail, box and storage speak English: to programs, to the log, and in what they store. A page says the same again: a
sentence that stands in the catalogue as it is, or one made from a pattern, whose `{}` are details of the place. What is
neither, such as the words of another program, stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from pillarbox.mail.lint.rules import RULES
from pillarbox.web.language import ENGLISH, current, gettext, listed, noop

_LONGEST = 2000
"""Characters of a sentence up to which patterns are tried."""

_PATTERNS = (
    # What the box does not find
    noop("There is no message {}."),
    noop("There is no session {}."),
    noop("There is no inbox {}."),
    noop("Message {} came by no session."),
    noop("There is an inbox {} already: use it, remove it first, or choose another name."),
    noop("The inbox {} always is there: only its messages can be deleted."),
    # What any request may be answered with (web.problems, web.guard, storage)
    noop("There is nothing at this address."),
    noop("This address does not take {}; it takes {}."),
    noop("Something went wrong in the server. Its log says what."),
    noop("It cannot be read."),
    noop("A user name and a password are needed."),
    noop("A page of another origin may not change anything."),
    noop("The body may have at most {} octets."),
    noop("The server is stopping."),
    noop("The store is closed."),
    noop("The store failed; its log says why."),
    noop("There is no word in it to search for."),
    # How sessions end (smtp.ending); what a server replied is repeated as it was said
    noop("The client closed the connection after {}, without QUIT."),
    noop("The client closed the connection without QUIT."),
    noop("The connection was reset after {}, without QUIT."),
    noop("The connection was reset without QUIT."),
    noop("The server closed the connection."),
    noop("The client closed the connection."),
    noop("{} connected to {}"),
    noop("{} (in answer to {})"),
    noop("No input for {} s."),
    noop("A line was not complete after {} s."),
    noop("Content came more slowly than {} octets a second for {} s."),
    noop("The client has read no reply for {} s."),
    noop("The TLS handshake was not complete after {} s."),
    noop("The client gave {} up."),
    noop(
        "The client began TLS at once, but this port begins in plain text; "
        "have it use STARTTLS, or connect it to a port given with --smtps."
    ),
    # Lint whose detail is a word
    noop("There are octets over 127 in a header and MAIL did not say SMTPUTF8."),
    noop("The Date header is {} days away from the time of arrival."),
    noop("The Date header is 1 day away from the time of arrival."),
    # Queries (mail.query, mail.spoken)
    noop("a query has at most {} characters; search for less at a time."),
    noop("a query has at most {} terms; search for less at a time."),
    noop("{}: has no value; write it right behind the colon."),
    noop("parentheses stand in each other {} deep at most; leave some out."),
    noop("this parenthesis closes none; leave it out, or put the text in quotation marks."),
    noop("there is no letter and no number to search for."),
    noop("nothing stands before this OR; write what else it may be, or “OR” in quotation marks."),
    noop("nothing stands behind this OR; write what else it may be, or leave it out."),
    noop("nothing stands in these parentheses; leave them out."),
    noop("this parenthesis is never closed; add “)”, or put the text in quotation marks."),
    noop("this quotation mark has no second one; add it, or leave this one out."),
    noop("there is no letter and no number in {}, so {} has nothing to look for."),
    noop("{} names no header; write header:Name=value, or header:Name for any value."),
    noop("{} cannot be an inbox; names have letters, digits, dots, - and _ only."),
    noop("has: does not know {}; write has:attachment, has:html or has:lint."),
    noop("is: does not know {}; write is:unread, is:read or is:pinned."),
    noop("there is no such time as {}."),
    noop("{} is no time; write {}2026-11-23 or {}2026-11-23T22:14Z, or how long ago with newer: and older:."),
    noop("{} is no age; write {}90s, {}15m, {}36h or {}14d."),
    noop("{} is longer ago than there are dates."),
    noop("{} is no size; write octets or K, M and G: {}500, {}10K, {}2M."),
    noop("{} is no session; write its number: session:7."),
    noop("{} is no reply code: write one like 550, a class like 5xx, or an enhanced code like 5.1.1."),
    noop("{} is no verb: write one like AUTH."),
    # A conversation made again (mail.again)
    noop("{} cannot send the parameters of MAIL and RCPT; Python does."),
    noop("{} sends the content with DATA, not with BDAT."),
    noop("{} leaves out {}; Python says every line."),
    noop("Put the password in the place of {}."),
    noop("{} knows no {}; it logs in with PLAIN."),
    noop("With a token curl takes OAUTHBEARER where the server offers both."),
    noop("The content was refused, and only its beginning is sent."),
    noop("The message has been deleted; a short one stands in its place."),
    noop("Octets that the server dropped unread are not sent again."),
    noop("The client broke off in the content; {} sends what came of it as a whole message."),
    noop("The client fell silent until its time was up; {} does not wait."),
    noop("The client left without QUIT; {} says it."),
    noop("swaks takes a comma in an address for the end of it."),
    noop("curl names itself in the PROXY header, not the client of the first time."),
    noop("curl speaks no LMTP: it greets with EHLO, which this listener refuses."),
    noop("curl always sends content where the server lets it."),
    # What parameters ask for (mail.explain.requests)
    noop("never tell me"),
    noop("tell me on {}"),
    noop("originally for {}"),
    noop("deliver within {} seconds, or else return it"),
    noop("deliver within {} seconds, or else tell me"),
    noop("return the whole message"),
    noop("return the headers only"),
    noop("envelope id {}"),
    noop("7-bit content"),
    noop("8-bit content"),
    noop("binary content"),
    noop("content of the kind {}"),
    noop("announced with {} octets"),
    noop("handed in by nobody known"),
    noop("handed in by {}"),
    noop("hold for {} seconds"),
    noop("hold until {}"),
    noop("priority {}"),
    noop("only if the owner is the same since {}"),
    noop("addresses or headers in UTF-8"),
    noop("only over verified TLS"),
)
_PLACED = noop("At character {}: {}")
"""How a query's error begins; what follows is a sentence of its own."""

_OUTCOMES = {"success": noop("success"), "failure": noop("failure"), "delay": noop("delay")}


def retold(sentence: str) -> str:
    """The sentence in the language of the request."""
    if current() == ENGLISH or len(sentence) > _LONGEST:
        return sentence
    found = gettext(sentence)
    if found != sentence or not sentence:
        return found
    if (placed := re.fullmatch(r"At character ([0-9]+): (.+)", sentence, re.DOTALL)) is not None:
        return gettext(_PLACED).format(placed[1], retold(placed[2]))
    for head, pattern, text in _matchers():
        if sentence.startswith(head) and (match := pattern.fullmatch(sentence)) is not None:
            return gettext(text).format(*match.groups())
    return sentence


def asked(in_words: str) -> str:
    """What `mail.explain.in_words` says: clauses with semicolons between them, the first in upper case."""
    if current() == ENGLISH or not in_words:
        return in_words
    clauses = "; ".join(map(_clause, (in_words[:1].lower() + in_words[1:]).split("; ")))
    return clauses[:1].upper() + clauses[1:]


def _clause(clause: str) -> str:
    head = "tell me on "
    if not clause.startswith(head):
        return retold(clause)
    told = re.split(", | and ", clause.removeprefix(head))
    words = [gettext(_OUTCOMES[one]) if one in _OUTCOMES else one for one in told]
    return gettext("tell me on {}").format(listed(words))


def title(text: str) -> str:
    """An explanation's title, before which may stand the code that it is about: `550 Refused`, `5.1.1 Address`."""
    code, blank, rest = text.partition(" ")
    return f"{code}{blank}{retold(rest)}" if code[:1].isdigit() else retold(text)


def sentences(text: str) -> str:
    """An explanation, of which several may have been put one after the other."""
    whole = retold(text)
    if whole != text or current() == ENGLISH:
        return whole
    for match in re.finditer(r"(?<=\.) ", text):
        first = retold(text[: match.start()])
        if first != text[: match.start()]:
            return f"{first} {sentences(text[match.end() :])}"
    return text


@cache
def _matchers() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """What each pattern begins with, how it is recognized, and the pattern."""
    texts = (*_PATTERNS, *(rule.sentence for rule in RULES.values()))
    return tuple(
        (text.partition("{}")[0], re.compile("(.+?)".join(map(re.escape, text.split("{}"))), re.DOTALL), text)
        for text in texts
        if "{}" in text
    )
