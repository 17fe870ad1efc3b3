"""The command line. Nothing heavy is imported before a command needs it, so that `--help` and `version` are instant."""

from pillarbox.cli.main import main

__all__ = ["main"]
