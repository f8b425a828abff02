"""Tell a summary that somebody wrote from one that a machine cut off the body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from crawler.pages.html import visible
from crawler.pages.titles import without_site

_SITES = ("新浪", "手机新浪", "观察者网")
_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 12
_LONGEST = 1000


def own_summary(
    description: str, texts: Iterable[str], site_names: Iterable[str] = ()
) -> str | None:
    """The meta description if an editor wrote it; None for a title or the start of the body.

    Machines fill it with the first 120 characters (with "原标题：…" in front, "..._新浪网" behind):
    its last words then stand in the texts. site_names: what the site calls itself.
    """
    summary = without_site(visible(unescape(description[: 2 * _LONGEST])), (*_SITES, *site_names))
    summary = summary[:_LONGEST].removesuffix("...").rstrip("…")
    words = _letters(summary)
    if len(words) < _SHORTEST:
        return None
    return None if words[-_SHORTEST:] in _letters("".join(texts)) else summary


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text))
