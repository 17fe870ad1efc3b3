"""SASLprep (RFC 4013): one writing for each user name and password, so that they can be compared octet by octet.

Unassigned code points are let through, as in queries (RFC 3454 section 7): the tables are those of Unicode 3.2, and
people do have newer letters in their passwords.
"""

from __future__ import annotations

import stringprep
import unicodedata

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21,
    stringprep.in_table_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def saslprep(text: str) -> str:
    """Raises ValueError when a character stands in it that RFC 4013 prohibits, or directions are mixed."""
    if text.isascii() and text.isprintable():
        return text
    mapped = (" " if stringprep.in_table_c12(letter) else letter for letter in text)
    folded = "".join(letter for letter in mapped if not stringprep.in_table_b1(letter))
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", folded)
    for letter in prepared:
        if any(prohibited(letter) for prohibited in _PROHIBITED):
            raise ValueError(f"U+{ord(letter):04X} is prohibited")
    # RFC 3454 section 6: where one letter runs from right to left, all do, and the first and the last too.
    if any(map(stringprep.in_table_d1, prepared)) and (
        any(map(stringprep.in_table_d2, prepared))
        or not (stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1]))
    ):
        raise ValueError("letters of both directions are mixed")
    return prepared


def prepared(text: str) -> str:
    """The prepared text, or the text itself where it cannot be prepared: some passwords are no text at all."""
    try:
        return saslprep(text)
    except ValueError:
        return text
