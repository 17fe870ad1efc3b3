"""Authentication-Results and Received-SPF."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.results import Result, Verdicts, spf, verdicts


def test_each_result_has_its_method_its_comment_and_its_properties() -> None:
    found = verdicts(
        'mx.test 1; dkim=pass (2048-bit; key) header.d=a.test header.b="x;y"; spf/1=softfail (mx.test: a (b)) '
        "smtp.mailfrom=c@d.test; dmarc = fail"
    )
    assert found.server == "mx.test"
    assert found.results == (
        Result("dkim", "pass", "2048-bit; key · header.d=a.test · header.b=x;y"),
        Result("spf", "softfail", "mx.test: a (b) · smtp.mailfrom=c@d.test"),
        Result("dmarc", "fail", ""),
    )


def test_the_instance_of_arc_is_no_server_and_none_is_no_result() -> None:
    assert verdicts("i=2; mx.test; arc=pass") == Verdicts("mx.test", (Result("arc", "pass", ""),))
    assert verdicts("mx.test; none") == Verdicts("mx.test", ())
    assert verdicts("") == Verdicts("", ())


def test_received_spf_is_a_word_and_pairs() -> None:
    word, pairs = spf('pass (mx.test: ok) client-ip=192.0.2.1; envelope-from="a b@c.test"; helo=d')
    assert word == "pass"
    assert pairs == (("client-ip", "192.0.2.1"), ("envelope-from", "a b@c.test"), ("helo", "d"))
    assert spf("") == ("", ())


@given(st.text(alphabet='ab=;()" \\/1é', max_size=80))
def test_whatever_stands_there_is_read_without_an_error(value: str) -> None:
    assert all(one.method and one.result for one in verdicts(value).results if one.result)
    spf(value)
