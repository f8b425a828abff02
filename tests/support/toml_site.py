"""A TOML site and its pages, written by us."""

from __future__ import annotations

import re
from pathlib import Path

import web_poet

from crawler.toml_sites.file import TomlSite, read_site
from crawler.toml_sites.page import DeclaredPage

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")
EXAMPLE = re.findall("```toml\n(.*?)```", REFERENCE, re.DOTALL)[0]
"""The example of the reference, which its readers copy."""
URL = "https://www.example.com/finance/2026/11/29/4711.html"
DATE = "Sun, 29 Nov 2026 06:00:00 GMT"
TEXT = "国务院新闻办公室今天举行发布会，介绍今年以来全国粮食生产和储备的情况，并回答记者提问。"


def page(
    *,
    title: str = "全国秋粮收获基本结束",
    info: str = "2026年11月29日 13:05 来源：示例日报 编辑：",
    body: str = f"<p>{TEXT}</p>",
    head: str = "",
    more: str = "",
) -> str:
    """A page in the shape that the example declares."""
    return (
        f"<html><head><title>{title}_示例新闻网</title>{head}</head><body>"
        f'<h1 class="title">{title}</h1><div class="info">{info}</div>'
        f'<div id="content">{body}</div>{more}</body></html>'
    )


def site_of(folder: Path, text: str = EXAMPLE, key: str = "example") -> TomlSite:
    """Reads a site's text from a file."""
    path = folder / f"{key}.toml"
    path.write_text(text, encoding="utf-8")
    return read_site(path, key)


def opened(site: TomlSite, html: str, url: str = URL, date: str = DATE) -> DeclaredPage:
    """The page object of a page."""
    cls: type[DeclaredPage] = type("Page", (DeclaredPage,), site.members(__name__))
    response = web_poet.HttpResponse(url, body=html.encode(), headers={"Date": date})
    return cls(response=response)
