"""What becomes of stored documents from one version of the schema to the next.

Each is a generator of commands as `migrations` runs them, and changes nothing on its own result.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Commands = Generator[dict[str, Any], dict[str, Any], None]


def copies_without_text() -> Commands:
    """To 2: a story is no longer of one text, and URLs that are due are looked up by site."""
    yield {"collMod": "stories", "validationLevel": "off"}  # the validator of 1 wants the text
    yield {
        "update": "stories",
        "updates": [
            {"q": {"text": {"$exists": True}}, "u": {"$unset": {"text": ""}}, "multi": True}
        ],
        "writeConcern": {"w": "majority", "wtimeout": 60_000},
    }
    yield from _drop_index("stories", "text")
    yield from _drop_index("urls", "next_check")


def _drop_index(collection: str, name: str) -> Commands:
    reply = yield {"listIndexes": collection, "cursor": {"batchSize": 1000}}
    if any(index["name"] == name for index in reply["cursor"]["firstBatch"]):
        yield {"dropIndexes": collection, "index": name}
