"""Applying the topics in force to what is stored and to what was turned away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.config import Settings
from pipelines.retagging import Retagging
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.taggings import Tagging
from pipelines.topics.topics import Topics


async def apply_topics(
    settings: Settings,
    topics: Topics,
    names: Sequence[str] | None,
    *,
    dry_run: bool,
    progress: Callable[[int], None],
) -> Tagging:
    """Tag everything anew with these topics, or with some of them by name.

    An application that was interrupted is gone on with. progress: told how much is done.
    """
    session = StorageSession(settings)
    try:
        again = Retagging(session, topics, names or None, dry=dry_run)
        return await again.run(lambda done, _total: progress(done))
    finally:
        await session.close()
