"""The HTML of a message, as plain words and as a page that is safe to show.

Rules of this module:

* nothing that is kept can make a request or run: elements and attributes are kept by name, all others go; the content
  security policy of the preview is the second wall, this is the first;
* the output is written anew from tokens, every value quoted and escaped, no comment, no foreign content (SVG, MathML):
  a browser reads it as it was meant here;
* an element that goes leaves its children; only what is no content (script, title, frames…) goes whole;
* links keep http, https, mailto and tel; images keep `data:`, and `cid:` as the caller resolves it;
* of `<meta>` only the colour schemes that the mail is made for are kept;
* linear in its input, no recursion, no tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from pillarbox.mail import charset, css
from pillarbox.mail.markup import ESCAPABLE_TEXT, attributes, decoded, tokens

Cid = Callable[[str], str | None]
Instead = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Remote:
    """What the HTML would ask the network for. `images`: how many pictures of each host, in the order they stand, ""
    for an address without one; `others`: references that are never loaded, such as scripts, frames and style sheets."""

    images: dict[str, int] = field(default_factory=dict)
    others: int = 0

    @property
    def blocked(self) -> int:
        return sum(self.images.values()) + self.others


_ELEMENT_NAMES = """
    a abbr acronym address area article aside audio b bdi bdo big blockquote body br button caption center cite
    code col colgroup data dd del details dfn dir div dl dt em fieldset figcaption figure font footer h1 h2 h3
    h4 h5 h6 head header hgroup hr html i img input ins kbd label legend li main map mark menu meter nav nobr ol
    optgroup option output p picture pre progress q rp rt ruby s samp section select small source span strike
    strong style sub summary sup table tbody td textarea tfoot th thead time tr tt u ul var video wbr
"""
_ATTRIBUTE_NAMES = """
    abbr align alink alt axis bgcolor border bordercolor cellpadding cellspacing char charoff checked class
    clear color cols colspan compact coords datetime dir disabled face frame headers height hidden hspace id
    label lang leftmargin link marginheight marginwidth max media min multiple name nohref noshade nowrap open
    placeholder readonly reversed role rows rowspan rules scope selected shape size sizes span start summary
    tabindex text title topmargin translate type usemap valign value vlink vspace width wrap
"""
_ELEMENTS, _ATTRIBUTES = frozenset(_ELEMENT_NAMES.split()), frozenset(_ATTRIBUTE_NAMES.split())
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "wbr"})
_LOADING = ("src", "background", "poster", "lowsrc", "dynsrc", "data", "xlink:href")
_BLOCK_NAMES = """
    address article aside blockquote br center dd details dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul
