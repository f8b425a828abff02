"""How to open mongosh on Newsdesk's database."""

from __future__ import annotations

import os
import shutil

from attrs import define

from pipelines.config import Settings
from pipelines.storage.server.client import resolve_uri

URI_VARIABLE = "NEWSDESK_SHELL_URI"
DATABASE_VARIABLE = "NEWSDESK_SHELL_DATABASE"
_OPEN = f"db = connect(process.env.{URI_VARIABLE}).getSiblingDB(process.env.{DATABASE_VARIABLE})"


@define(frozen=True)
class ShellCommand:
    """What to execute, and in which environment. Other users can read arguments, not
    environments."""

    arguments: list[str]
    environment: dict[str, str]


def shell_command(settings: Settings, program: str | None = None) -> ShellCommand | None:
    """Returns the command for mongosh, or None where it is not installed.

    Looks for `program` on PATH unless it is given. Starts the embedded server if that is in use.

    Raises:
        EmbeddedServerError: the embedded server cannot be started.
    """
    program = program or shutil.which("mongosh")
    if program is None:
        return None
    uri = resolve_uri(settings)
    environment = {**os.environ, URI_VARIABLE: uri, DATABASE_VARIABLE: settings.database}
    arguments = [program, "--nodb", "--quiet", "--shell", "--eval", _OPEN]
    return ShellCommand(arguments, environment)
