"""An article that a page only carries, in its scripts or in fields that nobody sees.

Pages that scripts put together hold the text as HTML within JSON or a `textarea`, beside a title
that the window bears, too, and a time with a name that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from crawler.kit.embedded import MOST_VALUES, scalars
from crawler.kit.page import Page, parse_moment
from crawler.kit.places.known import Known
from crawler.pages.blocks import read_blocks
from crawler.pages.html import Element, find, find_all, parse, raw_text, text_of, visible
from crawler.pages.lines.sorting import sort_lines

_TIME = re.compile(r"time|date|pub", re.IGNORECASE)
_NO_TIME = re.compile(r"updat|modif|expire|begin|end|now|server", re.IGNORECASE)
_PUBLISHED = re.compile(r"pub|release|issue", re.IGNORECASE)
_SHORTEST_TITLE, _SHORTEST_TEXT, _LONGEST_TITLE = 5, 40, 200
_MOST_FIELDS = 100


def carried(page: Page) -> Known | None:
    """The article that a page carries; None if it has no title, text and time of it."""
    if page.root is None:
        return None
    window = text_of(find(page.root, "/html/head/title"))
    values = [*islice(_values(page), MOST_VALUES)]
    titles = (text for _, text in values if window.startswith(visible(text)) and text.strip())
    title = visible(max(titles, key=len, default=""))
    html = max((text for _, text in values if "<p" in text), key=len, default="")
    lines = read_blocks(parse(html), base_url=page.url).lines if html else []
    body = sort_lines(lines, title=title).body
    moment = _moment(page, values)
    is_whole = len(title) >= _SHORTEST_TITLE and sum(map(len, body)) >= _SHORTEST_TEXT
    if not is_whole or moment is None:
        return None
    return Known(title=title, body=tuple(body), published_at=moment, texts={}, names={})


def _values(page: Page) -> Iterator[tuple[str, str]]:
    """Names and texts: of the hidden fields of the page, then of its scripts."""
    for node in islice(find_all(page.root, "//textarea"), _MOST_FIELDS):
        yield f"{node.get('class', '')} {node.get('id', '')}", raw_text(node)
    for data in page.data.values():
        yield from ((path.rpartition(".")[2], text) for path, text in scalars(data))


def _moment(page: Page, values: list[tuple[str, str]]) -> datetime | None:
    """The time of publication: one named so before others, one that is exact before a distance."""
    named = [
        (not _PUBLISHED.search(name), "前" in text, number, moment)
        for number, (name, text) in enumerate(values)
        if _TIME.search(name) and not _NO_TIME.search(name) and len(text) < _LONGEST_TITLE
        if (moment := parse_moment(text.strip(), page.fetched_at))
    ]
    exact = [each for each in named if not each[1]]
    return min(exact)[3] if exact else None


def held_page(node: Element) -> Element | None:
    """The page that stands as text in a `textarea`."""
    return parse(raw_text(node)) if node.tag == "textarea" and raw_text(node).strip() else None
