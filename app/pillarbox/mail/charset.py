"""Bytes to text, by the charset that a part names, that its HTML names, or that its bytes show.

Rules of this module:

* only codecs of a closed table are used: no punycode, idna, escapes or codecs that are not text, and no name of a
  stranger ever reaches the codec registry (it keeps what it was asked for, and imports modules by name);
* a label means what senders mean by it, as browsers do it: gb2312 is gb18030, latin-1 is cp1252, and so on;
* no label: UTF-8 if it is valid, else the meta tag of HTML, else cp1252;
* UTF-8 under the label of a single-byte charset is UTF-8: text of those charsets is hardly ever valid UTF-8 by chance;
* the result never holds NUL or a lone surrogate: both become U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from encodings.aliases import aliases
from functools import lru_cache

Note = Callable[[str], None]

_SEEN_AS = {
    "ascii": "cp1252", "latin_1": "cp1252", "iso8859_1": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
_EXTRA = {
    "x_sjis": "cp932", "x_gbk": "gb18030", "x_windows_949": "cp949", "windows_949": "cp949", "windows_874": "cp874",
    "windows_31j": "cp932", "cp_850": "cp850", "iso_8859_8_i": "iso8859_8", "iso_8859_8_e": "iso8859_8",
    "x_mac_cyrillic": "mac_cyrillic", "x_mac_roman": "mac_roman", "x_cp1252": "cp1252", "x_cp1251": "cp1251",
    "utf8mb4": "utf_8", "utf_8_sig": "utf_8", "unicode_1_1_utf_8": "utf_8", "unicode_1_1_utf_7": "utf_7",
    "koi8_u": "koi8_u", "koi8": "koi8_r", "x_euc_jp": "euc_jp", "x_big5": "big5", "x_x_big5": "big5",
}  # fmt: skip
# Of the codecs that Python ships: these read text in time that is not linear, or are no charset of any mail.
_DENIED = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_NO_TEXT = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
)  # octets to octets, or text to text
_SINGLE_BYTE = re.compile(r"(?:iso8859_|cp125|koi8_|mac_|cp[478]|tis_620|kz1048|ptcp154|hp_roman8)")
_ASCII = bytes(range(128))
_META = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_INVALID = re.compile("[\x00\ud800-\udfff]")
_BOMS = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16"), (codecs.BOM_UTF16_BE, "utf_16"))


def _table() -> dict[str, str]:
    names = aliases | {codec: codec for codec in aliases.values()}
    for module in ("koi8_t", "koi8_u", "cp720", "cp737", "cp856", "cp874", "cp875", "cp1006"):
        names[module] = module  # text codecs that the interpreter lists no alias for
    names |= _EXTRA
    return {name: _SEEN_AS.get(codec, codec) for name, codec in names.items() if codec not in _DENIED | _NO_TEXT}


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return _table()


@lru_cache(maxsize=256)
def _by_label(label: str) -> str | None:
    return _known().get(re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_"))


def codec(label: str) -> str | None:
    """The codec for a charset label, None for one that is unknown or denied.

    >>> codec("ISO-8859-1"), codec("x-sjis"), codec("punycode")
    ('cp1252', 'cp932', None)
    """
    return _by_label(label) if len(label) <= 40 else None


@lru_cache(maxsize=256)
def _holds_ascii(label: str) -> bool:
    """Whether the charset is known, and octets below 128 are ASCII there whatever stands around them."""
    name = codec(label)
    if name is None or name == "utf_8":
        return name is not None
    return _SINGLE_BYTE.match(name) is not None and _ASCII.decode(name, "replace") == _ASCII.decode("ascii")


def valid(text: str) -> str:
    """The same text with NUL and lone surrogates as U+FFFD, which every database takes."""
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _INVALID.sub("\ufffd", text)
    return text.replace("\x00", "\ufffd") if "\x00" in text else text


def strictly(data: bytes, label: str) -> str | None:
    """`data` in the charset of `label`, None when the label is unknown or a byte does not fit: for encoded words."""
    name = codec(label)
    if name is None:
        return None
    try:
        if _SINGLE_BYTE.match(name) and not data.isascii():
            try:
                return data.decode()
            except UnicodeDecodeError:
                return valid(data.decode(name))
        return valid(data.decode(name))
    except (UnicodeError, ValueError):  # ValueError: what a few multi-byte codecs raise on a broken escape
        return None


def unlabelled(data: bytes) -> str:
    """`data` as UTF-8 if it is valid, else as cp1252: raw 8-bit headers and parameters."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def text(data: bytes, label: str | None, *, html: bool, note: Note, line_ends: bool = True) -> str:
    """A body as text: decoded, a leading byte order mark dropped, CRLF as LF, valid. `note` takes defect codes.

    `line_ends` false leaves CRLF: that is half of the work for a large body, and words do not need it.
    """
    if data.isascii() and (_holds_ascii(label) if label else not html):
        decoded = data.decode("ascii")
        if "\x00" in decoded:
            note("nul-in-text")
            decoded = decoded.replace("\x00", "\ufffd")
        return decoded.replace("\r\n", "\n") if line_ends else decoded
    decoded = valid(_decoded(data, label, html, note))
    if "\ufffd" in decoded and b"\x00" in data:
        note("nul-in-text")
    if line_ends and "\r\n" in decoded:
        decoded = decoded.replace("\r\n", "\n")
    return decoded.removeprefix("\ufeff")


def _decoded(data: bytes, label: str | None, html: bool, note: Note) -> str:
    name = codec(label) if label else None
    if label and name is None:
        note("charset-unknown")
    if name is None:
        return _guessed(data, html, note, labelled=bool(label))
    if not data.isascii() and _SINGLE_BYTE.match(name):
        try:
            decoded = data.decode()
        except UnicodeDecodeError:
            pass
        else:
            note("charset-mislabelled")
            return decoded
    return _with_codec(data, name, note)


def _guessed(data: bytes, html: bool, note: Note, *, labelled: bool) -> str:
    if data.isascii() and not html:
        return data.decode("ascii")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _with_codec(data, name, note)
    if not data.isascii() and not labelled:
        note("charset-missing")
    try:
        decoded = data.decode()
    except UnicodeDecodeError:
        meta = _META.search(data[:4096]) if html else None
        return _with_codec(data, (codec(meta[1].decode("ascii")) if meta else None) or "cp1252", note)
    if html and data.isascii() and b"\x1b" in data and (meta := _META.search(data[:4096])):
        # ISO-2022-JP is ASCII to the eye: only the meta tag tells it apart.
        return _with_codec(data, codec(meta[1].decode("ascii")) or "utf_8", note)
    return decoded


def _with_codec(data: bytes, name: str, note: Note) -> str:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        note("charset-undecodable")
    try:
        return data.decode(name, "replace")
    except (UnicodeError, ValueError):
        return data.decode("utf-8", "replace")
