"""What servers write: tags of DKIM and its kin, methods and results of checks, protocols of hops."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation, Row, look_up

DKIM_TAGS: dict[str, Row] = {
    "V": ("Version", "There is only version 1.", "RFC 6376 section 3.5"),
    "A": (
        "Algorithm",
        "How it was signed: rsa-sha256 or ed25519-sha256; rsa-sha1 is no longer valid.",
        "RFC 6376 section 3.3",
    ),
    "B": ("Signature", "The signature itself, in base64.", "RFC 6376 section 3.5"),
    "BH": ("Hash of the body", "If the body is changed on the way, this hash no longer fits.", "RFC 6376 section 3.7"),
    "C": ("Canonical form", "Headers/body. relaxed bears changes of white space, simple none.", "RFC 6376 section 3.4"),
    "D": (
        "Signing domain",
        "Who takes responsibility. DMARC compares it with the domain of From.",
        "RFC 6376 section 3.5",
    ),
    "H": (
        "Signed headers",
        "In this order. What is not listed can be changed, and can be added if it is listed once only.",
        "RFC 6376 section 3.5",
    ),
    "I": ("Identity", "The user or agent for whom the domain signs.", "RFC 6376 section 3.5"),
    "L": (
        "Length of the signed body",
        "What comes after so many octets is not signed: anybody can append.",
        "RFC 6376 section 8.2",
    ),
    "Q": ("Where the key is", "The only way there is, is dns/txt.", "RFC 6376 section 3.5"),
    "S": ("Selector", "Which key: its DNS name is SELECTOR._domainkey.DOMAIN.", "RFC 6376 section 3.1"),
    "T": ("Signed at", "Seconds since 1970.", "RFC 6376 section 3.5"),
    "X": ("Valid until", "Seconds since 1970.", "RFC 6376 section 3.5"),
    "Z": ("Headers as they were", "Copies for finding out what was changed.", "RFC 6376 section 3.5"),
}

ARC_TAGS: dict[str, Row] = {
    **DKIM_TAGS,
    "I": ("Instance", "Which forwarder of the chain, from 1 on.", "RFC 8617 section 4.2.1"),
    "CV": (
        "State of the chain",
        "It is none for the first forwarder, else pass or fail of all before.",
        "RFC 8617 section 4.4",
    ),
}

AUTOCRYPT_TAGS: dict[str, Row] = {
    "ADDR": ("Address", "Whose key it is.", None),
    "PREFER-ENCRYPT": ("Wish", "With mutual: encrypt if both want it.", None),
    "KEYDATA": ("Key", "An OpenPGP key in base64.", None),
}

BIMI_TAGS: dict[str, Row] = {
    "V": ("Version", "There is only BIMI1.", None),
    "S": ("Selector", "Which logo: its DNS name is SELECTOR._bimi.DOMAIN.", None),
}

METHODS: dict[str, Row] = {
    "SPF": ("SPF", "Whether this client may send for the domain of MAIL FROM.", "RFC 7208 section 2.6"),
    "DKIM": ("DKIM", "Whether a signature fits, and whose it is.", "RFC 6376 section 6"),
    "DMARC": ("DMARC", "Whether a domain that SPF or DKIM has proven fits that of From.", "RFC 7489 section 11.2"),
    "ARC": ("ARC", "Whether the chain of forwarders holds.", "RFC 8617 section 5.2"),
    "AUTH": ("SMTP AUTH", "Whether the client logged in.", "RFC 8601 section 2.7.4"),
    "IPREV": (
        "Reverse DNS",
        "Whether the client's address has a name that leads back to it.",
        "RFC 8601 section 2.7.3",
    ),
    "DOMAINKEYS": ("DomainKeys", "The withdrawn forerunner of DKIM.", "RFC 8601 section 2.7.1"),
    "SENDER-ID": ("Sender ID", "A withdrawn relative of SPF.", "RFC 4406"),
    "DKIM-ADSP": ("ADSP", "Withdrawn; DMARC has taken its place.", "RFC 5617"),
    "DKIM-ATPS": ("ATPS", "Whether the signing domain may sign for that of From.", "RFC 6541"),
    "VBR": ("Vouch by reference", "Whether a service vouches for the sender.", "RFC 5518"),
    "DNSWL": ("Allow list in DNS", "Whether the client's address stands in a list of good senders.", "RFC 8904"),
    "SMIME": ("S/MIME", "Whether the signature of the content fits.", "RFC 7281"),
    "RRVS": ("RRVS", "Whether the recipient has had the address all the time.", "RFC 7293"),
    "COMPAUTH": ("Microsoft's verdict", "All results put together, in Microsoft's own way.", None),
    "BIMI": ("BIMI", "Whether there is a logo of this sender to show.", None),
}

RESULTS: dict[str, Row] = {
    "PASS": ("It holds", "The check was made and succeeded.", "RFC 8601 section 2.7"),
    "FAIL": ("It does not hold", "The check was made and failed.", "RFC 8601 section 2.7"),
    "HARDFAIL": ("It does not hold", "An older word for fail.", "RFC 8601 section 2.7.2"),
    "SOFTFAIL": (
        "Probably not",
        "The domain thinks that the client may not send for it, but does not insist.",
        "RFC 7208 section 2.6.5",
    ),
    "NEUTRAL": ("Nothing said", "Checked, but neither proven nor refuted.", "RFC 8601 section 2.7"),
    "NONE": ("Nothing to check", "There was no signature or no record.", "RFC 8601 section 2.7"),
    "POLICY": ("Not accepted", "It held, but a rule of the server does not take it.", "RFC 8601 section 2.7"),
    "TEMPERROR": ("Failed for now", "Something such as DNS did not answer.", "RFC 8601 section 2.7"),
    "PERMERROR": ("Cannot be checked", "A record or signature cannot be read.", "RFC 8601 section 2.7"),
    "BESTGUESSPASS": ("Guessed", "There is no record; the server guessed that it would hold.", None),
}

PROTOCOLS: dict[str, Row] = {
    "SMTP": ("Plain SMTP", "Greeted with HELO: no extensions, no TLS, no log-in.", "RFC 5321 section 4.4"),
    "ESMTP": ("SMTP with extensions", "Greeted with EHLO; neither TLS nor log-in.", "RFC 3848"),
    "ESMTPA": ("SMTP with log-in", "Greeted with EHLO and logged in, without TLS.", "RFC 3848"),
    "ESMTPS": ("SMTP over TLS", "Greeted with EHLO, inside TLS, without log-in.", "RFC 3848"),
    "ESMTPSA": (
        "SMTP over TLS with log-in",
        "Greeted with EHLO, inside TLS, and logged in: how mail programs hand mail in.",
        "RFC 3848",
    ),
    "LMTP": ("Local delivery", "Greeted with LHLO: a reply for each recipient.", "RFC 3848"),
    "LMTPA": ("Local delivery with log-in", "LMTP, logged in, without TLS.", "RFC 3848"),
    "LMTPS": ("Local delivery over TLS", "LMTP inside TLS, without log-in.", "RFC 3848"),
    "LMTPSA": ("Local delivery over TLS with log-in", "LMTP inside TLS, logged in.", "RFC 3848"),
    "UTF8SMTP": ("SMTP with UTF-8 addresses", "SMTPUTF8 was used; neither TLS nor log-in.", "RFC 6531 section 4.3"),
    "UTF8SMTPA": ("SMTP with UTF-8 addresses and log-in", "SMTPUTF8 was used, with log-in.", "RFC 6531 section 4.3"),
    "UTF8SMTPS": ("SMTP with UTF-8 addresses over TLS", "SMTPUTF8 was used, inside TLS.", "RFC 6531 section 4.3"),
    "UTF8SMTPSA": (
        "SMTP with UTF-8 addresses over TLS with log-in",
        "SMTPUTF8 was used, inside TLS, with log-in.",
        "RFC 6531 section 4.3",
    ),
    "UTF8LMTP": ("Local delivery with UTF-8 addresses", "LMTP with SMTPUTF8.", "RFC 6531 section 4.3"),
    "HTTP": ("Handed in by HTTP", "A web API or a web mail program took it; no RFC registers the word.", None),
    "HTTPS": ("Handed in by HTTPS", "A web API or a web mail program took it; no RFC registers the word.", None),
    "LOCAL": ("Handed in on the machine", "A program such as sendmail took it; no RFC registers the word.", None),
    "MICROSOFT SMTP SERVER": ("Exchange", "Between Microsoft's servers; no RFC registers the words.", None),
    "MAPI": ("Handed in by Outlook", "Over Microsoft's own protocol.", None),
}

_TAGS = {
    "DKIM-SIGNATURE": DKIM_TAGS,
    "DOMAINKEY-SIGNATURE": DKIM_TAGS,
    "X-GOOGLE-DKIM-SIGNATURE": DKIM_TAGS,
    "ARC-MESSAGE-SIGNATURE": ARC_TAGS,
    "ARC-SEAL": ARC_TAGS,
    "AUTOCRYPT": AUTOCRYPT_TAGS,
    "AUTOCRYPT-GOSSIP": AUTOCRYPT_TAGS,
    "BIMI-SELECTOR": BIMI_TAGS,
}
TAGGED = frozenset(_TAGS)
"""Headers that are a list of tags, `name=value; name=value`."""


def tag(header: str, name: str) -> Explanation | None:
    """A tag of that header: `tag("DKIM-Signature", "d")`."""
    return look_up(_TAGS.get(header.upper(), {}), name)


def method(name: str) -> Explanation | None:
    """A method of Authentication-Results, such as `spf`."""
    return look_up(METHODS, name)


def result(name: str) -> Explanation | None:
    """A result of Authentication-Results or Received-SPF, such as `softfail`."""
    return look_up(RESULTS, name)


def protocol(name: str) -> Explanation | None:
    """What stands behind `with` in Received, such as ESMTPSA."""
    return look_up(PROTOCOLS, name)
