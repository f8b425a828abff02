"""An article as its list holds it. Lists declare and read it; nothing is loaded for that."""

from __future__ import annotations

from datetime import datetime

from attrs import define


@define(frozen=True, kw_only=True)
class EntryText:
    """An article as its list holds it.

    html: the text as markup. published, updated: as the list prints them, published_at, updated_at
    what that means. method: for `extraction.method`. has_page: the article stands on a page of its
    own as well; one that does not is read again whenever its list shows it. gone: the list says
    that it was taken down.
    """

    html: str
    title: str
    published_at: datetime
    published: str = ""
    updated_at: datetime | None = None
    updated: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    method: str = "feed"
    zone: str = "Asia/Shanghai"
    has_page: bool = True
    gone: bool = False
