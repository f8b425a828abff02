"""Times as people read them: in the sites' own zone. MongoDB and JSON hold UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
MINUTES: Final = "%Y-%m-%d %H:%M"
SECONDS: Final = "%Y-%m-%d %H:%M:%S"


def in_beijing(moment: datetime) -> datetime:
    """Returns the time there; of the last hours that a calendar can name, the time itself."""
    try:
        return moment.astimezone(ZONE)
    except OverflowError:
        return moment


def beijing_time(moment: datetime, form: str = MINUTES) -> str:
    """Returns a time for a sentence."""
    return f"{in_beijing(moment):{form}} Beijing time"
