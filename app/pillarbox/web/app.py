"""The web application: everything that answers HTTP, put together once, to be read from top to bottom."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI

from pillarbox.box import Box
from pillarbox.web import docs, openapi, problems
from pillarbox.web.api import (
    contents,
    events,
    expectations,
    health,
    imports,
    inboxes,
    info,
    messages,
    metrics,
    sessions,
    stats,
    waits,
)
from pillarbox.web.api.dependencies import only_known_parameters, operation_id
from pillarbox.web.config import WebConfig
from pillarbox.web.guard import Guard
from pillarbox.web.language import Languages
from pillarbox.web.pages import routes as pages

API = "/api/v1"

TAGS = [
    {"name": "messages", "description": "List, show, change, delete and import what was caught."},
    {"name": "expectations", "description": "What a test expects of mail, and why it is not so."},
    {"name": "contents", "description": "What one message consists of, as bytes or decoded."},
    {"name": "sessions", "description": "SMTP connections and their transcripts."},
    {"name": "inboxes", "description": "Where messages are kept apart."},
    {"name": "statistics", "description": "Figures about mail and sessions."},
    {"name": "events", "description": "What happens, as it happens."},
    {"name": "service", "description": "The program about itself."},
]


def create_app(box: Box, config: WebConfig) -> FastAPI:
    """The application over this box. Closing `box.bus` ends its event streams, and so lets a server stop."""
    app = FastAPI(
        title="Pillarbox",
        summary="Catches mail in development: keeps every message, its envelope and the SMTP conversation.",
        version=config.version,
        openapi_tags=TAGS,
        # FastAPI's own pages load their scripts from a CDN; `docs` is ours.
        docs_url=None,
        redoc_url=None,
        # A redirect would answer a misspelt address with a second request; 404 says what is wrong.
        redirect_slashes=False,
        # A body without a Content-Type is read as JSON; that no page of another site sends one is the guard's work.
        strict_content_type=False,
        generate_unique_id_function=lambda route: operation_id(route.name),
    )
    app.state.box, app.state.config = box, config

    api = APIRouter(dependencies=[Depends(only_known_parameters)])
    api.include_router(waits.router, prefix=API)  # /messages/wait, before /messages/{message_id}
    api.include_router(messages.router, prefix=API)
    api.include_router(imports.router, prefix=API)
    api.include_router(contents.router, prefix=API)
    api.include_router(sessions.router, prefix=API)
    api.include_router(inboxes.router, prefix=API)
    api.include_router(stats.router, prefix=API)
    api.include_router(expectations.router, prefix=API)
    api.include_router(events.router, prefix=API)
    api.include_router(info.router, prefix=API)

    app.include_router(api)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(docs.router)
    app.include_router(pages.build(box, config))

    problems.install(app)
    openapi.install(app)
    app.add_middleware(Guard, config=config)
    app.add_middleware(Languages)
    return app
