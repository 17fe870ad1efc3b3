"""The failure of an expectation, as test runners know failures."""

from __future__ import annotations

from pillarbox import client


class ExpectationFailed(AssertionError):
    """Mail did not come, came though it should not, or is not as expected. The text says which and why; `failure` has
    it in parts.
    """

    def __init__(self, message: str, failure: client.Failure) -> None:
        super().__init__(message)
        self.failure = failure

    @classmethod
    def of(cls, failed: client.ExpectationFailed) -> ExpectationFailed:
        return cls(str(failed), failed.failure)


ExpectationFailed.__module__ = "pillarbox.testing"  # where people import it from, and what pytest calls it by
