"""Two messages beside each other: what is the same, what has changed, what is only in one of them."""

from pillarbox.mail.compare.alignment import Step, align
from pillarbox.mail.compare.fields import FieldChange, fields
from pillarbox.mail.compare.lines import Diff, Row, Run, diff, source_lines, words

__all__ = ["Diff", "FieldChange", "Row", "Run", "Step", "align", "diff", "fields", "source_lines", "words"]
