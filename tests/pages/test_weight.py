"""What a browser loads for a page, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from pillarbox import resources
from pillarbox.web import static_files
from tests.pages.conftest import Reader
from tests.web.world import World

MOST = 60 * 1024


def test_scripts_and_style_are_small_once_compressed() -> None:
    files = static_files.read(resources.folder("static")).files
    loaded = {
        name: len(file.gzipped)
        for name, file in files.items()
        if name.endswith(".js") or name == "app.css"  # most sheets of css/ are in app.css
    }
    assert "vendor/htmx/htmx.min.js" in loaded
    assert sum(loaded.values()) < MOST, loaded


def test_the_first_paint_needs_one_sheet_and_one_script(reader: Reader) -> None:
    page = reader.get("/")
    sheets = [one.attributes["href"] or "" for one in page.css("link[rel=stylesheet]")]
    scripts = [one.attributes["src"] or "" for one in page.css("script")]
    assert [one.rpartition("/")[2] for one in sheets] == ["app.css"]
    assert [one.rpartition("/")[2] for one in scripts] == ["app.js"]
    assert len(reader.ask(scripts[0]).content) < 2000


@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip, br", True), ("GZIP;q=0.5", True), ("gzip;q=0", False), ("br", False), ("", False)]
)
def test_a_static_file_is_compressed_for_those_who_take_that(
    world: World, reader: Reader, accepted: str, packed: bool
) -> None:
    address = reader.get("/").css("link[rel=stylesheet]")[0].attributes["href"] or ""
    answer = world.client.get(address, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.headers["vary"] == "Accept-Encoding"
    sheet = static_files.read(resources.folder("static")).files["app.css"].content
    assert answer.content == sheet  # the client has unpacked it
    assert (int(answer.headers["content-length"]) < len(sheet) / 2) is packed


def test_what_only_people_read_of_scripts_and_style_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    script = (
        "// What it is for.\n\nexport const PLACE = 'http://x'; // said once\n\n"
        "/** How.\n  Well. */\nif (1) {\n  a();\n}\n"
    )
    (tmp_path / "own.js").write_text(script)
    (tmp_path / "vendor" / "theirs.js").write_text(script)
    (tmp_path / "own.css").write_text(
        '/* Ground\n  and more */\n\na {\n  color: red; /* for now */\n}\nb::after { content: ", "; }\n'
    )
    files = {name: file.content.decode() for name, file in static_files.read(tmp_path).files.items()}
    assert files["own.js"] == "export const PLACE = 'http://x';\nif (1) {\na();\n}\n"
    assert files["own.css"] == 'a{color:red;}b::after{content:", ";}'
    assert files["vendor/theirs.js"] == script
