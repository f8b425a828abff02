"""Expected errors: each becomes one sentence for a person instead of a traceback.

The classes are looked up when something went wrong: their modules are slow to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

    from pipelines.text.query.tokens import QueryError

CONFIG_FILE = "newsdesk.toml"
SHOWN_BEFORE, SHOWN_AFTER = 40, 20
"""Characters around an error that are shown of a long query."""


def expected() -> tuple[type[Exception], ...]:
    """Returns the errors that an operator can do something about."""
    from tomllib import TOMLDecodeError

    from pydantic import ValidationError

    from crawler.archive.exceptions import ArchiveError
    from crawler.exceptions import CrawlerError
    from newsdesk.exceptions import NewsdeskError
    from pipelines.storage.exceptions import StorageError
    from pipelines.text.query.tokens import QueryError
    from pipelines.topics.file import NoTopicsError
    from pipelines.topics.topics import TopicsError
    from schedules.exceptions import SchedulesError

    return (
        ArchiveError,
        CrawlerError,
        NewsdeskError,
        NoTopicsError,
        OSError,
        QueryError,
        SchedulesError,
        StorageError,
        TOMLDecodeError,
        TopicsError,
        ValidationError,
    )


def usage() -> tuple[type[Exception], ...]:
    """Returns the errors that mean that the command was used wrongly."""
    from crawler.exceptions import ArgumentError, RecordingError
    from newsdesk.exceptions import UsageProblem
    from pipelines.text.query.tokens import QueryError
    from schedules.exceptions import NoSuchJob, NoSuchSchedule

    return ArgumentError, NoSuchJob, NoSuchSchedule, QueryError, RecordingError, UsageProblem


def sentence(error: BaseException) -> str:
    """Says what went wrong and what to do next."""
    from tomllib import TOMLDecodeError

    from pydantic import ValidationError

    from pipelines.config import CONFIG_ENVIRONMENT_NAME
    from pipelines.text.query.tokens import QueryError

    if isinstance(error, ValidationError):
        return settings_sentence(error)
    if isinstance(error, TOMLDecodeError):
        return (
            f"The settings file cannot be read: {error}. Correct it, or name another in "
            f"{CONFIG_ENVIRONMENT_NAME}."
        )
    if isinstance(error, QueryError):
        return f"The query cannot be read: {error}\n{pointed_at(error)}"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def settings_sentence(error: ValidationError) -> str:
    """Describes a settings error by the name that the operator knows."""
    parts = []
    for problem in error.errors(include_url=False, include_context=False):
        field = str(problem["loc"][0]) if problem["loc"] else "?"
        name = "MONGODB_URI" if field.lower() == "mongodb_uri" else f"NEWSDESK_{field.upper()}"
        if problem["type"] == "extra_forbidden":
            parts.append(f"There is no setting {field!r}: remove it from {CONFIG_FILE}.")
        else:
            parts.append(f"{name} (or {field} in {CONFIG_FILE}): {problem['msg']}.")
    return " ".join(parts)


def pointed_at(error: QueryError) -> str:
    """Returns the line of a query and, below it, a mark at the place of the error."""
    from rich.cells import cell_len

    line = error.text.split("\n")[error.line - 1]
    at = error.column - 1
    start = max(0, at - SHOWN_BEFORE)
    before, after = line[start:at], line[at : at + SHOWN_AFTER]
    lead = "  …" if start else "  "
    return f"{lead}{before}{after}\n{' ' * cell_len(lead + before)}^"
