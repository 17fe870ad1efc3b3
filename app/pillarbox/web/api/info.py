"""The service about itself."""

from __future__ import annotations

from fastapi import APIRouter

from pillarbox.web.api.dependencies import TheBox, TheConfig
from pillarbox.web.schemas.info import Info

router = APIRouter(tags=["service"])


@router.get("/info", response_model_exclude_none=True)
def get_info(box: TheBox, config: TheConfig) -> Info:
    """Get the version, the addresses that accept, what is kept and the limits."""
    return Info.of(config, box.counts(), box.open_sessions)
