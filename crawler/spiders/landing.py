"""Checks that redirects have ended at the page that was asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.http import Response

from crawler.exceptions import PageError
from crawler.network.cut_off import is_cut_off
from crawler.site import Site
from crawler.urls import ArticleUrl


def check_landing(site: Site, response: Response, *, part: bool) -> None:
    """Refuses an answer that is cut off, or to which redirects led away from the article.

    part: the request was for a later page of the article.

    Raises:
        PageError: the reason says what the answer is instead.
    """
    if is_cut_off(response):
        raise PageError("truncated", "the connection ended before the page did")
    landed = site.identify(response.url)
    if isinstance(landed, ArticleUrl):
        if landed.page > 1 and not part:
            raise PageError("page_missing", f"redirected to page {landed.page} of it")
        return
    if not response.meta.get("redirect_times"):
        return
    error = PageError(landed.reason, f"redirected to {response.url}")
    error.state = "not_collectable"
    if urlsplit(response.url).path in {"", "/"}:
        error.reason, error.state = "redirect_home", "gone"
    raise error
