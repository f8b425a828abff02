"""What the settings say is not to be kept for ever, beyond what belongs to operations.

How long each collection keeps its documents stands in `schema/retention.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.memory.forgetting import forget_urls
from pipelines.storage.news.rolling_up import roll_up


def make_room(database: Database[Document], settings: Settings, now: datetime) -> int:
    """Rolls up sightings and forgets URLs of long ago, as far as that is set; returns how many
    documents went. Blocks; may be cut off at any time, and goes on when called again."""
    gone = 0
    if settings.sightings_days is not None:
        gone += roll_up(database, now - timedelta(days=settings.sightings_days))
    if settings.urls_days is not None:
        gone += forget_urls(database, now - timedelta(days=settings.urls_days))
    return gone
