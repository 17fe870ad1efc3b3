"""The same conversation as a command of swaks, as one of curl, and as a script of Python."""

from pillarbox.mail.again.making import Made, Place
from pillarbox.mail.again.script import python
from pillarbox.mail.again.shell import curl, quote, swaks
from pillarbox.mail.conversation import Conversation

__all__ = ["Made", "Place", "curl", "made", "python", "quote", "swaks"]


def made(conversation: Conversation, place: Place) -> tuple[Made, ...]:
    return swaks(conversation, place), curl(conversation, place), python(conversation, place)
