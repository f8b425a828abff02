"""What all page objects do: refuse half pages, and join the pages of one article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from web_poet import HttpResponse

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage, join_pages
from crawler.sites.guancha.article import GuanchaArticlePage
from pipelines.items import Article, Author, Editor, Extraction, Image, Source

URL = "https://www.guancha.cn/economy/2026_03_01_846574.shtml"
PAGE = '<li class="left-main"><h3>题</h3><div class="time"><span>{}</span></div>' + (
    '<div class="all-txt"><p>{}</p></div></li></html>'
)


def page(time: str = "2026-03-01 15:10:53", body: str = "正文。", **headers: str) -> ArticlePage:
    html = PAGE.format(time, body).encode()
    return GuanchaArticlePage(response=HttpResponse(URL, html, headers=headers))


def part(key: str = "1", **fields: object) -> Article:
    defaults = {"site": "guancha", "key": key, "url": URL, "title": "题", "body": "文"}
    return Article(**{**defaults, **fields})  # type: ignore[arg-type]


async def test_a_page_without_a_page_object_is_said() -> None:
    lost = ArticlePage(response=HttpResponse("https://example.com/a", b"<p>x</p>"))
    with pytest.raises(PageError, match=r"no_page_object.*https://example.com/a"):
        await lost.to_item()


async def test_times_are_utc_and_aware() -> None:
    item = await page().to_item()
    assert item.published_at == datetime(2026, 3, 1, 7, 10, 53, tzinfo=UTC)
    assert item.times.zone == "Asia/Shanghai"


async def test_relative_times_count_from_the_date_header() -> None:
    item = await page("55分钟前", Date="Sun, 01 Mar 2026 16:00:00 +0800").to_item()
    assert item.published_at == datetime(2026, 3, 1, 7, 5, tzinfo=UTC)
    assert item.extraction.flags == ["relative_time"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Date": "yesterday"}, {"Date": ""}, {"Date": "Fri, 31 Dec 9999 23:59:59 -0100"}],
)
async def test_a_relative_time_without_a_usable_date_header_is_no_time(
    headers: dict[str, str],
) -> None:
    assert page(**headers).fetched_at is None
    with pytest.raises(PageError) as caught:
        await page("昨天 18:30", **headers).to_item()
    assert caught.value.reason == "no_time"


async def test_broken_characters_are_flagged() -> None:
    item = await page(body="前&#xD800;后的正文。").to_item()
    assert item.extraction.flags == ["broken_characters"]


def test_pages_are_strung_together() -> None:
    first = part(
        body="一",
        authors=[Author(name="王甲")],
        images=[Image(url="https://h/1"), Image(url="https://h/2", caption="二")],
        extraction=Extraction(method="m", flags=["mojibake"]),
        comment_count=7,
    )
    second = part(
        body="二\n三",
        authors=[Author(name="王甲", description="教授"), Author(name="李乙")],
        images=[Image(url="https://h/1", caption="一"), Image(url="https://h/3")],
        source=Source(name="某报"),
        editors=[Editor(name="周丙")],
        original_title="原题",
        extraction=Extraction(method="m", flags=["date_only", "mojibake"]),
        comment_count=9,
    )
    whole = join_pages(first, [second, part(body="四", editors=[Editor(name="周丙", code="K1")])])
    assert whole.body == "一\n二\n三\n四"
    assert whole.authors == [Author(name="王甲", description="教授"), Author(name="李乙")]
    assert whole.editors == [Editor(name="周丙", code="K1")]
    assert whole.source == Source(name="某报")
    assert whole.original_title == "原题"
    assert [(image.url[-1], image.caption) for image in whole.images] == [
        ("1", "一"),
        ("2", "二"),
        ("3", None),
    ]
    assert whole.extraction == Extraction(method="m", flags=["mojibake", "date_only"])
    assert whole.comment_count == 7
    assert (first.body, second.body) == ("一", "二\n三")


def test_the_full_text_replaces_the_first_page() -> None:
    first = part(body="一", images=[Image(url="https://h/1")], authors=[Author(name="王甲")])
    full = part(body="一\n二", images=[Image(url="https://h/1"), Image(url="https://h/2")])
    whole = join_pages(first, [full], full_text=True)
    assert whole.body == "一\n二"
    assert len(whole.images) == 2
    assert whole.authors == [Author(name="王甲")]


@pytest.mark.parametrize("parts", [[], [part(key="2")]])
def test_what_does_not_belong_together_is_not_joined(parts: list[Article]) -> None:
    with pytest.raises(PageError) as caught:
        join_pages(part(), parts)
    assert caught.value.reason == "page_missing"


@pytest.mark.parametrize(
    ("old", "new", "reason", "place"),
    [
        ("all-txt", "story-text", "no_body", "div.all-txt"),
        ("<h3>题</h3>", "<h5>题</h5>", "no_title", "/html/head/title"),
        ('class="time"', 'class="when"', "no_time", "div.time"),
    ],
)
async def test_a_changed_layout_names_what_found_nothing(
    old: str, new: str, reason: str, place: str
) -> None:
    html = PAGE.format("2026-03-01 15:10:53", "正文。").replace(old, new)
    changed = GuanchaArticlePage(response=HttpResponse(URL, html.encode()))
    with pytest.raises(PageError) as raised:
        await changed.to_item()
    assert raised.value.reason == reason
    assert raised.value.detail.startswith(f"{URL}: nothing at ")
    assert place in raised.value.detail.partition("nothing at ")[2].split(", ")
