"""What a screen reader would say of a message's HTML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.aloud import MAX_NAME, MAX_SAID, MAX_TAGS, MAX_TEXT, aloud
from pillarbox.mail.utterance import Label, Said


def lines(html: str) -> list[str]:
    """Each thing that is said as `kind number columns text, …: words`, without what is nothing."""
    return [
        ", ".join(" ".join(str(value) for value in label if value) for label in one.labels) + f": {one.text}"
        for one in aloud(html).said
    ]


SPOKEN = [
    ("Hello <b>wor</b>ld", [": Hello world"]),
    ("<p>one<p>two<br>three &amp; &lt;b>", [": one", ": two", ": three & <b>"]),
    ("<h1>Hi</h1><h3>There</h3>", ["heading 1: Hi", "heading 3: There"]),
    ("<div role=heading aria-level=4><div>Deep</div></div>after", ["heading 4: Deep", ": after"]),
    ("<h2>Dear <a href=/a>Ada</a>!</h2>", ["heading 2: Dear", "heading 2, link: Ada", "heading 2: !"]),
    ("See <a href=/a>the <b>shop</b></a>, or <a name=x>not</a>", [": See", "link: the shop", ": , or not"]),
    ("<a href=/pay><img src=p.png alt=Pay></a>", ["link, image: Pay"]),
    ("<a href=/x aria-label='Buy now'>&rarr; <i>x</i></a> z", ["link: Buy now", ": z"]),
    ("<a href='https://a.test/x'><img src=a.gif alt=''></a>", ["nameless-link https://a.test/x: "]),
    ("<a href=/a>one<a href=/b>two</a>", ["link: one", "link: two"]),
    ("<a role=button href=/a>Go</a><button>Stop</button>", ["button: Go", "button: Stop"]),
    ("<button></button><input type=submit value=Send>", ["nameless-button: ", "button: Send"]),
    ("<input placeholder=Name><input type=checkbox><input type=hidden>", ["field edit: Name", "field checkbox: "]),
    ("<img alt=Logo><img alt=''><img src='/a/b.png?x=1'>", ["image: Logo", "nameless-image b.png: "]),
    ("<img title=T><img role=presentation src=x>", ["image: T"]),
    ("<span role=img aria-label=Star>*<span>*</span></span>!", ["image: Star", ": !"]),
    ("<ul><li>a<li>b</ul>c", ["list 2: ", "item: a", "item: b", "list-end: ", ": c"]),
    (
        "<ol><li>a<ul><li>b</ul><li>c</ol>",
        ["list 2: ", "item 1: a", "list 1: ", "item: b", "list-end: ", "item 2: c", "list-end: "],
    ),
    ("<ul role=presentation><li>a</ul>", [": a"]),
    (
        "<table><tr><th>Item<th>Price<tr><td>Mug<td>9</table>",
        [
            "table 2 2 headers: ",
            "header 1: Item",
            "header 2: Price",
            "cell 1 Item: Mug",
            "cell 2 Price: 9",
            "table-end: ",
        ],
    ),
    ("<table><td>a</td><td></td>b</table>", ["table 1 2: ", "cell 1: a", ": b", "table-end: "]),
    ("<table role=presentation><tr><td>a<td>b</table>", [": a", ": b"]),
    ("<table role=none><tr><td><table><tr><td>x</table>y</table>", ["table 1 1: ", "cell 1: x", "table-end: ", ": y"]),
    ("<blockquote>q</blockquote><hr>z", ["quote: ", ": q", "quote-end: ", "separator: ", ": z"]),
    ("<html lang=en><p>a<p lang=de>b</p>c", ["language en: a", "language de: b", "language en: c"]),
    ("<div lang=de><div>a</div>b</div>c", ["language de: a", ": b", "language: c"]),
    (
        "<i style='display:none'>Pre</i><p>a<i aria-hidden=true>b</i>",
        ["unread preheader: Pre", ": a", "unread aria-hidden: b"],
    ),
    ("a<div hidden>b<div>c</div>d</div>e", [": a", "unread hidden: bcd", ": e"]),
    ("a<script>b</script><style>c</style><title>d</title><textarea>e</textarea>", [": a", "field edit: ", ": e"]),
    ("<select><option>a<option>b</select>", ["field choice: ", ": a", ": b"]),
    ("</li></ul></table></td></h1></a></blockquote>x", ["quote-end: ", ": x"]),
    ("<ul><table><li>a</ul></table>", ["list 1: ", "table: ", "item: a", "list-end: ", "table-end: "]),
    ("", []),
]


@pytest.mark.parametrize(("html", "said"), SPOKEN)
def test_each_thing_is_said_with_what_it_is(html: str, said: list[str]) -> None:
    assert lines(html) == said


def test_a_message_without_end_is_cut() -> None:
    for html in ("<p>x" * (MAX_SAID * 2), "x" * (MAX_TEXT * 2), "<i>" * (MAX_TAGS * 2)):
        found = aloud(html)
        assert found.cut
        assert len(found.said) <= MAX_SAID + 2
        assert sum(len(one.text) for one in found.said) <= MAX_TEXT * 2
    assert not aloud("<p>x").cut


def test_names_and_what_is_hidden_are_cut() -> None:
    long = "y" * 5000
    html = f"<a href={long} aria-label={long}>a</a><img alt={long}><p hidden>{long}<p></p>{long}</p><img src={long}>"
    for one in aloud(html).said:
        assert len(one.text) <= MAX_NAME
        assert all(len(label.text) <= MAX_NAME for label in one.labels)


_TAGS = """
    <p> </p> <div> </div> <h1> </h1> <h2 </h2> <a+href=x> <a+href=x+aria-label=y> </a> <button> </button> <ul> <ol>
    </ul> </ol> <li> </li> <table> <table+role=none> </table> <tr> <td> <th> </td> <img> <img+alt=a> <i+lang=de>
    <i+lang=x> </i> <b+hidden> <b+aria-hidden=true> </b> <i> <b> <div+role=heading> <div+role=button>
    <div+role=img+aria-label=z> <br> <hr> <textarea> </textarea> <select> <option> <blockquote> </blockquote>
    <input> <script> </script> <!-- --> &#xD800; &#0; � a b < > = <html+lang=en> </html> <template> </template>
"""
PIECES = [*(piece.replace("+", " ") for piece in _TAGS.split()), "\x00", "\ud800", '"', " "]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_row_of_tags_is_said_in_values_that_can_be_shown(html: str) -> None:
    found = aloud(html)
    for one in found.said:
        assert isinstance(one, Said)
        for text in (one.text, *(label.text for label in one.labels)):
            text.encode()
            assert "\x00" not in text
        assert one.text or one.labels
    kinds = [label.kind for one in found.said for label in one.labels]
    assert kinds.count("list-end") <= kinds.count("list")
    assert kinds.count("table-end") <= kinds.count("table")
    assert all(label == Label(*label) for one in found.said for label in one.labels)
