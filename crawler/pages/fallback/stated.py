"""Authors whom a page states apart from its text: in metas, JSON-LD and WeChat's own line.

Most of these fields name the editor, the medium, a department or a template's leftover, so that
nothing but a person's name is believed there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from crawler.pages.html import Element, find_all, raw_text, text_of, visible
from crawler.pages.lines.words.names import is_known_name
from crawler.pages.lines.words.plain import plain_form

_LONGEST_JSON = 200_000
_MOST_SCRIPTS = 20
_MOST_NODES = 200
_BETWEEN = re.compile(r"\s{0,3}[,，、;；/|]\s{0,3}|\s(?:and|&)\s")
_LATIN_NAME = re.compile(r"[A-Z][\w.'’-]{0,30}(?: [A-Z][\w.'’-]{0,30}){1,3}")
_NO_LATIN_NAME = re.compile(
    r"\b(?:news|daily|times|post|press|agency|staff|editors?|editorial|reporters?|team|desk|admin"
    r"|media|online|network|central|group|inc|ltd|co|company|magazine|journal|web|site|china)\b",
    re.IGNORECASE,
)
_MOST_NAMES = 6


def stated_authors(root: Element | None, meta: str, *, is_wechat: bool) -> list[str]:
    """The persons whom the first of these fields names that names any.

    meta: what `<meta name="author">` says.
    """
    for field in (meta, *_by_json(root), *(_by_wechat(root) if is_wechat else ())):
        names = [name for name in _BETWEEN.split(visible(field)) if name]
        if names and len(names) <= _MOST_NAMES and all(map(_is_person, names)):
            return list(dict.fromkeys(names))
    return []


def _is_person(name: str) -> bool:
    if name.isascii():
        return bool(_LATIN_NAME.fullmatch(name)) and not _NO_LATIN_NAME.search(name)
    return is_known_name(plain_form(name))


def _by_wechat(root: Element | None) -> Iterator[str]:
    for node in find_all(root, "//*[@id='js_author_name']"):
        yield text_of(node)
    for node in find_all(root, "//*[@id='meta_content']/span[contains(@class,'meta_text')]"):
        yield text_of(node)


def _by_json(root: Element | None) -> Iterator[str]:
    scripts = find_all(root, "//script[@type='application/ld+json']")
    for script in islice(scripts, _MOST_SCRIPTS):
        try:
            data = json.loads(raw_text(script)[:_LONGEST_JSON])
        except (ValueError, RecursionError):
            continue
        for node in islice(_objects(data), _MOST_NODES):
            if "Article" in str(node.get("@type")) or "Posting" in str(node.get("@type")):
                yield ",".join(_persons(node.get("author")))


def _objects(data: object) -> Iterator[dict[str, object]]:
    """An object, those in a list, and those of a graph."""
    if isinstance(data, dict):
        yield data
        data = data.get("@graph")
    if isinstance(data, list):
        yield from (each for each in data if isinstance(each, dict))


def _persons(authors: object) -> Iterable[str]:
    for author in authors if isinstance(authors, list) else [authors]:
        is_person = isinstance(author, dict) and author.get("@type", "Person") == "Person"
        name = author.get("name") if isinstance(author, dict) and is_person else author
        if isinstance(name, str):
            yield name
