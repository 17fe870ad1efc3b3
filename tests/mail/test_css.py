from __future__ import annotations

import pytest

from pillarbox.mail import css


def asked(sheet: str) -> list[str]:
    targets: list[str] = []
    css.safe(sheet, lambda target: targets.append(target))
    return targets


@pytest.mark.parametrize(
    ("sheet", "safe"),
    [
        ("a{color:red}", "a{color:red}"),
        ("a{background:url(http://x.test/a.png) no-repeat}", "a{background:none no-repeat}"),
        ('a{background:url( "http://x.test/a)b.png" )}', "a{background:none}"),
        ("a{background:URL('x')}", "a{background:none}"),
        (r"a{background:u\72l(x)}", "a{background:none}"),
        (r"a{background:\75\000072 \6c(x)}", "a{background:none}"),
        ("a{background:u/**/rl(x)}", "a{background:u/**/rl(x)}"),
        ("a{background:url(x", "a{background:none"),
        ("@import 'x'; a{b:c}", "  a{b:c}"),
        ("@import url(x) screen;a{}", " a{}"),
        (r"@\69mport 'x';a{}", " a{}"),
        ("@media (max-width: 600px){a{b:c}}", "@media (max-width: 600px){a{b:c}}"),
        ("a{b:image-set('x' 1x)}", "a{b:x-blocked('x' 1x)}"),
        ("a{b:-webkit-image-set(url(x) 1x)}", "a{b:x-blocked(none 1x)}"),
        ("@font-face{src:url(x) format('woff')}", "@font-face{src:none format('woff')}"),
        ("a{content:'url(x) \\' \"'}", "a{content:'url(x) \\' \"'}"),
        ("a{content:'broken\nurl(x)}", "a{content:'broken\nnone}"),
        ("a{}/* url(x) */b{}", "a{}/**/b{}"),
        ("a{}/* never closed url(x)", "a{}/**/"),
        ("<!-- a{} -->", "  a{}  "),
        ("a{content:'</style><img>'}", "a{content:'\\3c /style>\\3c img>'}"),
        (r".sm\:w-full{a:b}", r".sm\:w-full{a:b}"),
        ("a{behavior:url(x.htc);-moz-binding:url(y)}", "a{behavior:none;-moz-binding:none}"),
        ("a{width:expression(alert(1))}", "a{width:x-blocked(alert(1))}"),
    ],
)
def test_nothing_that_loads_is_left(sheet: str, safe: str) -> None:
    assert css.safe(sheet, lambda _: None) == safe


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("url(http://x.test/a)", "http://x.test/a"),
        ("url( 'a b' )", "a b"),
        (r"url(\68ttp://x)", "http://x"),
        ("url()", ""),
        ("url(data:image/png;base64,AA==)", "data:image/png;base64,AA=="),
    ],
)
def test_the_caller_is_asked_for_each_target(written: str, target: str) -> None:
    assert asked(f"a{{b:{written}}}") == [target]


def test_an_address_that_is_given_back_is_written_quoted() -> None:
    assert css.safe("a{b:url(cid:x)}", lambda _: 'data:a"b\\<') == 'a{b:url("data:a\\22 b\\5c \\3c ")}'
