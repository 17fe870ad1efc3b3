"""The HTML tab: source in coloured, numbered lines, as sent or formatted; and the text as it is read aloud."""

from __future__ import annotations

from pillarbox.web.pages.source import PIECES, SHOWN, panel
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain, with_html
from tests.web.world import World


def lines(html: str, *, formatted: bool = False) -> list[str]:
    return ["".join(text for _, text in line) for line in panel(html, formatted=formatted).lines or ()]


def test_the_source_stands_in_the_lines_that_were_sent(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p class='a'>Hi &amp;</p>\r\n<!-- <script>x</script> -->"))
    page = reader.get(f"/messages/{message.id}?tab=html")
    shown = page.css(".lines li code")
    assert [line.text() for line in shown] == ["<p class='a'>Hi &amp;</p>", "<!-- <script>x</script> -->"]
    assert [words(one) for one in page.css(".lines .in-name")] == ["p", "p"]
    assert words(page.css_first(".lines .in-value")) == "'a'"
    assert words(page.css_first(".lines .in-entity")) == "&amp;"
    assert words(page.css_first(".lines .in-comment")) == "<!-- <script>x</script> -->"
    formatted = page.css_first('.view a[href$="formatted=1"]')
    assert formatted is not None
    again = reader.get(formatted.attributes["href"] or "")
    assert [line.text() for line in again.css(".lines li code")][:3] == ["<p class='a'>", "  Hi &amp;", "</p>"]
    assert "no HTML" in words(reader.get(f"/messages/{world.take(plain()).id}?tab=html").css_first(".panel"))


def test_lines_end_where_the_source_has_a_line_end() -> None:
    assert lines("a\r\nb\n\nc") == ["a", "b", "", "c"]
    assert lines("") == [""]
    assert lines("<!-- a\nb -->\n") == ["<!-- a", "b -->", ""][:2]


def test_formatted_source_has_a_line_for_each_block_and_leaves_what_is_preformatted() -> None:
    html = "<html><body><div>one <b>two</b>\n three</div><pre>a\n <i>b</i></pre><ul><li>x<br>y</ul><img></body></html>"
    assert lines(html, formatted=True) == [
        "<html>",
        "  <body>",
        "    <div>",
        "      one <b>two</b> three",
        "    </div>",
        "    <pre>a",
        " <i>b</i></pre>",
        "    <ul>",
        "      <li>",
        "        x",
        "        <br>",
        "        y",
        "      </ul>",
        "      <img>",
        "    </body>",
        "  </html>",
    ]
    assert lines("</div></div><p", formatted=True) == ["</div>", "</div>", "<p"]


def test_a_source_without_end_is_cut() -> None:
    for html in ("x" * (SHOWN * 2), "<b>" * SHOWN, "\n" * SHOWN, "<a b c d e f>" * 20_000, "<table>" * 20_000):
        for formatted in (False, True):
            found = panel(html, formatted=formatted)
            assert found.lines is not None
            assert found.cut > 0
            assert len(found.lines) + sum(map(len, found.lines)) <= PIECES * 3
            assert sum(len(text) for line in found.lines for _, text in line) <= SHOWN * 8


def test_the_text_is_read_aloud_where_there_is_html(world: World, reader: Reader) -> None:
    html = "<h2>Order <a href=/x>77</a></h2><ul><li>Mug</ul><img src=a.png><i hidden>pst</i><p lang=de>Danke</p>"
    message = world.take(with_html(html))
    page = reader.get(f"/messages/{message.id}?tab=text")
    switch = page.css_first('.view a[href$="aloud=1"]')
    assert switch is not None
    aloud = reader.get(switch.attributes["href"] or "")
    assert [words(one) for one in aloud.css(".spoken li")] == [
        "heading level 2 Order",
        "heading level 2, link 77",
        "list with 1 item",
        "• Mug",
        "end of list",
        "image without alternative text a.png",
        "not read, hidden pst",
        "language de Danke",
    ]
    unread = world.take(plain())
    assert reader.get(f"/messages/{unread.id}?tab=text").css(".view") == []
    assert "Hello Ada" in words(reader.get(f"/messages/{unread.id}?tab=text&aloud=1").css_first(".panel"))


def test_every_kind_of_thing_has_its_words(world: World, reader: Reader) -> None:
    html = (
        "<a href=/a></a><button></button><button>B</button><input><input type=checkbox><input type=radio><hr>"
        "<input type=file><input type=range><input type=color><select></select><blockquote>q</blockquote>"
        "<ol><li>one</ol><table><tr><th>H<tr><td>d</table><table><td>x</table><img alt=I><b aria-hidden=true>z</b>"
        "<i lang=fr>f</i>g"
    )
    message = world.take(with_html(f"<p hidden>pre</p>{html}"))
    said = words(reader.get(f"/messages/{message.id}?tab=text&aloud=1").css_first(".spoken"))
    for phrase in (
        *("(preheader) pre", "link without words /a", "button without words", "button B", "edit field", "checkbox"),
        *("radio button", "separator", "file field", "slider", "colour field", "choice", "quotation q", "1. one"),
        *("table with 2 rows, 1 column, with headers", "column 1, header H", "column 1, H d", "end of table"),
        *("table with 1 row, 1 column, without headers", "image I", "aria-hidden z", "language fr f"),
        *("language not said g",),
    ):
        assert phrase in said, phrase
