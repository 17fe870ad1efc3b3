"""The commands of SMTP, LMTP and their extensions."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation, Row, look_up

VERBS: dict[str, Row] = {
    "HELO": (
        "Hello, the old way",
        "The client says its name and asks for no extensions. It cannot use 8-bit bodies, TLS or authentication then.",
        "RFC 5321 section 4.1.1.1",
    ),
    "EHLO": (
        "Hello",
        "The client says its name and asks which extensions the server offers. The reply lists them, one a line.",
        "RFC 5321 section 4.1.1.1",
    ),
    "LHLO": (
        "Hello over LMTP",
        "EHLO of the local delivery protocol: after the content there is one reply for each recipient.",
        "RFC 2033 section 4.1",
    ),
    "MAIL": (
        "Begin a message",
        "Names the envelope sender, the address that bounces go to. It may differ from the From header.",
        "RFC 5321 section 4.1.1.2",
    ),
    "RCPT": (
        "Name a recipient",
        "One envelope recipient, one command each. Who is named here gets the mail, whatever its headers say.",
        "RFC 5321 section 4.1.1.3",
    ),
    "DATA": (
        "Send the content",
        "Announces headers and body. They follow after the reply 354 and end with a line that holds only a dot.",
        "RFC 5321 section 4.1.1.4",
    ),
    "BDAT": (
        "Send a chunk of the content",
        "Announces exactly so many octets of content, which follow at once. LAST marks the final chunk.",
        "RFC 3030 section 2",
    ),
    "RSET": (
        "Forget the transaction",
        "Drops the sender, the recipients and the content so far. The session goes on, and needs no new greeting.",
        "RFC 5321 section 4.1.1.5",
    ),
    "NOOP": (
        "Do nothing",
        "Asks only for a reply, to see whether the connection still works or to keep it open.",
        "RFC 5321 section 4.1.1.9",
    ),
    "QUIT": (
        "Goodbye",
        "Ends the session. The client should wait for 221 before it closes the connection.",
        "RFC 5321 section 4.1.1.10",
    ),
    "VRFY": (
        "Ask about an address",
        "Asks whether the server knows a mailbox. Most servers answer 252, so that nobody can collect addresses.",
        "RFC 5321 section 4.1.1.6",
    ),
    "EXPN": (
        "Ask for the members of a list",
        "Asks who is on a mailing list. Servers rarely offer it, because it gives addresses away.",
        "RFC 5321 section 4.1.1.7",
    ),
    "HELP": (
        "Ask for help",
        "Asks for a text for people, usually the list of commands that the server knows.",
        "RFC 5321 section 4.1.1.8",
    ),
    "ETRN": (
        "Ask for waiting mail",
        "Asks the server to start sending what it holds for a host or domain, over a connection of its own.",
        "RFC 1985 section 5",
    ),
    "ATRN": (
        "Take waiting mail over this connection",
        "After authentication, client and server change roles and the mail that waits for a domain is sent here.",
        "RFC 2645 section 5.2",
    ),
    "STARTTLS": (
        "Begin encryption",
        "After 220 both sides negotiate TLS on this connection. Everything said before is forgotten, EHLO comes again.",
        "RFC 3207 section 4",
    ),
    "AUTH": (
        "Log in",
        "Begins an authentication by the mechanism named, maybe with the first response along. `*` breaks it off.",
        "RFC 4954 section 4",
    ),
    "BURL": (
        "Send content by reference",
        "Has the server fetch the content from an IMAP server, so that the client need not send it again.",
        "RFC 4468 section 3",
    ),
    "TURN": (
        "Change roles",
        "An old way to have mail sent back on the same connection. It checks nobody's identity and must not be used.",
        "RFC 5321 appendix F.1",
    ),
    "SEND": (
        "Send to a terminal",
        "An old command that wrote the message on the screen of a user who was logged in. Nobody offers it any more.",
        "RFC 5321 appendix F.6",
    ),
    "SOML": (
        "Send to a terminal or mailbox",
        "An old command: to the screen if the user was logged in, otherwise to the mailbox.",
        "RFC 5321 appendix F.6",
    ),
    "SAML": (
        "Send to a terminal and mailbox",
        "An old command: to the screen of a user who was logged in, and to the mailbox as well.",
        "RFC 5321 appendix F.6",
    ),
    "XCLIENT": (
        "Speak for another client",
        "A command of Postfix: a proxy tells the server which client it speaks for. No RFC defines it.",
        None,
    ),
    "XFORWARD": (
        "Say where mail came from",
        "A command of Postfix: a filter passes on the first client's name and address, for the log. No RFC has it.",
        None,
    ),
}

MECHANISMS: dict[str, Row] = {
    "PLAIN": (
        "Name and password in one response",
        "Both cross as base64, which hides nothing: use it inside TLS only.",
        "RFC 4616 section 2",
    ),
    "LOGIN": (
        "Name and password, one after the other",
        "The server asks for each in turn and both cross as base64. Never standardized, but widely used; TLS only.",
        None,
    ),
    "CRAM-MD5": (
        "Challenge and digest",
        "The client proves that it knows the password by an MD5 digest. The password does not cross, but MD5 is weak.",
        "RFC 2195 section 2",
    ),
    "DIGEST-MD5": (
        "Challenge and digest with realms",
        "A successor of CRAM-MD5 that was withdrawn as insecure and hard to implement; SCRAM replaces it.",
        "RFC 6331",
    ),
    "SCRAM-SHA-1": (
        "Salted challenge and response, SHA-1",
        "Both sides prove that they know the password, which never crosses and is stored only salted and hashed.",
        "RFC 5802 section 3",
    ),
    "SCRAM-SHA-256": (
        "Salted challenge and response, SHA-256",
        "Both sides prove that they know the password, which never crosses and is stored only salted and hashed.",
        "RFC 7677 section 3",
    ),
    "SCRAM-SHA-1-PLUS": (
        "SCRAM bound to the TLS connection, SHA-1",
        "As SCRAM-SHA-1, and the proof holds only for this TLS connection, so nobody in between can pass it on.",
        "RFC 5802 section 6",
    ),
    "SCRAM-SHA-256-PLUS": (
        "SCRAM bound to the TLS connection, SHA-256",
        "As SCRAM-SHA-256, and the proof holds only for this TLS connection, so nobody in between can pass it on.",
        "RFC 7677 section 3",
    ),
    "XOAUTH2": (
        "Access token, the first way",
        "Name and OAuth 2.0 bearer token in one response, as Google defined it before there was a standard.",
        None,
    ),
    "OAUTHBEARER": (
        "Access token",
        "An OAuth 2.0 bearer token instead of a password. Whoever reads the token can use it: TLS only.",
        "RFC 7628 section 3",
    ),
    "EXTERNAL": (
        "Proven elsewhere",
        "The identity comes from another layer, usually from the client's TLS certificate.",
        "RFC 4422 appendix A",
    ),
    "ANONYMOUS": (
        "Nobody in particular",
        "Proves nothing; the response is a trace for the log.",
        "RFC 4505 section 2",
    ),
    "GSSAPI": (
        "Kerberos",
        "A ticket of the Kerberos network log-in is used instead of a password.",
        "RFC 4752 section 3",
    ),
    "NTLM": (
        "Windows log-in",
        "Challenge and response of old Windows networks. Weak, and defined by no RFC.",
        None,
    ),
}


def verb(name: str) -> Explanation | None:
    """A command by its verb."""
    return look_up(VERBS, name)


def mechanism(name: str) -> Explanation | None:
    """A SASL mechanism, as AUTH names it."""
    return look_up(MECHANISMS, name)
