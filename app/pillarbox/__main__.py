"""`python -m pillarbox` is `pillarbox`."""

from __future__ import annotations

import sys

from pillarbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
