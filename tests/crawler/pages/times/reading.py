"""What a text is read as, seen from one afternoon in Beijing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from crawler.pages.times import parse_time

BEIJING = timezone(timedelta(hours=8))
SEEN = datetime(2021, 5, 6, 16, 0, tzinfo=BEIJING)


def beijing(text: str, reference: datetime | None = SEEN) -> str | None:
    parsed = parse_time(text, reference=reference)
    return f"{parsed.moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if parsed else None
