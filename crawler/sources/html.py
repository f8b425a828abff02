"""Reading a list that is a web page: its tree, its links, its entries' fields."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from parsel import css2xpath

from crawler.exceptions import SourceError
from crawler.network.cut_off import is_cut_off
from crawler.pages.html import Element, attribute, decode, find, find_all, parse, text_of, visible
from crawler.pages.times import ParsedTime, parse_time
from crawler.urls.parts import join_url

if TYPE_CHECKING:
    from scrapy.http import Response

LONGEST_TITLE = 500
_NO_ADDRESS = re.compile(r"(?:#|$|(?:javascript|mailto|tel|sms|data|about|file):)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3}){1,3}(?![0-9])|[0-9]{1,9})(?P<part>\.[0-9]{1,3})?\s?(?P<tens>[万萬])?"
)


def tree_of(response: Response) -> Element:
    """The element tree of a list page, without the comments in it.

    Raises:
        SourceError: the answer holds no HTML element, or only the first half of a page.
    """
    if is_cut_off(response):
        raise SourceError(f"{response.url}: the connection ended before the page did")
    content_type = response.headers.get("Content-Type") or b""
    root = parse(decode(response.body, content_type.decode("latin-1")))
    if root is None:
        raise SourceError(f"{response.url} answered {response.status} without a page")
    return root


def select(node: Element, css: str) -> list[Element]:
    """Elements below `node` that a CSS selector matches."""
    return find_all(node, _xpath(css))


def select_one(node: Element, css: str | None) -> Element | None:
    """The first element that a CSS selector matches; None for no selector."""
    return find(node, _xpath(css)) if css else None


def base_of(root: Element, response: Response) -> str:
    """The address that the page's relative links refer to."""
    base = join_url(response.url, attribute(find(root, "//head/base[@href]"), "href"))
    return base or response.url


def address_of(link: Element | None, base: str) -> str | None:
    """Where a link leads, absolute and without fragment; None if nowhere on the web."""
    href = link.get("href") if link is not None else None
    if href is None or _NO_ADDRESS.match(href.strip()):
        return None
    # One that cannot be joined is judged by the site's URL rules as it stands.
    return (join_url(base, href.strip()) or href.strip()).partition("#")[0]


def plain_title(markup: str) -> str:
    """A title out of a feed or API as a reader sees it: markup in it is none of its text."""
    if "<" in markup or "&" in markup:
        return text_of(parse(f"<p>{markup[: 10 * LONGEST_TITLE]}</p>"))[:LONGEST_TITLE]
    return visible(markup)[:LONGEST_TITLE]


def number_of(text: str) -> int | None:
    """The first number in a short text such as "评论 70", "5,874" or "1.2万"."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    number = float(match["number"].replace(",", "") + (match["part"] or ""))
    return round(number * 10_000) if match["tens"] else int(number)


def printed_time(text: str, now: datetime, zone: str) -> ParsedTime | None:
    """A time as a list prints it; None also for one that counts from a visit at an absurd time."""
    try:
        return parse_time(text, reference=now, zone=zone)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _xpath(css: str) -> str:
    return css2xpath(css)
