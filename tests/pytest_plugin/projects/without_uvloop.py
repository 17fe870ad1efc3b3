"""An environment in which there is no uvloop."""

from __future__ import annotations

import sys

sys.modules["uvloop"] = None  # type: ignore[assignment] # what makes its import fail
