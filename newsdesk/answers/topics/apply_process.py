"""What `Applier` starts: `python -m newsdesk.answers.topics.apply_process [NAME]...`.

All that it does stands in MongoDB. What went wrong goes to the error stream.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from newsdesk.answers.topics.applying import apply_topics
from newsdesk.answers.topics.in_force import topics_now
from newsdesk.exceptions import NewsdeskError
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.topics.file import NoTopicsError


def main(names: Sequence[str]) -> int:
    """Applies the topics in force, or only some of them; returns the exit code."""
    settings = Settings()
    try:
        topics = topics_now(settings).topics
        work = apply_topics(settings, topics, names, dry_run=False, progress=lambda _done: None)
        asyncio.run(work)
    except (StorageError, NewsdeskError, NoTopicsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
