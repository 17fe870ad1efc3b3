"""Where a setting's text comes from: a flag, else a variable, else the configuration file, else the default.

Rules of this module:

* The environment and the file are read once, here, into a frozen `Settings`.
* A wrong value is a UsageError that names the setting as its writer knows it, the value and the mend. An unknown key of
  the file is one too; an unknown variable is not, because other programs set `PILLARBOX_…` as well (Kubernetes does).
* An empty variable counts as unset.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pillarbox.errors import UsageError
from pillarbox.settings.table import PREFIX, TABLE, Setting, Settings, default_database


def read(flags: Mapping[str, str | list[str] | None], environ: Mapping[str, str]) -> Settings:
    """The settings of one run. `flags` holds the texts given on the command line by setting name, None if not given."""
    chosen: dict[str, Any] = {"database": default_database(environ)}
    sources: dict[str, str] = {}
    file = _config_path(flags, environ)
    table = _load(file) if file is not None else {}
    for setting in TABLE:
        found = _find(setting, flags, environ, table, file)
        if found is not None:
            chosen[setting.attribute] = value(setting, *found)
            sources[setting.name] = found[0]
    return Settings(**chosen, sources=sources)


def near(name: str, known: Iterable[str]) -> str:
    """` Did you mean …?` when something known is written nearly so, else nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else ""


def doubtful_variables(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a misspelt setting."""
    known = {setting.variable.removeprefix(PREFIX) for setting in TABLE}
    found = []
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8) if name != variable else []
        if close and name not in known:
            found.append(f"The variable {variable} is not known and has no effect; did you mean {PREFIX}{close[0]}?")
    return found


def _find(
    setting: Setting,
    flags: Mapping[str, str | list[str] | None],
    environ: Mapping[str, str],
    table: Mapping[str, list[str]],
    file: Path | None,
) -> tuple[str, list[str]] | None:
    """The source as its writer calls it, and the texts that stand there."""
    given = flags.get(setting.name)
    if given is not None:
        return setting.flag, given if isinstance(given, list) else [given]
    if variable := environ.get(setting.variable, "").strip():
        parts = variable.split(",") if setting.row.repeatable else [variable]
        return setting.variable, [part.strip() for part in parts]
    if setting.name in table:
        return f"The key {setting.name} in {file}", table[setting.name]
    return None


def value(setting: Setting, source: str, texts: list[str]) -> Any:
    """What the texts mean; `source` is the setting as its writer calls it. Raises UsageError."""
    read_values = []
    for text in texts:
        if not text and setting.row.repeatable:
            raise UsageError(f"{source} has an empty item, which cannot be used; leave it out.")
        try:
            read_values.append(setting.row.kind.read(text))
        except ValueError as error:
            said = "" if setting.row.kind.secret else f" says {text!r}, which"
            raise UsageError(f"{source}{said} cannot be used: {error}.") from None
    return tuple(read_values) if setting.row.repeatable else read_values[-1]


def _config_path(flags: Mapping[str, str | list[str] | None], environ: Mapping[str, str]) -> Path | None:
    setting = next(setting for setting in TABLE if setting.name == "config")
    found = _find(setting, flags, environ, {}, None)
    return None if found is None else value(setting, *found)


def _load(path: Path) -> dict[str, list[str]]:
    """The file's settings as texts by setting name."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"The configuration file {path} cannot be read ({error.strerror}); name one that exists with --config."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The configuration file {path} is not TOML ({error}); correct it there.") from None
    known = {setting.name: setting for setting in TABLE if setting.name != "config"}
    texts: dict[str, list[str]] = {}
    for key, value in document.items():
        name = key.replace("_", "-")
        if name not in known:
            raise UsageError(f"The configuration file {path} has the unknown key {key!r}.{near(name, known)}")
        texts[name] = _texts(known[name], value, path)
    return texts


def _texts(setting: Setting, value: object, path: Path) -> list[str]:
    if isinstance(value, list) and setting.row.repeatable:
        return [text for item in value for text in _texts(setting, item, path)]
    if setting.row.kind.switch and isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return [str(value)]
    wanted = "a text or a list of texts" if setting.row.repeatable else "a text or a whole number"
    if setting.row.kind.switch:
        wanted = "true or false"
    raise UsageError(f"The key {setting.name} in {path} must be {wanted}, not {_toml_type(value)}.")


def _toml_type(value: object) -> str:
    """A value's type as the TOML specification calls it."""
    match value:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case list():
            return "an array"
        case dict():
            return "a table"
        case _:
            return "a date or a time"
