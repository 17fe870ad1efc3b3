from __future__ import annotations

import re

import pytest

from pillarbox.mail import explain
from pillarbox.mail.explain import Explanation
from pillarbox.mail.explain.headers import HEADERS, ONCE
from pillarbox.mail.explain.keywords import KEYWORDS, LIMITS
from pillarbox.mail.explain.parameters import PARAMETERS, VALUES
from pillarbox.mail.explain.replies import REPLIES
from pillarbox.mail.explain.signatures import (
    ARC_TAGS,
    AUTOCRYPT_TAGS,
    BIMI_TAGS,
    DKIM_TAGS,
    METHODS,
    PROTOCOLS,
    RESULTS,
)
from pillarbox.mail.explain.spans import EVENTS
from pillarbox.mail.explain.statuses import DETAILS
from pillarbox.mail.explain.verbs import MECHANISMS, VERBS
from pillarbox.smtp.extensions import BASIC_VERBS, OTHER_VERBS

# The registered details of each subject (RFC 3463, RFC 5248 and what came after them).
REGISTERED = {0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30}


SIGNATURES = (DKIM_TAGS, ARC_TAGS, AUTOCRYPT_TAGS, BIMI_TAGS, METHODS, RESULTS, PROTOCOLS)
TABLES = (VERBS, MECHANISMS, PARAMETERS, VALUES, KEYWORDS, LIMITS, HEADERS, *SIGNATURES)


def every() -> list[Explanation]:
    found = [Explanation(*row) for table in TABLES for row in table.values()]
    found += [explain.header(name) for name in ("X-Nobody", "Content-Nothing", "Subjct")]
    found += [one for code in range(1000) if (one := explain.reply(code)) is not None]
    codes = [f"{group}.{subject}.{detail}" for group in (2, 4, 5) for subject, detail in DETAILS]
    found += [one for code in codes if (one := explain.enhanced(code)) is not None]
    return [*found, *EVENTS.values()]


def test_every_explanation_is_a_title_and_plain_sentences_with_an_rfc_where_there_is_one() -> None:
    for one in every():
        assert one.title, one
        assert re.fullmatch(r"[A-Z0-9].*[.]", one.text), one
        assert 10 < len(one.text) < 260, one
        assert one.rfc is None or re.fullmatch(
            r"RFC \d{3,4}( (section \d+(\.\d+)*|appendix [A-F](\.\d+)?))?", one.rfc
        ), one


def test_the_tables_are_in_upper_case_so_that_names_are_found_in_any() -> None:
    for table in TABLES:
        assert [key for key in table if key != key.upper()] == []
    assert explain.verb("mail") == explain.verb("MAIL")
    assert explain.keyword("Starttls") == explain.keyword("STARTTLS")


def test_every_verb_that_the_server_knows_is_explained() -> None:
    assert [verb for verb in (*BASIC_VERBS, *OTHER_VERBS) if explain.verb(verb) is None] == []


