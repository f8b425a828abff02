"""Figures and log excerpts for a job's record, and keeping its log short and free of secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pipelines.counting import counters

TAIL_BYTES = 64 * 1024
LONGEST_TRACEBACK = 4000
LOG_BYTES = 64 * 1024 * 1024
"""Size at which a log is rotated: its last part is copied to *.1 and the log is emptied."""
_TRACEBACK = "Traceback (most recent call last)"
_PASSWORDS = re.compile(r"([\w+.-]://[^\s/:@]{0,200}+:)[^\s@]{1,500}+@")
_PASSWORD_BYTES = re.compile(_PASSWORDS.pattern.encode())


def figures(stats: Mapping[str, object]) -> dict[str, object]:
    """Returns requests, bytes, retries, memory, answers by status, and fill rates of fields."""
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
    """Returns the last traceback near the end of a log, passwords masked; None if there is none."""
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
            break  # this is the error itself; the log goes on after it
    return masked("\n".join(kept))[-LONGEST_TRACEBACK:]


def masked(text: str) -> str:
    """Replaces the passwords of connection strings and addresses in a text by ***."""
    return _PASSWORDS.sub(r"\1***@", text)


def masked_bytes(data: bytes) -> bytes:
    """Replaces the same passwords in a part of a log by as many asterisks."""

    def hide(found: re.Match[bytes]) -> bytes:
        return found[1] + b"*" * (len(found[0]) - len(found[1]) - 1) + b"@"

    return _PASSWORD_BYTES.sub(hide, data)


def mask_file(log: Path, secrets: tuple[str, ...]) -> None:
    """Overwrites secrets in a job's log with as many asterisks."""
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
    """Rotates a log that is too long. It is emptied, not renamed: the crawl has it open."""
    if log.stat().st_size > LOG_BYTES:
        with log.open("r+b") as file:
            file.seek(-TAIL_BYTES, 2)
            tail = file.read()
            file.truncate(0)
        log.with_name(log.name + ".1").write_bytes(tail)
