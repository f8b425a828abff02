"""The same server over HTTP, on this machine alone, with the console's guard in front of it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from newsdesk.exceptions import CannotServe
from newsdesk.web import errors
from newsdesk.web.mcp.server import create_server
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.cookies import Cookies
from newsdesk.web.security.guard import MCP, Guard
from pipelines.config import Settings
from schedules.service.patience import PatientServer

HOST = "127.0.0.1"
MOST_AT_ONCE = 50


def http_app(settings: Settings) -> Starlette:
    """Returns the server as an application: each request stands for itself."""
    app = create_server(settings).streamable_http_app(
        streamable_http_path=MCP, json_response=True, stateless_http=True
    )
    app.add_middleware(
        Guard,
        accounts=Accounts.of(settings),
        cookies=Cookies.of(settings),
        names=Guard.names_of(settings),
        refuse=errors.refusal,
        broken=errors.broken,
    )
    return app


def serve_http(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Serves until a signal. say: is told the address.

    Raises:
        CannotServe: the port cannot be had.
    """
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise CannotServe(
            f"{HOST}:{port} cannot be listened on ({error.strerror}): name another --port, or end "
            "what listens there."
        ) from None
    with listener:
        config = uvicorn.Config(
            http_app(settings),
            http="h11",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=2,
        )
        say(f"MCP: http://{HOST}:{listener.getsockname()[1]}{MCP}")
        PatientServer(config).run(sockets=[listener])
