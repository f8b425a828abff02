"""The reverse of `sought`: how a term that is sought may be written in a text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from pipelines.text.fold import fold_lines
from pipelines.text.query.sought import FIRST_HAN, HAN_DOT, SIGNS

_BLANKS = r"\s*"


def written(folded: str) -> str:
    """Returns a regular expression, for Python and PCRE, for whatever `sought` makes this of."""
    ways = [_ways(folded[0])]
    for before, character in pairwise(folded):
        ways += [_BLANKS if max(before, character) >= FIRST_HAN else "", _ways(character)]
    return "".join(ways)


@lru_cache(maxsize=4096)
def _ways(character: str) -> str:
    signs = character + SIGNS.get(character, "") + (HAN_DOT if character == "·" else "")
    ways = "".join(dict.fromkeys("".join(_lines().get(sign, sign) for sign in signs)))
    if len(ways) == 1:
        return re.escape(ways)
    return f"[{''.join(map(re.escape, ways))}]"


@lru_cache(maxsize=1)
def _lines() -> dict[str, str]:
    return {line[0]: line for line in fold_lines()}
