"""The topics in force: the operator's file, or its last good copy while the file is broken."""

from __future__ import annotations

import logging
from pathlib import Path

from pipelines.config import Settings
from pipelines.topics.topics import Topics, TopicsError, load_topics
from pipelines.written.toml_file import keep_copy

SHIPPED_TOPICS = Path(__file__).with_name("topics.toml")
LAST_GOOD_NAME = "topics.last-good.toml"

logger = logging.getLogger(__name__)


class NoTopicsError(Exception):
    """Raised when there is neither a readable topics file nor a last good copy of it."""


def topics_path(settings: Settings) -> Path:
    """The topics file that is used: the operator's, or the one shipped."""
    return settings.topics or SHIPPED_TOPICS


def last_good_path(settings: Settings) -> Path:
    """Where the last good copy of the operator's file is kept."""
    return settings.data_dir / LAST_GOOD_NAME


def topics_in_force(settings: Settings) -> tuple[Topics, TopicsError | None]:
    """The topics, and what is wrong with the file if its last good copy had to be used.

    Raises:
        NoTopicsError: the file is broken and there is no last good copy.
    """
    path = topics_path(settings)
    copy = last_good_path(settings)
    try:
        topics = load_topics(path)
    except TopicsError as error:
        return _last_good(copy, error), error
    if path != SHIPPED_TOPICS:
        keep_copy(path, copy)
    return topics, None


def _last_good(copy: Path, error: TopicsError) -> Topics:
    try:
        topics = load_topics(copy)
    except TopicsError as missing:
        raise NoTopicsError(
            f"{error}. Correct the topics file and start again (there is no last good copy "
            f"at {copy})"
        ) from missing
    logger.error("%s. The last good topics are used until it is corrected: %s", error, copy)
    return topics
