"""The daemon: one catcher put together from settings, adapters and the box, and the process around it."""

from pillarbox.service.endpoints import Endpoints
from pillarbox.service.run import run
from pillarbox.service.service import Service

__all__ = ["Endpoints", "Service", "run"]
