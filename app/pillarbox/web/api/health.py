"""For load balancers and container engines: is it alive, can it work. Neither asks for a password."""

from __future__ import annotations

from fastapi import APIRouter

from pillarbox.web.api.dependencies import TheBox
from pillarbox.web.schemas.info import Health

router = APIRouter(tags=["service"])


@router.get("/healthz")
async def get_health() -> Health:
    """Ask whether the process is alive. The event loop itself answers, without the database."""
    return Health(status="ok")


@router.get("/readyz")
def get_readiness(box: TheBox) -> Health:
    """Ask whether mail can be kept: 503 with the reason while the database does not answer."""
    box.ping()
    return Health(status="ok")
