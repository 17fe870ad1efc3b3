"""What a test wants out of a message: its links and one-time codes, and one value by its name (`pick`)."""

from pillarbox.mail.extract.codes import Code, codes
from pillarbox.mail.extract.links import Link, links
from pillarbox.mail.extract.pick import PICKS, Pick, pick

__all__ = ["PICKS", "Code", "Link", "Pick", "codes", "links", "pick"]
