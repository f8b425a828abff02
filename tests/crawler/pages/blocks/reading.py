"""A piece of a page, read as an article's body is."""

from __future__ import annotations

from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.html import find, parse

BASE = "https://www.example.com/news/1.html"


def read(html: str, drop: tuple[str, ...] = ()) -> Blocks:
    return read_blocks(
        find(parse(f"<html><body>{html}</body></html>"), "/html/body"),
        base_url=BASE,
        drop=drop,
        is_caption=lambda node: node.get("class") == "caption",
        is_picture=lambda url: "logo" not in url,
    )
