"""The settings of this command. pydantic is loaded when they are first asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newsdesk.cli.terminal.console import say_warning

if TYPE_CHECKING:
    from pipelines.config import Settings


def settings_in_use() -> Settings:
    """Returns the operator's settings from files and environment; names what means nothing there.

    Raises:
        BadConfig, ValidationError: they cannot be used.
    """
    from newsdesk.answers.settings import misspelt
    from pipelines.config import load_settings

    first_time = not load_settings.cache_info().currsize
    settings = load_settings()
    for sentence in misspelt(settings, os.environ) if first_time else ():
        say_warning(sentence)
    return settings
