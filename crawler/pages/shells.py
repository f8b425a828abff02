"""Pages without a text that send their reader on: by meta refresh, script or the body tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.pages.blocks import absolute
from crawler.pages.html import Element, find_all, raw_text
from crawler.urls import ArticleUrl, Identity

_LONGEST_SCRIPT = 20_000
_MOST_SCRIPTS = 200
_TARGET = r"(?P<{0}_quote>['\"])(?P<{0}>[^'\"\s<>]{{1,2000}}+)(?P={0}_quote)(?!\s*+\+)"
_GOES_ON = re.compile(
    rf"\blocation(?:\.href)?\s*+=\s*+{_TARGET.format('set')}"
    rf"|\blocation\.(?:replace|assign)\(\s*+{_TARGET.format('called')}"
    rf"|\bopen\(\s*+{_TARGET.format('opened')}\s*+,\s*+['\"]_(?:self|top)['\"]"
)
"""An address that a script puts together from parts is none."""
_FOR_TELEPHONES = re.compile(r"userAgent|\bisMobile\b", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*+=\s*+['\"]?+(?P<url>[^'\"\s>]{1,2000}+)", re.IGNORECASE)


def where_it_leads(
    root: Element, own: ArticleUrl, base_url: str, identify: Callable[[str], Identity]
) -> PageError | None:
    """What to raise for a page without a text of its own, or None if it leads nowhere else.

    own: which article the page was asked for as. Its own address and its other pages are no way
    out; another address of the same article is.
    """
    for link in _targets(root):
        url = absolute(base_url, link)
        identity = identify(url) if url else None
        if identity is None or _is_here(identity, own):
            continue
        if isinstance(identity, ArticleUrl):
            return Moved(identity.whole_url or identity.url)
        if identity.reason == "home":
            return PageGone("home_page", f"the page leads to {url}")
        return NotCollectable(identity.reason, f"the page leads to {url}")
    return None


def _is_here(identity: Identity, own: ArticleUrl) -> bool:
    """Whether it is the page itself, or another page of an article that stands on several."""
    if not isinstance(identity, ArticleUrl) or identity.key != own.key:
        return False
    return identity.url == own.url or identity.page != own.page


def _targets(root: Element) -> Iterator[str]:
    for refresh in find_all(root, "//meta[@http-equiv and @content]"):
        if (refresh.get("http-equiv") or "").casefold() == "refresh":
            match = _REFRESH.search((refresh.get("content") or "")[:_LONGEST_SCRIPT])
            if match:
                yield match["url"]
    texts = [raw_text(script) for script in islice(root.iter("script"), _MOST_SCRIPTS)]
    body = root.find("body")
    texts.append((body.get("onload") or "") if body is not None else "")
    for text in texts:
        if "location" not in text and "open(" not in text:
            continue
        if _FOR_TELEPHONES.search(text[:_LONGEST_SCRIPT]):
            continue  # sends only some of the readers on
        for match in islice(_GOES_ON.finditer(text[:_LONGEST_SCRIPT]), _MOST_SCRIPTS):
            yield (match["set"] or match["called"] or match["opened"]).replace("\\/", "/")
