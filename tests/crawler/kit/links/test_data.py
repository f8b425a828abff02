from __future__ import annotations

from crawler.kit.links.data import data_lists
from crawler.kit.page import Page

URL = "https://www.example.com/news/"


def page(html: str) -> Page:
    return Page(url=URL, body=html.encode())


def test_a_list_in_a_script_is_found_with_the_names_of_its_fields() -> None:
    rows = ",".join(
        f'{{"id": {n}, "title": "第{n}条新闻的标题", "url": "//www.example.com/a/{n}", '
        f'"newsTime": "2026-03-02 10:0{n}:00", "thumb": "/t/{n}.jpg"}}'
        for n in range(6)
    )
    html = (
        f'<script>var allData = {{"tab": [], "news": {{"stream": [{rows}]}}}};var b = 1;</script>'
    )
    (found,) = data_lists(page(html), lambda url: "/a/" in url)
    assert (found.script, found.items, found.link, found.headline, found.time, found.entries) == (
        *("allData", "news.stream", ("url",)),
        *("title", "newsTime", 6),
    )
