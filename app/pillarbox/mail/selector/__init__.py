"""CSS selectors on the HTML of a message, in time that grows with the HTML and with the selector and not faster.

>>> page = tree.read('<table><tr><td><a class="button" href="/x">Go <b>on</b></a>')
>>> [page.text(one) for one in choice.chosen(reader.read("td > a.button[href^='/']"), page)]
['Go on']
"""

from pillarbox.mail.selector import choice, reader, tree
from pillarbox.mail.selector.reader import SelectorError
from pillarbox.mail.selector.tree import Tree, Unreadable

__all__ = ["SelectorError", "Tree", "Unreadable", "choice", "reader", "tree"]
