from __future__ import annotations

import re
from pathlib import Path

from pillarbox.mail.lint import RULES, content
from tests.mail.lint import test_content, test_message, test_wire

DOCS = Path(__file__).parents[3] / "docs" / "lint.md"
SOURCES = Path(content.__file__).parent.glob("*.py")
SAID = re.compile(r'(?:finding\(|_note\([a-z_.]+, |: \()"([a-z0-9-]+)"')


def test_every_rule_is_used_and_every_used_one_is_in_the_table() -> None:
    used = {code for source in SOURCES if source.name != "rules.py" for code in SAID.findall(source.read_text("utf-8"))}
    assert used == set(RULES)


def test_every_rule_has_an_example() -> None:
    examples = "".join(Path(one.__file__ or "").read_text("utf-8") for one in (test_content, test_message, test_wire))
    assert [code for code in RULES if f'"{code}"' not in examples] == []


def test_every_rule_is_a_sentence_with_its_rfc() -> None:
    for code, rule in RULES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|nul", code)
        assert re.fullmatch(r"[A-Z{].*[.]", rule.sentence), code
        assert re.fullmatch(r"RFC \d{4} section \d+(\.\d+)*", rule.rfc or ""), code


def test_the_table_of_the_documentation_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \| (.*) \| (.*) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    told = {code: (rule.sentence.replace("{}", "…"), rule.rfc or "") for code, rule in RULES.items()}
    assert rows == [
        (code, rule.severity, told[code][0], told[code][1].replace("RFC ", "").replace("section ", "§"))
        for code, rule in RULES.items()
    ]
