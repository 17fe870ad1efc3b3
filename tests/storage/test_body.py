"""Octets are kept as they are, compressed only where that pays."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.storage.body import WORTHWHILE, Packer, unpack


@given(st.binary(max_size=5000) | st.text(max_size=3000).map(str.encode).map(lambda text: text * 3))
def test_what_is_packed_is_unpacked(octets: bytes) -> None:
    assert unpack(*Packer().pack(octets)) == octets


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    noise = random.Random(1).randbytes(10_000)
    assert Packer().pack(noise) == ("identity", noise)
    small = b"a" * (WORTHWHILE - 1)
    assert Packer().pack(small) == ("identity", small)
    assert Packer().pack(b"a" * WORTHWHILE)[0] == "zstd"


def test_an_encoding_from_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="'brotli'"):
        unpack("brotli", b"")
