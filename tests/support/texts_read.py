"""How many texts of articles are read from MongoDB."""

from __future__ import annotations

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


class TextsRead(CommandListener):
    """Counts the articles of which MongoDB gave the text."""

    def __init__(self) -> None:
        self.number = 0

    def started(self, event: CommandStartedEvent) -> None:
        """Only answers count."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        if cursor.get("ns", "").endswith(".articles"):
            batch = cursor["firstBatch" if "firstBatch" in cursor else "nextBatch"]
            self.number += sum("body" in each for each in batch)

    def failed(self, event: CommandFailedEvent) -> None:
        """None does."""
