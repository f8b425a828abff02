"""Where settings come from, read so that no mistake in them is more than a sentence."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from pipelines.written.toml_file import NoToml, parse_toml, place_in, read_text

PREFIX = "NEWSDESK_"
OTHER_VARIABLES = frozenset(
    {"CONFIG", "CLOCK", "JOB", "REPLAY", "STATS_FILE", "STATS_MEMORY", "SUPERVISOR"}
)
"""Other variables: which file is read, the clock, and what a job is handed."""
SHORTEST_LIKE = 0.6
"""How alike two names must be for one to be taken for the other."""


class BadConfig(Exception):
    """Raised when settings cannot be read at all; says where and why."""


class TomlFile(TomlConfigSettingsSource):
    """The settings file."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:  # noqa: ANN401 - pydantic's
        try:
            return parse_toml(read_text(Path(file_path))).values
        except NoToml as error:
            at = place_in(file_path, error.line, error.key)
            raise BadConfig(f"The settings file cannot be read: {at}: {error.problem}.") from None


class Environment(EnvSettingsSource):
    """The environment."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            why = "it is nested too deeply" if isinstance(error, RecursionError) else error
            raise BadConfig(
                f"{PREFIX}{field_name.upper()} is no JSON object ({why}): write "
                '{"sina": {"delay_seconds": 3}}.'
            ) from None


def like(name: str, known: Iterable[str]) -> str | None:
    """Returns the known name that was probably meant; None if none is like it."""
    names = [*known]
    begun = [each for each in names if len(name) > 2 and each.startswith(name)]
    found = begun or difflib.get_close_matches(name[:100], names, n=1, cutoff=SHORTEST_LIKE)
    return found[0] if found else None


def unknown_variables(
    environment: Mapping[str, str], fields: Collection[str]
) -> Iterator[tuple[str, str | None]]:
    """Yields variables that begin like ours and mean nothing, with the one that was meant."""
    known = {field.upper() for field in fields} | OTHER_VARIABLES
    for variable in sorted(environment):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            meant = like(name, sorted(known))
            yield variable, PREFIX + meant if meant else None
