from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.extract.action import action
from pillarbox.mail.extract.links import Link, links
from pillarbox.mail.message import Mail


def chosen(html: str | None = None, text: str | None = None, *unsubscribe: str) -> str | None:
    mail = Mail(html=html, text=text, html_part=2, text_part=1)
    return action(links(mail), unsubscribe)


SHOP = """
<a href="https://shop.test/"><img src="logo.png" alt="Shop"></a>
<a href="https://shop.test/women">Women</a> <a href="https://shop.test/2026-summer-collection">Summer 2026</a>
%s
<a href="https://shop.test/mail/8f14e45fceea167a5a36dedd">View this email in your browser</a>
<a href="https://facebook.com/shop">Facebook</a> <a href="https://shop.test/legal/privacy">Privacy policy</a>
<a href="https://shop.test/u/8f14e45fceea167a5a36dedd">Unsubscribe</a>
"""


@pytest.mark.parametrize(
    "button",
    [
        '<a href="https://shop.test/c/1">Confirm your email</a>',
        '<a href="https://shop.test/c/1">Passwort zurücksetzen</a>',
        '<a href="https://shop.test/c/1">Réinitialiser le mot de passe</a>',
        '<a href="https://shop.test/c/1">Подтвердить адрес</a>',
        '<a href="https://shop.test/c/1">メールアドレスを確認 / 認証する</a>',
        '<a href="https://shop.test/c/1">验证邮箱</a>',
        '<a href="https://shop.test/c/1"><img src="b.gif" alt="Activate your account"></a>',
    ],
)
def test_the_link_that_says_what_it_does_comes_before_menus_and_edges(button: str) -> None:
    assert chosen(SHOP % button) == "https://shop.test/c/1"


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.test/go/8f14e45fceea167a5a36dedd4bea2543",
        "https://shop.test/go?t=eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.x",
        "https://shop.test/go/123e4567-e89b-42d3-a456-426614174000",
        "https://shop.test/account/verify-email?e=1",
        "https://shop.test/reset/MQ/c5x2ab-8f14e45fceea167a5a36dedd4bea2543/",
    ],
)
def test_an_address_with_a_token_or_with_such_a_word_is_one_to_follow(address: str) -> None:
    assert chosen(SHOP % f'<a href="{address}">here</a>') == address


def test_without_one_the_first_page_is_taken_and_a_home_page_only_when_there_is_no_other() -> None:
    assert chosen(SHOP % "") == "https://shop.test/women"
    assert (
        chosen('<a href="https://shop.test/">Shop</a> <a href="https://shop.test/p/7">Lamp</a>')
        == "https://shop.test/p/7"
    )
    assert chosen('<a href="https://shop.test/">Shop</a>') == "https://shop.test/"


def test_what_mails_have_at_their_edges_comes_last_and_what_unsubscribes_never() -> None:
    privacy, leave = "https://x.test/privacy", "https://x.test/l/77"
    assert chosen(f'<a href="{leave}">Abbestellen</a><a href="{privacy}">Datenschutz</a>') == privacy
    assert chosen(f'<a href="{leave}">Se désabonner</a>') is None
    assert chosen(f'<a href="{leave}">here</a>', None, leave) is None
    assert chosen('<a href="https://x.test/unsubscribe?u=1">here</a>') is None


def test_only_addresses_of_pages_are_chosen() -> None:
    others = [
        "mailto:a@x.test",
        "tel:+4930",
        "/verify?t=1",
        "#a",
        "javascript:verify()",
        "cid:verify",
        "https://",
        "http://[::1/verify",
        "https://x.test/verify.png",
        "https://x.test/o/verify.gif?u=1",
    ]
    for other in others:
        assert chosen(f'<a href="{other}">Verify</a>') is None, other
    assert (
        chosen("".join(f'<a href="{one}">Verify</a>' for one in others) + '<a href="HTTP://x.test/a">a</a>')
        == "HTTP://x.test/a"
    )


def test_the_html_is_asked_first_and_the_text_where_it_has_a_better_one() -> None:
    assert chosen('<a href="https://x.test/verify?h">go</a>', "https://x.test/verify?t") == "https://x.test/verify?h"
    assert chosen('<a href="https://x.test/">go</a>', "https://x.test/verify?t") == "https://x.test/verify?t"
    assert chosen(None, "Welcome to https://x.test/ \n\nhttps://x.test/c/1\n") == "https://x.test/c/1"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.builds(
            Link,
            st.text(max_size=30) | st.text(max_size=20).map("http://".__add__),
            st.text(max_size=20),
            st.sampled_from(["html", "text"]),
        )
    )
)
def test_anything_gives_one_of_its_links_or_none(found: list[Link]) -> None:
    one = action(found)
    assert one is None or one in [link.href for link in found]
