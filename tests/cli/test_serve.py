from __future__ import annotations

from pathlib import Path

import pytest

from pillarbox.cli.serve import program


def test_the_program_is_named_from_here_when_it_lies_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program(str(tmp_path / "bin" / "pillarbox")) == "bin/pillarbox"
    assert program("bin/pillarbox") == "bin/pillarbox"


def test_the_program_beside_us_is_not_looked_for_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("./pillarbox") == "./pillarbox"


@pytest.mark.parametrize("here", ["/", "/usr"])
def test_the_program_is_named_whole_when_it_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    monkeypatch.chdir(here)
    started_as = str(tmp_path / "bin" / "pillarbox")
    assert program(started_as) == started_as


def test_a_way_that_leads_out_of_here_is_named_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("../bin/pillarbox") == f"{tmp_path}/../bin/pillarbox"
