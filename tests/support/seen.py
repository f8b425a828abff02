"""The site kit's look at an invented site, without a request: pages by their address."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime

from crawler.kit.look import Look
from crawler.kit.page import Page
from crawler.kit.survey import domain_of
from tests.support.portal import HOST, NIGHTS, night_pages


def portal_pages(night: int) -> dict[str, Page]:
    """All pages of the portal in a night, by address."""
    date = format_datetime(NIGHTS[night])
    return {
        f"https://{HOST}{path}": Page(
            url=f"https://{HOST}{path}",
            body=text.encode(),
            headers={"Content-Type": f"{kind}; charset=utf-8", "Date": date},
        )
        for path, (kind, text) in night_pages(night).items()
    }


def looked_at(start: str, site: Mapping[str, Page]) -> Look:
    """What a look from `start` on sees of a site."""
    look = Look(start=start, domain=domain_of(start))
    while wanted := look.next_addresses():
        for url in wanted:
            if url in site:
                look.add(url, site[url])
    return look
