"""One article out of its pages: bodies strung together, people and pictures named once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import attrs

from crawler.exceptions import PageError
from pipelines.items import Article, Author, Editor, Image, RemovedLine

Word = TypeVar("Word", bound=str)

MAX_PAGES = 50
"""More following pages than any article has: a pager beyond it is not one."""
MOST_REMOVED = 50
"""Removed lines that are kept of an article."""


@attrs.frozen(kw_only=True)
class Continuation:
    """Where the rest of a paged article stands: the full text if the page offers it, and the pages.

    The full text is to be preferred; `page_urls` are the following pages in order.
    """

    full_text_url: str | None = None
    page_urls: tuple[str, ...] = ()


def join_pages(first: Article, parts: Sequence[Article], *, full_text: bool = False) -> Article:
    """One article out of its pages in order.

    full_text: `parts` is the one page with the whole text, which replaces the first page's
    body and pictures; otherwise bodies and pictures are strung together. People, credits and
    flags of all pages are merged; everything else is the first page's.

    Raises:
        PageError: `parts` is empty, or holds a page of another article.
    """
    strangers = [part.url for part in parts if part.id != first.id]
    if not parts or strangers:
        raise PageError("page_missing", f"{first.url}: {', '.join(strangers) or 'no other page'}")
    pages = list(parts) if full_text else [first, *parts]
    everyone = [first, *parts]
    return attrs.evolve(
        first,
        body="\n".join(page.body for page in pages),
        images=merged_images(image for page in pages for image in page.images),
        authors=merged_authors(author for page in everyone for author in page.authors),
        editors=merged_editors(editor for page in everyone for editor in page.editors),
        source=next((page.source for page in everyone if page.source), None),
        original_title=next(
            (page.original_title for page in everyone if page.original_title), None
        ),
        extraction=attrs.evolve(
            first.extraction,
            flags=unique(flag for page in everyone for flag in page.extraction.flags),
            removed=merged_removed(line for page in everyone for line in page.extraction.removed),
        ),
    )


def merged_authors(authors: Iterable[Author]) -> list[Author]:
    """Authors in order, each name once; a description is kept wherever it comes from."""
    found: dict[str, Author] = {}
    for author in authors:
        known = found.setdefault(author.name, author)
        if known.description is None and author.description:
            found[author.name] = author
    return list(found.values())


def merged_images(images: Iterable[Image]) -> list[Image]:
    """Pictures in order, each address once; a caption is kept wherever it comes from."""
    found: dict[str, Image] = {}
    for image in images:
        known = found.setdefault(image.url, image)
        if known.caption is None and image.caption:
            found[image.url] = image
    return list(found.values())


def merged_editors(editors: Iterable[Editor]) -> list[Editor]:
    """Editors in order, each name once; a code is kept wherever it comes from."""
    found: dict[str, Editor] = {}
    for editor in editors:
        known = found.setdefault(editor.name, editor)
        if known.code is None and editor.code:
            found[editor.name] = editor
    return list(found.values())


def merged_removed(lines: Iterable[RemovedLine]) -> list[RemovedLine]:
    """The first removed lines in order, what stands on every page once."""
    found = {(line.line, line.rule): line for line in lines}
    return list(found.values())[:MOST_REMOVED]


def unique(words: Iterable[Word]) -> list[Word]:
    """The words in order, each once, without empty ones."""
    return list(dict.fromkeys(word for word in words if word))
