"""Settings that a program gives as values of Python: `max_message_size=2048`, `hide_extension=["STARTTLS"]`.

Rules of this module:

* A text is read as that of a flag is; a number is octets, a count, or seconds. None is not given.
* Neither variables nor files have a say: what a test gets must not depend on who runs it.
* A wrong value is a UsageError that calls the setting what the program calls it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from pillarbox.errors import UsageError
from pillarbox.settings import values
from pillarbox.settings.sources import near, value
from pillarbox.settings.table import TABLE, Setting, Settings

Texts = dict[str, list[str]]
"""What a flag would be given, by the setting's name in Python."""

_KNOWN = {setting.attribute: setting for setting in TABLE if setting.name != "config"}


def texts(given: Mapping[str, object]) -> Texts:
    """Raises UsageError for what is no setting and for what no setting can be."""
    found: Texts = {}
    for name, one in given.items():
        if name not in _KNOWN:
            raise UsageError(f"There is no setting {name}.{near(name, _KNOWN)}")
        if one is not None:
            found[name] = _texts(_KNOWN[name], one)
    return found


def settings(given: Texts) -> Settings:
    """What one catcher is told. Raises UsageError."""
    chosen = {name: value(_KNOWN[name], name, one) for name, one in given.items()}
    return Settings(**chosen, sources={_KNOWN[name].name: name for name in given})


def credentials(source: str, given: str) -> tuple[str, str]:
    """User name and password of a catcher that is spoken to. Raises UsageError."""
    try:
        return values.read_credentials(given)
    except ValueError as error:
        raise UsageError(f"{source} cannot be used: {error}.") from None


def _texts(setting: Setting, given: object) -> list[str]:
    if setting.row.repeatable and isinstance(given, Sequence) and not isinstance(given, str):
        return [_text(setting, one) for one in given]
    return [_text(setting, given)]


def _text(setting: Setting, given: object) -> str:
    kind = setting.row.kind
    match given:
        case str() | PurePath():
            return str(given)
        case bool() if kind.switch:
            return "true" if given else "false"
        case int() | float() if not isinstance(given, bool) and not kind.switch:
            return f"{given:g}s" if kind is values.AGE and given else f"{given}"
        case (str() as user, str() as password) if kind is values.CREDENTIALS:
            return f"{user}:{password}"
    said = "" if kind.secret else f", not {given!r}"
    raise UsageError(f"{setting.attribute} must be {kind.metavar or 'True or False'}{said}.")
