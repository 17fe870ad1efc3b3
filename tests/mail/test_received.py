"""Received headers as servers write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.received import CLAUSES, Hop, hop, legs

DATE = "Fri, 16 Oct 2026 10:00:00 +0000"

FORMS: dict[str, tuple[str, dict[str, object]]] = {
    "Postfix": (
        "from mail.a.test (mail.a.test [192.0.2.41]) (using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)) "
        "(Authenticated sender: ada) by mx.b.test (Postfix) with ESMTPSA id 4AB for <c@b.test>; " + DATE + " (UTC)",
        {
            "from_": "mail.a.test", "ip": "192.0.2.41", "by": "mx.b.test", "with_": "ESMTPSA", "id": "4AB",
            "for_": "<c@b.test>", "tls": "TLS 1.3", "cipher": "TLS_AES_128_GCM_SHA256", "login": True,
        },
    ),
    "Exim": (
        "from [10.0.0.1] (helo=foo) by bar.test with esmtpa (Exim 4.96) (envelope-from <x@y.test>) id 1ab-cd "
        "for z@y.test; " + DATE,
        {"from_": "[10.0.0.1]", "ip": "10.0.0.1", "by": "bar.test", "with_": "esmtpa", "id": "1ab-cd"},
    ),
    "Exchange": (
        "from AM0.test (2001:db8:208:1::7) by DB6.test (2001:db8:6:2::1) with Microsoft SMTP Server (version=TLS1_2, "
        "cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1 via Frontend Transport; " + DATE,
        {"with_": "Microsoft SMTP Server", "via": "Frontend Transport", "ip": "2001:db8:208:1::7", "tls": "TLS 1.2"},
    ),
    "qmail": ("from unknown (HELO foo.test) (192.0.2.7) by bar.test with SMTP; 16 Oct 2026 10:00:00 -0000",
              {"from_": "unknown", "ip": "192.0.2.7", "by": "bar.test"}),
    "qmail within": ("(qmail 12345 invoked by uid 89); 16 Oct 2026 10:00:00 -0000", {"by": "", "from_": ""}),
    "Gmail": ("by 2002:a05:6402:1234:b0:5:6 with SMTP id ab1csp12; Fri, 16 Oct 2026 03:00:00 -0700 (PDT)",
              {"by": "2002:a05:6402:1234:b0:5:6", "ip": "", "id": "ab1csp12"}),
    "Sendmail": ("from a.test (root@localhost) by b.test (8.17/8.17) with ESMTP id 9A; " + DATE, {"by": "b.test"}),
    "no semicolon": ("from a.test by b.test id 7 " + DATE, {"id": "7"}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_well_known_servers_are_read(form: str) -> None:
    value, expected = FORMS[form]
    found = hop(value)
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.at is not None
    assert found.at.isoformat() == "2026-10-16T10:00:00+00:00"


def test_a_folded_header_and_a_word_that_comes_twice_are_read() -> None:
    found = hop("from by.test\r\n\tby from.test\r\n with SMTP by chance; nonsense")
    assert (found.from_, found.by, found.with_) == ("by.test", "from.test", "SMTP by chance")
    assert (found.date, found.at) == ("nonsense", None)


def test_the_way_goes_from_the_oldest_hop_and_a_clock_can_go_backwards() -> None:
    newest = [hop(f"by {name}; Fri, 16 Oct 2026 {time} +0000") for name, time in (("c", "10:00:09"), ("b", "10:00:04"))]
    first, odd = hop("by a; Fri, 16 Oct 2026 10:00:05 +0000"), hop("by x; never")
    way = legs([*newest, odd, first])
    assert [leg.hop.by for leg in way] == ["a", "x", "b", "c"]
    assert [leg.delay for leg in way] == [None, None, timedelta(seconds=-1), timedelta(seconds=5)]
    assert legs([]) == ()


words = st.sampled_from([*CLAUSES, "(", ")", ";", '"', "\\", "a.test", "[192.0.2.1]", "=", "TLS", DATE, "\r\n ", "é"])


@given(st.lists(words, max_size=30).map(" ".join))
def test_whatever_stands_there_is_read_without_an_error(value: str) -> None:
    found = hop(value)
    assert isinstance(found, Hop)
    written = "".join(value.split())
    for clause in (found.from_, found.by, found.with_, found.id, found.for_, found.via):
        assert all(word in written for word in clause.split())


@pytest.mark.parametrize("piece", ["(", ")", '"', "from ", ";", "[::", "\\", "(a", "cipher ", "1.", "\t", "TLS "])
def test_long_hostile_values_are_cut_and_read(piece: str) -> None:
    assert isinstance(hop(piece * 100_000), Hop)
