"""Sends one message by apprise: `python -m schedules.alerts.sender`.

Reads {urls, title, body, severity} from stdin, so that no list of processes shows an address;
writes to stdout by address why it did not arrive, null where it did. Without a body nothing is
sent: the addresses are checked.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import apprise
from apprise import NotifyFormat, NotifyType, OverflowMode

from schedules.alerts import vendors

TYPES = {
    "error": NotifyType.FAILURE,
    "warning": NotifyType.WARNING,
    "info": NotifyType.INFO,
    None: NotifyType.SUCCESS,
}
LONGEST = 30_000
"""Bytes of a message at a channel that names no limit of its own."""
MOST_PARTS = 6
REST = "... and more: newsdesk alerts list"


class Heard(logging.Handler):
    """Keeps the warnings of apprise."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def send(url: str, letter: dict[str, Any], heard: Heard) -> str | None:
    """Sends to one address; returns why the message did not arrive, None if it did.

    The text is declared plain, so that apprise escapes it where a channel shows HTML or Markdown.
    """
    heard.lines.clear()
    plugin: Any = apprise.Apprise.instantiate(url)
    if plugin is None:
        return "apprise knows no such address, or it lacks a part: see its list of services"
    if "body" not in letter:
        return None
    plugin.overflow_mode = OverflowMode.SPLIT
    channel = apprise.Apprise()
    channel.add(plugin)
    title, bound = letter["title"], min(plugin.body_maxlen, LONGEST)
    room = bound - len(title.encode()) - vendors.MARK_BYTES
    parts = [*parts_of(letter["body"], max(room, bound // 2))]
    for number, part in enumerate(parts, start=1):
        mark = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        if not channel.notify(
            title=title + mark,
            body=part,
            notify_type=TYPES[letter["severity"]],
            body_format=NotifyFormat.TEXT,
        ):
            return "; ".join(heard.lines) or "the channel did not take it"
    return None


def parts_of(body: str, most: int) -> Iterator[str]:
    """Yields a text in parts of at most so many bytes, cut between lines where that goes.

    Bytes, because channels count those, and three make a Chinese character.
    """
    data = body.encode()
    for _ in range(MOST_PARTS - 1):
        if len(data) <= most:
            break
        cut = data.rfind(b"\n", 1, most + 1)
        part = data[: cut if cut > 0 else most].decode(errors="ignore")
        yield part
        data = data[len(part.encode()) :].removeprefix(b"\n")
    if len(data) > most:
        data = data[: most - len(REST) - 1].decode(errors="ignore").encode() + b"\n" + REST.encode()
    yield data.decode()


def main() -> None:
    """Sends the message on stdin."""
    heard = Heard()
    logging.getLogger("apprise").addHandler(heard)
    vendors.register()
    letter = json.load(sys.stdin)
    json.dump([send(url, letter, heard) for url in letter["urls"]], sys.stdout)


if __name__ == "__main__":
    main()