@pytest.mark.parametrize(
    "verb",
    ["HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "ETRN"],
)
def test_a_verb_is_explained_with_its_rfc(verb: str) -> None:
    found = explain.verb(verb)
    assert found is not None
    assert found.rfc


def test_a_verb_parameter_or_keyword_that_nobody_knows_has_no_explanation() -> None:
    for name in ("", "XYZZY", "MAIL FROM", "a" * 1000):
        assert explain.verb(name) is None
        assert explain.parameter(name) is None
        assert explain.keyword(name) is None
        assert explain.mechanism(name) is None
        assert explain.limit(name) is None


@pytest.mark.parametrize(
    ("written", "title", "rfc"),
    [
        ("SIZE=120", "Announced size", "RFC 1870 section 6"),
        ("size", "Announced size", "RFC 1870 section 6"),
        ("BODY=8bitmime", "8-bit content", "RFC 6152 section 3"),
        ("BODY=BINARYMIME", "Binary content", "RFC 3030 section 3"),
        ("BODY=9BIT", "Kind of content", "RFC 6152 section 3"),
        ("RET=hdrs", "Headers only", "RFC 3461 section 4.3"),
        ("NOTIFY=NEVER", "Never report", "RFC 3461 section 4.1"),
        ("NOTIFY=FAILURE,DELAY", "When to report", "RFC 3461 section 4.1"),
        ("NOTIFY=FAILURE,WHENEVER", "When to report", "RFC 3461 section 4.1"),
        ("AUTH=<>", "Submitter not known", "RFC 4954 section 5"),
        ("AUTH=bob+40x", "Who handed the message in", "RFC 4954 section 5"),
        ("ORCPT=rfc822;a@b", "Original recipient", "RFC 3461 section 4.2"),
    ],
)
def test_a_parameter_is_explained_by_its_value_or_else_by_its_keyword(written: str, title: str, rfc: str) -> None:
    found = explain.parameter(written)
    assert found is not None
    assert (found.title, found.rfc) == (title, rfc)


def test_several_conditions_of_notify_are_told_one_after_the_other() -> None:
    found = explain.parameter("NOTIFY=FAILURE,DELAY")
    assert found is not None
    assert "cannot be delivered" in found.text
    assert "unusually long" in found.text


def test_every_reply_code_of_rfc_5321_is_explained_by_itself() -> None:
    listed = "211 214 220 221 250 251 252 354 421 450 451 452 455 500 501 502 503 504 550 551 552 553 554 555"
    assert {int(code) for code in listed.split()} <= set(REPLIES)


@pytest.mark.parametrize(("code", "title"), [(299, "299 Success"), (475, "475 Refused for now"), (599, "599 Refused")])
def test_an_unknown_reply_code_is_explained_by_its_class(code: int, title: str) -> None:
    found = explain.reply(code)
    assert found is not None
    assert found.title.startswith(title)


@pytest.mark.parametrize("code", [-1, 0, 99, 199, 600, 999, 10**30])
def test_what_is_no_reply_code_has_no_explanation(code: int) -> None:
    assert explain.reply(code) is None


def test_every_registered_detail_of_an_enhanced_code_is_explained() -> None:
    wanted = {(subject, detail) for subject, last in REGISTERED.items() for detail in range(last + 1)} - {(0, 0)}
    assert set(DETAILS) == wanted


def test_an_enhanced_code_says_what_happened_and_whether_to_try_again() -> None:
    for_good, for_now = explain.enhanced("5.1.1"), explain.enhanced("4.1.1")
    assert for_good is not None
    assert for_now is not None
    assert for_good.title == "5.1.1 No such mailbox"
    assert "does not help" in for_good.text
    assert "later" in for_now.text
    assert for_good.rfc == "RFC 3463 section 3.2"


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("2.0.0", "2.0.0 Success"),
        ("5.0.0", "5.0.0 Failed"),
        ("4.0.99", "4.0.99 Put off"),
        ("5.7.999", "5.7.999 Security and policy"),
        ("5.9.1", "5.9.1 Failed"),
    ],
)
def test_an_enhanced_code_that_is_not_registered_is_explained_by_what_is(code: str, title: str) -> None:
    found = explain.enhanced(code)
    assert found is not None
    assert found.title == title


@pytest.mark.parametrize("code", ["", "5", "5.1", "3.1.1", "5.1.1.1", "5.1.1 ", "5.1.1111", "٥.١.١", "5.-1.1"])
def test_what_is_no_enhanced_code_has_no_explanation(code: str) -> None:
    assert explain.enhanced(code) is None


def test_auth_with_an_equals_sign_is_the_keyword_auth() -> None:
    assert explain.keyword("AUTH=LOGIN") == explain.keyword("AUTH")
    assert explain.limit("RCPTMAX=1000") == explain.limit("rcptmax")


def test_a_header_is_explained_whatever_its_name() -> None:
    assert explain.header("list-unsubscribe-post").rfc == "RFC 8058 section 3.1"
    assert "no registry" in explain.header("X-Nobody-Knows").text
    assert explain.header("Content-Nothing").rfc == "RFC 2045 section 9"
    assert explain.header("Subjct").title == "Not a registered header"
    assert explain.header("a" * 1000) == explain.header("b")
    assert [name for name in ONCE if name not in HEADERS] == []


def test_tags_checks_results_and_protocols_are_explained() -> None:
    assert explain.tag("dkim-signature", "bh") is not None
    assert explain.tag("DKIM-Signature", "cv") is None
    assert explain.tag("Subject", "d") is None
    assert (explain.protocol("esmtpsa") or explain.header("")).rfc == "RFC 3848"
    assert explain.method("dmarc") is not None
    assert explain.result("softfail") is not None
