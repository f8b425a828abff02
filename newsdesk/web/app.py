"""The console as an application: pages, guard, errors, put together."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from newsdesk.answers.operations.pulse import pulse_of
from newsdesk.answers.operations.tonight import NightMemory
from newsdesk.answers.recent import Recent
from newsdesk.answers.topics.applier import Applier
from newsdesk.web import errors, pages
from newsdesk.web.api import description
from newsdesk.web.live import Pulse
from newsdesk.web.navigation import ENTRIES
from newsdesk.web.rendering import STATIC
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.cookies import Cookies
from newsdesk.web.security.guard import Guard, checked_form
from newsdesk.web.security.heads import Heads
from newsdesk.web.security.throttle import Throttle
from pipelines.config import Settings
from pipelines.storage.server.kept import kept_open


def create_app(settings: Settings) -> FastAPI:
    """Returns the console of these settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with kept_open(settings):
            yield
        app.state.applier.close()

    app = FastAPI(
        title="Newsdesk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(checked_form)],
    )
    app.state.settings = settings
    app.state.accounts = Accounts.of(settings)
    app.state.cookies = Cookies.of(settings)
    app.state.throttle = Throttle()
    app.state.nights = NightMemory()
    app.state.recent = Recent()
    app.state.rising = Recent(600.0)  # it takes a second to tell
    app.state.applier = Applier()
    app.state.pulse = Pulse(partial(pulse_of, settings))
    app.mount("/static", GZipMiddleware(_Static(directory=STATIC)))
    paths: set[str] = set()
    for router in description.PARTS:
        app.include_router(router, dependencies=[Depends(description.only_described)])
    for router in (description.router, *routers()):
        app.include_router(router)
        paths |= {getattr(route, "path", "") for route in router.routes}
    app.state.navigation = [entry for entry in ENTRIES if entry.path in paths]
    errors.add_to(app)
    app.add_middleware(
        Guard,
        accounts=app.state.accounts,
        cookies=app.state.cookies,
        names=Guard.names_of(settings),
        refuse=errors.refusal,
        broken=errors.broken,
    )
    app.add_middleware(Heads)
    return app


def routers() -> Iterator[APIRouter]:
    """Yields the `router` of every module in `pages/`: nothing registers a page."""
    for module in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
        router = getattr(importlib.import_module(module.name), "router", None)
        if isinstance(router, APIRouter):
            yield router


class _Static(StaticFiles):
    """Files whose address changes with them, so a browser asks once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200 and scope.get("query_string"):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer
