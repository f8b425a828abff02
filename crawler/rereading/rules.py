"""By which rules an archived page is read: its site's declaration, and a page object."""

from __future__ import annotations

import importlib
from datetime import datetime

import web_poet

from crawler.files.saved_page import page_class
from crawler.pages.base import ArticlePage
from crawler.site import Site
from crawler.sites import site_names, spider_module


def site_named(key: str) -> Site | None:
    """Returns a site's declaration; None if there is no such site any more."""
    if key not in site_names():
        return None
    module = importlib.import_module(spider_module(key))
    return next(value for value in vars(module).values() if isinstance(value, Site))


def page_for(response: web_poet.HttpResponse, fetched_at: datetime | None) -> ArticlePage:
    """Returns the page object that reads a page that was fetched then: today's, whatever the time
    was."""
    return page_class(str(response.url))(response=response)
