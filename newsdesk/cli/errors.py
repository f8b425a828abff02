"""Expected errors: each becomes one sentence for a person instead of a traceback.

The classes are looked up when something went wrong: their modules are slow to load.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from pipelines.text.query.tokens import QueryError

CONFIG_FILE = "newsdesk.toml"
SHOWN_BEFORE, SHOWN_AFTER = 40, 20
"""Characters around an error that are shown of a long query."""


def expected() -> tuple[type[Exception], ...]:
    """Returns the errors that an operator can do something about."""
    from pydantic import ValidationError

    from crawler.archive.exceptions import ArchiveError
    from crawler.exceptions import CrawlerError
    from newsdesk.exceptions import NewsdeskError
    from pipelines.storage.exceptions import StorageError
    from pipelines.text.query.tokens import QueryError
    from pipelines.topics.file import NoTopicsError
    from pipelines.topics.topics import TopicsError
    from pipelines.written.settings import BadConfig
    from schedules.exceptions import SchedulesError

    return (
        ArchiveError,
        BadConfig,
        CrawlerError,
        NewsdeskError,
        NoTopicsError,
        OSError,
        QueryError,
        SchedulesError,
        StorageError,
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
    from pydantic import ValidationError

    from pipelines.text.query.tokens import QueryError

    if isinstance(error, ValidationError):
        return settings_sentence(error)
    if isinstance(error, QueryError):
        return f"The query cannot be read: {error}\n{pointed_at(error)}"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def settings_sentence(error: ValidationError) -> str:
    """Describes a settings error by the name that the operator knows."""
    from pipelines.config import Settings
    from pipelines.written.of_sites import SiteSettings

    parts = []
    for problem in error.errors(include_url=False, include_context=False):
        field, *inside = map(str, problem["loc"] or ("?",))
        name = "MONGODB_URI" if field.lower() == "mongodb_uri" else f"NEWSDESK_{field.upper()}"
        place = ".".join((field, *inside))
        known = SiteSettings.model_fields if inside else Settings.model_fields
        if problem["type"] == "extra_forbidden":
            parts.append(_unknown(place, inside[-1] if inside else field, known))
        else:
            message = _wish(problem, known.get(inside[-1] if inside else field))
            parts.append(f"{name} (or {place} in {CONFIG_FILE}): {message}.")
    return "\n".join(parts)


def _wish(problem: ErrorDetails, field: FieldInfo | None) -> str:
    if problem["type"] == "string_pattern_mismatch" and field is not None and field.examples:
        return f"write it as in {field.examples[0]}"
    return problem["msg"].removeprefix("Value error, ")


def _unknown(place: str, name: str, known: Iterable[str]) -> str:
    from pipelines.written.settings import like

    meant = like(name, known)
    advice = f"do you mean {meant}?" if meant else f"remove it from {CONFIG_FILE}."
    return f"There is no setting {place!r}: {advice}"


def pointed_at(error: QueryError) -> str:
    """Returns the line of a query and, below it, a mark at the place of the error."""
    from rich.cells import cell_len

    line = error.text.split("\n")[error.line - 1]
    at = error.column - 1
    start = max(0, at - SHOWN_BEFORE)
    before, after = line[start:at], line[at : at + SHOWN_AFTER]
    lead = "  …" if start else "  "
    return f"{lead}{before}{after}\n{' ' * cell_len(lead + before)}^"
