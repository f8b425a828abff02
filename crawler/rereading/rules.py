"""By which rules an archived page is read: its site's declaration, and a page object."""

from __future__ import annotations

import web_poet

from crawler.files.saved_page import page_class
from crawler.pages.base import ArticlePage
from crawler.site import Site
from crawler.site_places import loading
from crawler.sites import site_names


def site_named(key: str) -> Site | None:
    """Returns a site's declaration; None if there is no such site any more.

    Raises:
        BrokenSite: says what is wrong with its file.
    """
    return loading.load_site(key) if key in site_names() else None


def page_for(response: web_poet.HttpResponse) -> ArticlePage:
    """Returns the page object that reads a page; which of its looks fits is told by the time in the
    response, which is when it was fetched."""
    return page_class(str(response.url))(response=response)
