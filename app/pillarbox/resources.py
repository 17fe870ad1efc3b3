"""Where templates, static files and migrations are: beside the package in a wheel, at the checkout's root otherwise.

In an editable install `importlib.resources` and `PackageLoader` find none of them, so this is the only place that
builds such a path.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`; FileNotFoundError when the installation is incomplete."""
    for place in (_PACKAGE / name, _PACKAGE.parent.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"This installation has no folder {name!r}; install Pillarbox again.")
