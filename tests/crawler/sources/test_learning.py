"""How a page asks for more of its list: learnt where it is certain, and only there."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from scrapy.http import Request, TextResponse

from crawler.exceptions import SourceError
from crawler.network.rendering import RENDERING, Call, Rendering
from crawler.sources.base import Link
from crawler.sources.learning import Form, learn
from crawler.sources.rendered_list import LearntList, RenderedList

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
PAGE = "https://news.example.com/list"
API = "https://api.example.com/v1/list"
SOURCE = RenderedList(name="more", title="More", url=PAGE, entry="li", more="#more")


def entries(page: int) -> list[dict[str, object]]:
    return [
        {
            "id": page * 10 + n,
            "head": f"第{page}页第{n}条",
            "link": f"/a/{page}-{n}.html",
            "stamp": 1772359200 + n * 60,
        }
        for n in range(5)
    ]


def found(page: int) -> list[Link]:
    return [
        Link(
            url=f"https://news.example.com{each['link']}",
            rank=n,
            title=str(each["head"]),
            published_at=datetime.fromtimestamp(1772359200 + n * 60, UTC),
        )
        for n, each in enumerate(entries(page))
    ]


def call(url: str, page: int, *, step: int | None = None, body: str | None = None) -> Call:
    data = {"code": 0, "top": [{"link": "/ad"}], "data": {"rows": entries(page)}}
    return Call(
        step=step or page,
        url=url,
        headers={"referer": PAGE, "x-token": "t"},
        content_type="application/json",
        body=(body or json.dumps(data)).encode(),
    )


def learnt(*urls: str) -> str | None:
    """The address that two calls, for pages 1 and 2, teach."""
    calls = [call(url, page) for page, url in enumerate(urls, start=1)]
    result = learn(calls, found(2), PAGE, NOW, "Asia/Shanghai")
    return result.address if result else None


@pytest.mark.parametrize(
    ("first", "second", "address"),
    [
        (f"{API}?page=1", f"{API}?page=2", f"{API}?page={{page}}"),
        (f"{API}/1.json", f"{API}/2.json", f"{API}/{{page}}.json"),
        (f"{API}?start=0&num=20", f"{API}?start=20&num=20", f"{API}?start={{page}}&num=20"),
        (
            f"{API}?p=1&_=1772359200123",
            f"{API}?p=2&_=1772359209456",
            f"{API}?p={{page}}&_=1772359209456",
        ),
    ],
)
def test_the_growing_number_is_found(first: str, second: str, address: str) -> None:
    assert learnt(first, second) == address


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{API}?page=1&sign=ab12", f"{API}?page=2&sign=ff09"),  # a sign for each request
        (f"{API}?page=1&salt=77", f"{API}?page=2&salt=31"),
        (f"{API}?before=2000", f"{API}?before=1980"),  # it shrinks: no page
        (f"{API}?page=1&from=0", f"{API}?page=2&from=20"),  # which of them?
        (f"{API}?page=1", f"{API}?page=1"),
        (f"{API}?page=1", f"{API}/more?page=2"),
    ],
)
def test_what_is_not_certain_is_not_learnt(first: str, second: str) -> None:
    assert learnt(first, second) is None


def test_the_form_is_read_off_what_the_page_showed() -> None:
    calls = [call(f"{API}?page=1", 1), call(f"{API}?page=2", 2)]
    result = learn(calls, found(2), PAGE, NOW, "Asia/Shanghai")
    assert result is not None
    assert result.form == Form(items=("data", "rows"), link="link", headline="head", time="stamp")
    assert (result.number, result.stride) == (2, 1)


@pytest.mark.parametrize("body", ["", "<html></html>", "[1, 2", '{"rows": []}', '["a", "b"]'])
def test_answers_that_hold_no_list_teach_nothing(body: str) -> None:
    calls = [call(f"{API}?page=1", 1), call(f"{API}?page=2", 2, body=body or " ")]
    assert learn(calls, found(2), PAGE, NOW, "Asia/Shanghai") is None


def test_one_request_teaches_nothing() -> None:
    assert learn([], [], PAGE, NOW, "Asia/Shanghai") is None
    assert learn([call(f"{API}?page=1", 1)], found(1), PAGE, NOW, "Asia/Shanghai") is None


def test_entries_of_another_list_teach_nothing() -> None:
    calls = [call(f"{API}?page=1", 1), call(f"{API}?page=2", 2)]
    assert learn(calls, found(3), PAGE, NOW, "Asia/Shanghai") is None


def learnt_list() -> LearntList:
    calls = [call(f"{API}?start=0", 1), call(f"{API}?start=5", 2)]
    result = learn(calls, found(2), PAGE, NOW, "Asia/Shanghai")
    assert result is not None
    step = Rendering(ready="li", walk="more", step=3, listen=True)
    return LearntList.of(SOURCE, result, 2, Request(PAGE, meta={RENDERING: step}))


def answer(page: int, rows: list[dict[str, object]]) -> TextResponse:
    data = json.dumps({"data": {"rows": rows}}, ensure_ascii=False)
    return TextResponse(f"{API}?start={page * 5 - 5}", body=data.encode())


def test_the_rest_of_a_list_is_asked_for_directly() -> None:
    source = learnt_list()
    request = source.first_request()
    assert request.url == f"{API}?start=10"
    assert request.headers["X-Token"] == b"t"
    listing = source.read(answer(3, entries(3)), 3, NOW)
    assert [each.url for each in listing.found] == [each.url for each in found(3)]
    assert [each.published_at for each in listing.found] == [each.published_at for each in found(3)]
    assert listing.next_request is not None
    assert listing.next_request.url == f"{API}?start=15"
    assert (source.name, source.max_pages) == (SOURCE.name, SOURCE.max_pages)


def test_nothing_at_once_is_no_end() -> None:
    source = learnt_list()
    with pytest.raises(SourceError, match="nothing"):
        source.read(answer(3, []), 3, NOW)
    assert source.read(answer(4, []), 4, NOW).next_request is None


def test_the_browser_may_go_on_where_it_stopped() -> None:
    other, request = learnt_list().other_way(5)
    assert isinstance(other, RenderedList)
    assert not other.ask_directly
    assert request.url == PAGE
    assert request.meta[RENDERING].step == 5
    assert not request.meta[RENDERING].listen
