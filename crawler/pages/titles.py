"""Headlines as the head of a page gives them, without the site's own name behind."""

from __future__ import annotations

import re
from collections.abc import Collection

_LAST_PART = re.compile(r"[\s_|｜\-–—]{1,6}(?P<name>[^\s_|｜\-–—]{1,20})[\s.…]{0,3}$")
_REACH = 30
_MOST_PARTS = 8


def without_site(title: str, site_names: Collection[str]) -> str:
    """`某事发生-某某网` -> `某事发生`: without the last parts that begin with a site's name."""
    for _part in range(_MOST_PARTS):
        begin = max(0, len(title) - _REACH)
        last = _LAST_PART.search(title, begin)
        if last is None or last.start() == 0 or not last["name"].startswith(tuple(site_names)):
            break
        title = title[: last.start()]
    return title.strip()
