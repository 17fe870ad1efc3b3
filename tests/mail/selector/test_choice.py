"""Selectors on trees: what they choose, held against lexbor's own answer, and how long that takes at most."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pillarbox.mail.selector import Unreadable, choice, reader, tree

MAIL = """<!doctype html><html lang="en-GB"><head><title>t</title><style>a{}</style></head><body>
<div class="preheader" style="display:none">Almost done</div>
<table id="outer"><tr><td class="left cell">1<td class="right cell">2<tr><td colspan=2><p>One<p>Two
<p class="Last">Three <b>bold</b><i></i></table>
<ul><li>a<li class=x>b<li>c<li class="x y">d<ul><li>e</ul></ul>
<a class="button primary" href="https://shop.example.org/confirm/1?a=b&amp;c=d">Confirm
   <b>your</b> address</a><!-- c -->
<a href="HTTP://SHOP.example.org/" data-Kind="Footer">Shop</a><a name="top">no link</a><img src="cid:logo" alt="">
<form><input type=checkbox checked><textarea>x &lt; y</textarea></form>
<svg viewBox="0 0 1 1"><linearGradient id="g"/></svg><p></p><p> </p><p><!-- only --></p>
</body></html>"""

SELECTORS = """*
a
A
td.cell
.cell.right
#outer
#outer td
#outer > td
#outer > tbody > tr > td
table p
div ~ ul
div + table
ul + a
li + li
li ~ li.x
li:first-child
li:last-child
li:nth-child(2)
li:nth-child(2n+1)
li:nth-child(odd)
li:nth-child(even)
li:nth-child(-n+2)
li:nth-last-child(2)
p:nth-of-type(2)
p:first-of-type
p:last-of-type
b:only-child
p:only-of-type
ul ul:only-of-type
:root
[href]
a[href^="https://"]
a[href$="c=d"]
a[href*=confirm]
a[href="http://shop.example.org/" i]
a[data-kind]
[class~="primary"]
[class~="prim"]
[lang|=en]
[lang|="en-GB"]
[alt=""]
[href^=""]
:not(a)
a:not(.button)
a:not([name], .primary)
li:not(.x):not(:first-child)
:is(a, b):not(a b)
:where(td, li).x
a:has(b)
td:has(> p)
li:has(ul)
a:has(+ img)
div:has(~ form)
ul:not(:has(ul))
input[type="checkbox"][checked]
table tr:nth-child(2) > td > p:last-child b
a, b , li.x
p:empty
i:empty
textarea
svg
html body > *
body > p
nosuch
a nosuch
.last
.Last"""


def ids(page: LexborHTMLParser, selector: str) -> list[str]:
    return [node.attributes["n"] or "" for node in page.css(selector)]


def numbered(html: str) -> str:
    """The same HTML with a number on every element, so that two trees of it can be compared."""
    page = LexborHTMLParser(html)
    assert page.root is not None
    for number, node in enumerate(list(page.root.traverse(include_text=False))):
        if node.is_element_node:
            node.attrs["n"] = str(number)
    return page.html or ""


HTML = numbered(MAIL)


@pytest.mark.parametrize("selector", SELECTORS.splitlines())
def test_a_selector_chooses_what_lexbor_says_it_does(selector: str) -> None:
    page = tree.read(HTML)
    chosen = [page.elements[number].attributes["n"] for number in choice.chosen(reader.read(selector), page)]
    assert chosen == sorted(set(ids(LexborHTMLParser(HTML), selector)), key=int)


def test_a_path_may_begin_with_any_of_several() -> None:
    """lexbor finds nothing here."""
    page = tree.read(MAIL)
    chosen = choice.chosen(reader.read(":is(ul, table) p"), page)
    assert chosen == choice.chosen(reader.read("table p"), page) != []


NAMES = st.sampled_from(["div", "p", "b", "ul", "li", "*", ".x", ".y", "#i", "[a]", "[a=b]", "p.x", ":first-child"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).flatmap(
    lambda names: st.lists(
        st.sampled_from([" ", " > ", " + ", " ~ "]), min_size=len(names) - 1, max_size=len(names) - 1
    ).map(lambda joints: "".join(x for pair in zip(names, [*joints, ""], strict=True) for x in pair))
)
TAGS = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<p class=x>",
        "<p>",
        "</p>",
        "<b class='x y'>",
        "</b>",
        "<ul>",
        "<li id=i>",
        "</ul>",
        "<i a=b>",
    ]
)


@settings(max_examples=60, deadline=None)
@given(html=st.lists(TAGS, max_size=25).map("".join), selector=PATHS)
def test_any_path_on_any_html_chooses_what_lexbor_says(html: str, selector: str) -> None:
    page = tree.read(numbered(html))
    chosen = [page.elements[number].attributes["n"] for number in choice.chosen(reader.read(selector), page)]
    assert chosen == sorted(set(ids(LexborHTMLParser(numbered(html)), selector)), key=int)


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ("a.button", "Confirm your address"),
        (".preheader", "Almost done"),
        ("table", "1 2 One Two Three bold"),
        ("textarea", "x < y"),
        ("head", "t"),
        ("img", ""),
        ("ul", "a b c d e"),
    ],
)
def test_the_text_of_an_element_is_all_of_it_with_white_space_collapsed(selector: str, text: str) -> None:
    page = tree.read(MAIL)
    assert page.text(choice.chosen(reader.read(selector), page)[0]) == text


def test_a_path_tells_how_far_it_leads() -> None:
    page = tree.read(MAIL)
    assert choice.along(reader.read("ul > li.x > a > b")[0], page) == [2, 2, 0, 0]


HOSTILE = {
    "1,000 elements within one another": "<div>" * 1_000 + "x",
    "10,000 options": "<select>" + "<option>" * 9_999,
    "10,000 paragraphs side by side": "<p>x</p>" * 10_000,
    "20,000 end tags": "<div>" * 1_000 + "</p>" * 20_000,
    "300 attributes a tag": ("<p " + " ".join(f"a{i}=1" for i in range(300)) + ">") * 200,
    "bodies with an attribute each": "".join(f"<body a{i}=1>" for i in range(10_000)),
    "formatting opened in each paragraph": "<p>" + "".join(f"<font size={i}>" for i in range(2)) + "</p><p>x" * 9_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_html_that_is_just_not_too_much_takes_little_time(html: str) -> None:
    selectors = [
        "i div div div div div div b",
        "div:has(div:has(div:has(b)))",
        "p ~ p ~ p ~ p ~ i",
        "p:nth-last-child(3)",
    ]
    began = time.process_time()
    page = tree.read(html)
    for selector in selectors:
        choice.chosen(reader.read(selector), page)
    assert time.process_time() - began < 5


TOO_MUCH = {
    "more than 10000 elements": "<b></b>" * 10_001,
    "more than 10000 elements ": "</p>" * 20_001,
    "more than 5000000 characters": "x" * 5_000_001,
    "more than 300 attributes": "<p " + " ".join(f"a{i}" for i in range(301)) + ">",
    "opens elements without end": "<div>" * 1_001,
    "opens elements without end ": "<p>" + "".join(f"<font size={i}>" for i in range(500)) + "</p><p>x" * 900,
}


@pytest.mark.parametrize(("sentence", "html"), TOO_MUCH.items())
def test_html_that_is_too_much_is_refused_in_a_sentence(sentence: str, html: str) -> None:
    with pytest.raises(Unreadable, match=sentence.strip()):
        tree.read(html)


def test_texts_within_one_another_have_a_limit() -> None:
    page = tree.read("<div>" * 100 + "x" * 100_000)
    with pytest.raises(Unreadable, match="too much text"):
        list(map(page.text, choice.chosen(reader.read("div"), page)))
