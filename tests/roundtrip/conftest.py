from __future__ import annotations

from tests.cli.conftest import pillarbox

__all__ = ["pillarbox"]
