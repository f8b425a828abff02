"""The reverse of `fold`: how a folded text may have been written."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.text.fold import fold_lines


def written(folded: str) -> str:
    """Returns a regular expression (for Python and PCRE) for everything that `fold` turns into this
    text."""
    return "".join(map(_ways, folded))


@lru_cache(maxsize=4096)
def _ways(character: str) -> str:
    ways = _lines().get(character, character)
    if len(ways) == 1:
        return re.escape(ways)
    return f"[{''.join(map(re.escape, ways))}]"


@lru_cache(maxsize=1)
def _lines() -> dict[str, str]:
    return {line[0]: line for line in fold_lines()}
