"""From a link on a page to an address on the web."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.urls.parts import join_url

_WEB = re.compile(r"https?://[^/]", re.IGNORECASE)
_NO_PART_OF_A_LINK = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ORIGIN = re.compile(r"https?://[^/?#]+", re.IGNORECASE)


def absolute(base_url: str, link: str) -> str | None:
    """An http(s) address for a link on a page, or None if the link leads to none."""
    link = link.strip()
    if " " in link or not link.isprintable():
        link = _NO_PART_OF_A_LINK.sub("", link).replace(" ", "%20")
    origin = _origin(base_url)
    if origin and link[:1] == "/" and link[1:2] not in "/" and "/." not in link:
        return origin + link  # by far the most common form, and urljoin is slow
    url = link if _WEB.match(link) and "[" not in link else join_url(base_url, link)
    return url if url and _WEB.match(url) else None


@lru_cache(maxsize=256)
def _origin(base_url: str) -> str:
    match = _ORIGIN.match(base_url)
    return match[0] if match else ""
