from __future__ import annotations

import re
from pathlib import Path

from pillarbox.mail import parse as parser
from pillarbox.mail.defects import CODES, Defects

MAIL = Path(parser.__file__).parent
SOURCES = [*MAIL.glob("*.py"), *MAIL.glob("extract/*.py")]
DOCS = Path(__file__).parents[2] / "docs" / "parsing.md"
NOTED = re.compile(r'(?:note|_say)\((?:note, )?"([a-z0-9-]+)"')


def test_every_code_that_the_parser_notes_is_listed_and_every_listed_one_is_noted() -> None:
    noted = {code for source in SOURCES for code in NOTED.findall(source.read_text("utf-8"))}
    assert noted == set(CODES)


def test_every_code_is_kebab_case_and_has_a_sentence() -> None:
    for code, sentence in CODES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert re.fullmatch(r"[A-Z].*[.]", sentence), code


def test_every_code_is_documented_with_its_sentence() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", DOCS.read_text("utf-8"), re.MULTILINE))
    assert rows == CODES


def test_a_code_is_listed_once_for_a_part() -> None:
    defects = Defects()
    for part in (1, 1, None, 2, None):
        defects.note("base64-invalid", part)
    assert [(defect.code, defect.part) for defect in defects.listed()] == [
        ("base64-invalid", 1),
        ("base64-invalid", None),
        ("base64-invalid", 2),
    ]
    assert defects.listed()[0].message == CODES["base64-invalid"]
