"""Expected errors: each becomes one sentence for a person instead of a traceback."""

from __future__ import annotations

from pathlib import Path
from tomllib import TOMLDecodeError

from pydantic import ValidationError

from crawler.exceptions import ArgumentError, CrawlerError, RecordingError
from newsdesk.exceptions import NewsdeskError, UsageProblem
from pipelines.config import CONFIG_ENVIRONMENT_NAME
from pipelines.storage.exceptions import StorageError

EXPECTED = (
    StorageError,
    CrawlerError,
    NewsdeskError,
    ValidationError,
    TOMLDecodeError,
    OSError,
)
USAGE = (ArgumentError, RecordingError, UsageProblem)


def sentence(error: BaseException) -> str:
    """What went wrong and what to do next."""
    if isinstance(error, ValidationError):
        return settings_sentence(error)
    if isinstance(error, TOMLDecodeError):
        return f"The settings file cannot be read: {error}. Correct it, or set another with {CONFIG_ENVIRONMENT_NAME}."
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def settings_sentence(error: ValidationError) -> str:
    """A settings error by the name that the operator knows."""
    parts = []
    for problem in error.errors(include_url=False, include_context=False):
        field = str(problem["loc"][0]) if problem["loc"] else "?"
        name = "MONGODB_URI" if field.lower() == "mongodb_uri" else f"NEWSDESK_{field.upper()}"
        if problem["type"] == "extra_forbidden":
            parts.append(f"There is no setting {field!r}: remove it from the settings file.")
        else:
            parts.append(f"{name} (or `{field}` in {Path('newsdesk.toml')}): {problem['msg']}.")
    return " ".join(parts)
