"""Sina's mobile pages beyond the fixtures."""

from __future__ import annotations

import pytest
import web_poet

from crawler.sites.sina.mobile import SinaMobilePage
from pipelines.items import Source

URL = "https://news.sina.cn/gn/2026-03-01/detail-iqtestx0000001.d.html"


def page(meta: str, head: str = "") -> SinaMobilePage:
    text = (
        f"<html><head><meta charset='utf-8'>{meta}</head><body><h1 class='art_tit_h1'>水库开闸</h1>"
        f"{head}<time class='art_time'>2026-03-01 09:30</time><article class='art_box'>"
        "<p>　　临河水库今日开闸。</p></article></body></html>"
    )
    return SinaMobilePage(response=web_poet.HttpResponse(URL, body=text.encode()))


@pytest.mark.parametrize(
    ("meta", "head", "source"),
    [
        ("<meta name='author' content='澄湖日报'>", "", "澄湖日报"),
        ("<meta property='article:author' content='澄湖日报'>", "", "澄湖日报"),
        (
            "<meta name='author' content='手机新浪'>",
            "<h2 class='weibo_user'>澄湖日报</h2>",
            "澄湖日报",
        ),
        ("<meta name='author' content=''>", "", None),
    ],
)
async def test_the_meta_author_is_the_medium_if_the_head_names_none(
    meta: str, head: str, source: str | None
) -> None:
    article = await page(meta, head).to_item()
    assert article.source == (Source(name=source) if source else None)
    assert article.authors == []