"""
BLOCK = frozenset(_BLOCK_NAMES.split())
_DOCTYPE = re.compile(
    r'<!doctype\s+html(?:\s+PUBLIC\s+"[-/ .\w]{1,80}"(?:\s+"http://www\.w3\.org/[\w/.-]{1,80}")?)?\s*>', re.I
)
_IN_ADDRESS = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_REMOTE = re.compile(r"(?:https?:|[/\\]{2})", re.IGNORECASE)
_HOST = re.compile(
    r"(?:https?:[/\\]*|[/\\]{2,})(?:[^/\\?#@]*@)?(\[[0-9a-fA-F:.]{1,60}\]|[^/\\?#:@]{1,255})", re.IGNORECASE
)
_SCHEMES = re.compile(r"[a-zA-Z ]{1,60}")
_CANDIDATE = re.compile(r"[\s,]*(\S+)([^,]*)")
_HINT = re.compile(r"display|visibility|hidden", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[\t\r\n\f\xa0][ \t\r\n\f\xa0]*| [ \t\r\n\f\xa0]+")
_LINE = "\x1e"  # where a block begins or ends, until the white space of the source has been dealt with
_BREAK = re.compile(rf" ?{_LINE}[ {_LINE}]*")


def html_to_text(html: str, limit: int = 1 << 30) -> str:
    """The visible text of `html`, blocks on lines of their own, at most `limit` characters.

    Reading stops at four times that much, white space counted and a tag as 16.

    >>> html_to_text("<p>Hello <b>wor</b>ld</p><script>no</script><p>Bye")
    'Hello world\\nBye'
    """
    out: list[str] = []
    length = 0
    hint = _HINT.search
    hidden, depth = "", 0  # inside an element that is not displayed: its name, and how many of that name are open
    for text, kind, name, data in tokens(html.replace(_LINE, " ")):
        if hidden:
            if name == hidden:
                depth += (kind == "start") - (kind == "end")
                hidden = hidden if depth else ""
            continue
        if kind == "raw" and name == "textarea":
            text = data
        if text:
            out.append(decoded(text) if "&" in text else text)
        length += len(text) + 16
        if length > limit * 4:
            break
        if name in BLOCK:
            out.append(_LINE)
        elif name == "td" or name == "th":
            out.append(" ")
        if kind == "start" and ((data and hint(data)) or name == "template") and hides(name, data):
            hidden, depth = name, 1
    text = _SPACE.sub(" ", "".join(out))
    return charset.valid(_BREAK.sub("\n", text).strip())[:limit]


def hides(name: str, written: str) -> bool:
    """Whether a start tag with these attributes, as written, keeps its element from being displayed."""
    if name == "template":
        return True
    if name in VOID:
        return False
    if _HIDING.search(written):
        return bool(_HIDING.search(attributes(written).get("style", "")))
    return "hidden" in attributes(written)


def preview(html: str, cid: Cid, remote_images: bool = False, instead: Instead | None = None) -> str:
    """`html` made safe for the preview frame. `cid` gives the `data:` address of a Content-ID, or None.

    Without `remote_images` no address on the network is kept; that of an image moves to `data-blocked-src`, and
    `instead` may give the `data:` address of a picture in its place, from its host and its alternative text.
    """
    return _Preview(cid, remote_images, instead).page(html)


def remote(html: str) -> Remote:
    """The references to the network that `preview` blocks."""
    page = _Preview(lambda _: None, False)
    page.page(html)
    return Remote(page.images, page.others)


def host(address: str) -> str:
    """The host of an address on the network in lower case, as it is written; "" when there is none.

    >>> host("https://user@CDN.example:8080/a.png")
    'cdn.example'
    """
    found = _HOST.match(_cleaned(address))
    return charset.valid(found[1]).lower() if found else ""


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


class _Preview:
    __slots__ = ("_cid", "_instead", "_out", "_remote", "images", "others")

    def __init__(self, cid: Cid, remote_images: bool, instead: Instead | None = None) -> None:
        self._cid = cid
        self._remote = remote_images
        self._instead = instead
        self._out: list[str] = []
        self.images: dict[str, int] = {}
        self.others = 0

    def page(self, html: str) -> str:
        for text, kind, name, data in tokens(html):
            if text:
                self._out.append(text.replace("<", "&lt;"))
            if kind == "start":
                self._start(name, data)
            elif kind == "end":
                if name in _ELEMENTS and name not in VOID:
                    self._out.append(f"</{name}>")
            elif kind == "raw":
                self._raw(name, data)
            elif kind == "doctype" and _DOCTYPE.fullmatch(data):
                self._out.append(data)  # it decides between quirks and standards mode
        return charset.valid("".join(self._out))

    def _raw(self, name: str, data: str) -> None:
        if name == "style":
            self._out.append(css.safe(data, self._image))
        elif name in ESCAPABLE_TEXT and name in _ELEMENTS:
            self._out.append(data.replace("<", "&lt;"))

    def _start(self, element: str, data: str) -> None:
        written = attributes(data) if data else {}
        if element not in _ELEMENTS:
            for name in ("src", "href", "data", "code", "background", "xlink:href"):
                if element != "base" and _REMOTE.match(_cleaned(written.get(name, ""))):
                    self.others += 1
            if element == "meta":
                self._meta(written)
            return
        kept: list[tuple[str, str]] = []
        for name, value in written.items():
            kept += self._attribute(element, name, value)
        if element in ("a", "area") and any(name == "href" and value[:4] == "http" for name, value in kept):
            kept += [("target", "_blank"), ("rel", "noopener noreferrer")]
        if self._instead and element == "img":
            kept += self._drawn(self._instead, dict(kept))
        inner = "".join(f' {name}="{_escaped(value)}"' for name, value in kept)
        self._out.append(f"<{element}{inner}>")

    def _meta(self, written: dict[str, str]) -> None:
        name, content = written.get("name", "").strip().lower(), written.get("content", "")
        if name in ("color-scheme", "supported-color-schemes") and _SCHEMES.fullmatch(content):
            self._out.append(f'<meta name="{name}" content="{content}">')

    def _drawn(self, instead: Instead, kept: dict[str, str]) -> list[tuple[str, str]]:
        """The picture in the place of one that was not loaded."""
        blocked = kept.get("data-blocked-src")
        picture = instead(host(blocked), kept.get("alt", "")) if blocked and "src" not in kept else None
        return [("src", picture)] if picture else []

    def _attribute(self, element: str, name: str, value: str) -> list[tuple[str, str]]:
        """What is kept of an attribute: nothing, itself, or another one in its place."""
        if name in _ATTRIBUTES or (name.startswith("aria-") and name[5:].isalpha()):
            return [(name, value)]
        if name == "style":
            return [(name, css.safe(value, self._image))]
        if name == "href":
            return self._link(value) if element in ("a", "area") else []
        if name == "srcset":
            return self._srcset(value)
        if name in _LOADING:
            kept = self._image(value)
            if kept is not None:
                return [(name, kept)] if name in ("src", "background", "poster") else []
            if name == "src" and _REMOTE.match(_cleaned(value)):
                return [("data-blocked-src", _cleaned(value))]
        return []

    def _link(self, value: str) -> list[tuple[str, str]]:
        target = _cleaned(value)
        scheme = _SCHEME.match(target)
        if scheme is None or scheme[0].lower() not in ("http:", "https:", "mailto:", "tel:"):
            return []
        return [("href", scheme[0].lower() + target[scheme.end() :])]

    def _srcset(self, value: str) -> list[tuple[str, str]]:
        kept = []
        for candidate in _CANDIDATE.finditer(value.strip()):
            address = self._image(candidate[1].rstrip(","))
            if address is not None:
                kept.append(f"{address} {candidate[2].strip()}".strip())
        return [("srcset", ", ".join(kept))] if kept else []

    def _image(self, value: str) -> str | None:
        """The address to load an image from, None when there is none that may be used."""
        target = _cleaned(value)
        if target[:4].lower() == "cid:":
            return self._cid(unquote(target[4:]))
        if target[:11].lower() == "data:image/":
            return target
        if _REMOTE.match(target):
            if not self._remote:
                name = host(target)
                self.images[name] = self.images.get(name, 0) + 1
                return None
            return "https:" + target if target[0] in "/\\" else target
        return None  # relative to this server, or a scheme that shows no image


def _cleaned(value: str) -> str:
    """An address as a browser reads it: no line breaks or tabs, no white space or controls around it."""
    return _IN_ADDRESS.sub("", value).strip("".join(map(chr, range(33))))
