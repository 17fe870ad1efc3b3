"""A conftest.py that freezes time before anything else is imported, and never lets it go on."""

from __future__ import annotations

from freezegun import freeze_time

freeze_time("2012-01-14").start()
