"""Asks servers whether a page has changed since it was last read."""

from __future__ import annotations

import attrs
from scrapy import Request
from scrapy.http import Response

from pipelines.items import Article, FetchedArticle, Validators

NOT_MODIFIED = 304
LONGEST = 300
"""Characters of a header; a longer one is no validator."""


def if_changed(request: Request, validators: Validators | None) -> Request:
    """Lets the server answer 304 if the page has not changed."""
    if validators is None:
        return request
    wanted = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    for name, text in wanted.items():
        if text and _is_validator(text):  # it comes from the database
            request.headers[name] = text
    request.meta["handle_httpstatus_list"] = [NOT_MODIFIED]
    return request


def validators_of(response: Response) -> Validators | None:
    """Returns the validators that came with a whole page; None if none came."""
    if response.status != 200:
        return None
    etag, last_modified = (_header(response, name) for name in ("ETag", "Last-Modified"))
    if etag or last_modified:
        return Validators(etag=etag, last_modified=last_modified)
    return None


def with_validators(item: Article, response: Response) -> Article:
    """Returns the article with the validators of its page; without any, the article itself."""
    validators = validators_of(response)
    if validators is None:
        return item
    fields = {name: getattr(item, name) for name in attrs.fields_dict(Article)}
    return FetchedArticle(**fields, validators=validators)


def _header(response: Response, name: str) -> str | None:
    text = (response.headers.get(name) or b"").decode("latin-1").strip()
    return text if text and _is_validator(text) else None


def _is_validator(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable() and text.isascii()
