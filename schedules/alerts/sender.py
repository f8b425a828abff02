"""Sends one message by apprise: `python -m schedules.alerts.sender`.

Reads {urls, title, body} from stdin, so that no list of processes shows an address; writes
[{channel, error}] to stdout.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import apprise

from schedules.alerts.channels import scheme_of, without


class Heard(logging.Handler):
    """Keeps the warnings of apprise."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def send(url: str, title: str, body: str, heard: Heard) -> dict[str, str | None]:
    """Sends to one address; returns whether the message arrived."""
    plugin: Any = apprise.Apprise.instantiate(url)
    if plugin is None:
        why = "apprise knows no such address, or it lacks a part: see its list of services"
        return {"channel": scheme_of(url), "error": why}
    heard.lines.clear()
    name = plugin.url(privacy=True)
    try:
        if plugin.notify(title=title, body=body):
            return {"channel": name, "error": None}
    except (OSError, TypeError, ValueError) as error:
        heard.lines.append(f"{type(error).__name__}: {error}")
    why = "; ".join(heard.lines) or "the channel did not take it"
    return {"channel": name, "error": without(why, url)}


def main() -> None:
    """Sends the message on stdin."""
    heard = Heard()
    logging.getLogger("apprise").addHandler(heard)
    letter = json.load(sys.stdin)
    found = [send(url, letter["title"], letter["body"], heard) for url in letter["urls"]]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
