from __future__ import annotations

from pillarbox.mail.envelope import roles


def test_a_recipient_that_no_header_names_is_a_blind_copy() -> None:
    assert roles(["a@x.test", "b@x.test", "c@x.test"], to=["a@x.test"], cc=["b@x.test"]) == ["to", "cc", "bcc"]


def test_headers_and_envelope_are_compared_without_case() -> None:
    assert roles(["Anna@X.test", "STRASSE@x.test"], to=["anna@x.TEST"], cc=["straße@x.test"]) == ["to", "cc"]
