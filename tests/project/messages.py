"""The catalogues of app/pillarbox/web/locale: what pages say, and how other languages say it.

Texts are marked in templates and code; beside them stand the tables of explanations, lint rules and defects, which
pages show and which know nothing of languages.

`python -m tests.project.messages` brings them up to what the code says: a new text comes in without its translation,
one that nobody says any more goes out, the others stay as they are. Texts are in the order of their English and say
nothing of where they stand, so two people who add some seldom meet. With names (`python -m tests.project.messages de`)
it begins catalogues for these languages.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from pillarbox.mail import explain
from pillarbox.mail.defects import CODES
from pillarbox.mail.explain import Explanation
from pillarbox.mail.lint.rules import RULES
from pillarbox.web.language import FOLDER

ROOT = Path(__file__).resolve().parents[2]

# Of Jinja's options, those that templating.py sets too: without them the extractor reads other texts than the page.
_TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
_KEYWORDS = {**DEFAULT_KEYWORDS, "noop": None}

_SOURCE = re.compile(r"(?:RFC|draft-|https?:)|[A-Z0-9-]+$")
"""What stands in tables of explanations and is no text: where it is from, and names."""


def texts() -> list[str | tuple[str, ...]]:
    """Every text that pages say, one that counts as (one, many)."""
    return list(dict.fromkeys(_extracted()))


def _extracted() -> Iterator[str | tuple[str, ...]]:
    for folder, kind, options in (
        ("templates", ("**.html", "jinja2"), _TEMPLATES),
        ("app/pillarbox/web", ("**.py", "python"), {}),
    ):
        found = extract_from_dir(ROOT / folder, [kind], {kind[0]: options}, _KEYWORDS)
        for _file, _line, text, _comments, _context in found:
            yield text
    yield from CODES.values()
    yield from (rule.sentence for rule in RULES.values())
    for module in pkgutil.iter_modules(explain.__path__):
        for table in vars(importlib.import_module(f"{explain.__name__}.{module.name}")).values():
            yield from _explained(table)


def _explained(value: object) -> Iterator[str]:
    """The titles and texts of a table of explanations, whatever it is put together from."""
    match value:
        case Explanation():
            yield from (value.title, value.text)
        case dict():
            for one in value.values():
                yield from _explained(one)
        case tuple():
            yield from (one for one in value if isinstance(one, str) and not _SOURCE.match(one))


def catalogues() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/pillarbox.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name, abort_invalid=True)


def renewed(old: Catalog, said: list[str | tuple[str, ...]]) -> str:
    """The catalogue as a file, with these texts and what `old` knows of them."""
    new = Catalog(locale=old.locale)
    for text in said:
        known: Message | None = old.get(text if isinstance(text, str) else text[0])
        if known is not None and known.pluralizable == isinstance(text, tuple):
            new.add(text, known.string, user_comments=known.user_comments)
        else:
            new.add(text)
    written = io.BytesIO()
    write_po(written, new, width=0, omit_header=True, sort_output=True)
    return _header(new) + written.getvalue().decode("utf-8")


def _header(catalogue: Catalog) -> str:
    # No dates and no names: they would be another line in every change.
    return (
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )


def main(new: list[str]) -> None:
    for name in new:
        path = FOLDER / name / "LC_MESSAGES" / "pillarbox.po"
        if not path.exists():
            path.parent.mkdir(parents=True)
            path.write_text(_header(Catalog(locale=name)), "utf-8")
    said = texts()
    for path in catalogues():
        path.write_text(renewed(read(path), said), "utf-8")
        missing = sum(not translated(message) for message in read(path) if message.id)
        print(f"{path.parent.parent.name}: {len(said)} texts, {missing} of them not translated")


def translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


if __name__ == "__main__":
    main(sys.argv[1:])
