from __future__ import annotations

import pytest

from pillarbox.smtp import node


@pytest.mark.parametrize(
    "text",
    [
        *(
            "x",
            "example.test",
            "a_b.c-d",
            "1.example",
            "@example.test",
            "#queue",
            "#a/b;c",
            "[127.0.0.1]",
            "[IPv6:::1]",
        ),
        *("@[127.0.0.1]", "x" * 255),
    ],
)
def test_these_name_a_node(text: str) -> None:
    assert node.readable(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "#", "# x", "a b", "a/b", "x.", ".x", "a..b", "-x", "x-", "a.-b", "127.0.0.1", "[x]", "[127.0.0.1"),
        *("<x>", "x@y", "@@x", "@#x", "&x", "!x", "ü", "#ü", "[1.2.3.4]x", "[::1]", "x" * 256, "x\n", "#" + "x" * 256),
    ],
)
def test_these_name_none(text: str) -> None:
    assert not node.readable(text)
