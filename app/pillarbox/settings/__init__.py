"""The settings: one table, the values it holds, and the places they are read from. A leaf: knows no other part."""

from pillarbox.settings.sources import doubtful_variables, near, read
from pillarbox.settings.table import TABLE, Setting, Settings
from pillarbox.settings.values import Address, TcpAddress, UnixAddress, read_address

__all__ = [
    "TABLE",
    "Address",
    "Setting",
    "Settings",
    "TcpAddress",
    "UnixAddress",
    "doubtful_variables",
    "near",
    "read",
    "read_address",
]
