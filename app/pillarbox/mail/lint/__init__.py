"""Lint: what is wrong with a message, its transaction or a session, each with severity, sentence and RFC section."""

from pillarbox.mail.lint.content import judge
from pillarbox.mail.lint.message import of_message, of_session
from pillarbox.mail.lint.rules import RULES, Rule, finding
from pillarbox.mail.lint.wire import Wire, Wired

__all__ = ["RULES", "Rule", "Wire", "Wired", "finding", "judge", "of_message", "of_session"]
