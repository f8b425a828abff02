"""What follows from settings alone. Every command asks, so no site is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.sites import site_names
from pipelines.config import Settings
from pipelines.written.settings import like, unknown_variables


def misspelt(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """Returns a sentence for each variable and each site in the settings that means nothing."""
    known = site_names()
    unknown = [*unknown_variables(environment, type(settings).model_fields)]
    unknown += [(f"sites.{name}", like(name, known)) for name in settings.sites.keys() - {*known}]
    return [
        f"{name} means nothing" + (f": do you mean {meant}?" if meant else ", and is left aside.")
        for name, meant in unknown
    ]


def console_address(settings: Settings) -> str:
    """Returns where a browser finds the console."""
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    return f"http://{host}:{settings.web_port}"
