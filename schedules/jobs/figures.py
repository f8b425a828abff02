"""What a job took, and what shows why it failed: for its record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pipelines import counters

TAIL_BYTES = 64 * 1024
LONGEST_TRACEBACK = 4000
LOG_BYTES = 64 * 1024 * 1024
"""A log that grows beyond this is rotated: its last part goes to *.1, and it begins anew."""
_TRACEBACK = "Traceback (most recent call last)"
_PASSWORDS = re.compile(r"(\w[\w+.-]*://[^\s/:@]*:)[^\s@]+@")


def figures(stats: Mapping[str, object]) -> dict[str, object]:
    """Requests, bytes, retries, memory, answers by status, and how full the articles are."""
    read = counters.READ.of(stats)
    filled = counters.FILLED.each(stats)
    return {
        "requests": counters.REQUESTS.of(stats),
        "bytes": counters.RESPONSE_BYTES.of(stats),
        "retries": counters.RETRIES.of(stats),
        "peak_memory": counters.PEAK_MEMORY.of(stats),
        "status_codes": counters.RESPONSES.each(stats),
        "filled": {name: round(number / read, 4) for name, number in filled.items()}
        if read
        else {},
    }


def last_traceback(log: Path) -> str | None:
    """The last traceback in a log's end, with passwords masked; None: there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return None
    begin = text.rfind(_TRACEBACK)
    if begin < 0:
        return None
    lines = text[begin:].splitlines()
    kept = [lines[0]]
    for line in lines[1:]:
        kept.append(line)
        if line and not line.startswith(" "):
            break  # the error itself: what follows is the log going on
    return masked("\n".join(kept))[-LONGEST_TRACEBACK:]


def masked(text: str) -> str:
    """`text` without the passwords of connection strings and addresses."""
    return _PASSWORDS.sub(r"\1***@", text)


def mask_file(log: Path, secrets: tuple[str, ...]) -> None:
    """Blank out secrets that got into a job's log, in place and at the same length."""
    for secret in secrets:
        needle = secret.encode()
        if len(needle) < 4:
            continue
        with log.open("r+b") as file:
            data = file.read(LOG_BYTES + TAIL_BYTES)
            if needle in data:
                file.seek(0)
                file.write(data.replace(needle, b"*" * len(needle)))


def rotate(log: Path) -> None:
    """Keep a log within its bound. The crawl appends to it, so it is emptied, not renamed."""
    if log.stat().st_size > LOG_BYTES:
        with log.open("r+b") as file:
            file.seek(-TAIL_BYTES, 2)
            tail = file.read()
            file.truncate(0)
        log.with_name(log.name + ".1").write_bytes(tail)
