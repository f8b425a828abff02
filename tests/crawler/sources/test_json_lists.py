"""Lists in JSON by declaration alone: how they are asked for, and where things stand in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.exceptions import SourceError
from crawler.sources.base import SourcePage
from crawler.sources.json_items import JsonItems
from crawler.sources.list_page import ListPage
from crawler.sources.script_json import ScriptJson

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
EIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
URL = "https://api.example.com/list"


def source(**declared: Any) -> JsonItems:
    return JsonItems(**{"name": "list", "title": "List", "url": URL, "items": "list", **declared})


def read(declared: JsonItems, data: object, request: Request | None = None) -> SourcePage:
    text = data if isinstance(data, str) else json.dumps(data)
    asked = request or declared.first_request()
    return declared.read(TextResponse(asked.url, body=text.encode(), request=asked), 1, NOW)


def urls(listing: SourcePage) -> list[str]:
    return [link.url for link in listing.found]


@pytest.mark.parametrize(
    ("items", "data", "found"),
    [
        ("a.b", {"a": {"b": [{"url": "/1"}]}}, ["/1"]),
        ("", [{"url": "/1"}], ["/1"]),
        ((), [{"url": "/1"}], ["/1"]),
        ("news.*.*", {"news": [[{"url": "/1"}], [], [{"url": "/2"}]]}, ["/1", "/2"]),
        ("a.0.b", {"a": [{"b": [{"url": "/1"}]}]}, ["/1"]),
        ("a.-1", {"a": [[{"url": "/1"}], [{"url": "/2"}]]}, ["/2"]),
        ("a.*", {"a": {"x": {"url": "/1"}, "y": {"url": "/2"}}}, ["/1", "/2"]),
        (("a.b",), {"a.b": [{"url": "/1"}]}, ["/1"]),
    ],
)
def test_the_way_to_the_entries(items: Any, data: object, found: list[str]) -> None:
    assert urls(read(source(items=items), data)) == [f"https://api.example.com{u}" for u in found]


@pytest.mark.parametrize("items", ["b", "a.5", "a.x", "*.b.c"])
def test_a_way_that_ends_early_says_so(items: str) -> None:
    with pytest.raises(SourceError, match="holds no list"):
        read(source(items=items), {"a": [1]})


def test_an_address_is_made_of_fields_where_an_entry_has_none() -> None:
    declared = source(link=("link", "https://{host}/article/{node.aid}"))
    entries = [
        {"link": "", "host": "world.example.com", "node": {"aid": "4K/石"}},
        {"link": "https://other.example/1"},
        {"host": "x"},
        {},
    ]
    listing = read(declared, {"list": entries})
    assert urls(listing) == [
        "https://world.example.com/article/4K/%E7%9F%B3",
        "https://other.example/1",
    ]
    assert listing.problems == ["entry 3: no link (None)"], "an empty entry marks the end"


@pytest.mark.parametrize(
    ("value", "form", "moment"),
    [
        (1772409600000, None, EIGHT),
        ("1772409600000", None, EIGHT),
        (1772409600, None, EIGHT),
        ("2026-03-02 08:00:00", None, EIGHT),
        ("03/02/2026 08:00:00", "%m/%d/%Y %H:%M:%S", EIGHT),
        ("03/02/2026 00:00:00 +0000", "%m/%d/%Y %H:%M:%S %z", EIGHT),
        ("2026-03-02 08:00:00", "%m/%d/%Y %H:%M:%S", None),
        ("01/01/1970", "%m/%d/%Y", None),
    ],
)
def test_times(value: object, form: str | None, moment: datetime | None) -> None:
    declared = source(time="info.time", time_format=form)
    listing = read(declared, {"list": [{"url": "/1", "info": {"time": value}}]})
    assert listing.found[0].published_at == moment
    assert bool(listing.problems) == (moment is None)


@pytest.mark.parametrize("way", ["links", "links.*"])
def test_an_entry_with_several_links_stands_for_them(way: str) -> None:
    declared = source(inner=way, inner_link=("to",), inner_headline="text", time="at")
    links = [{"text": "一", "to": "/1"}, {"text": "专题 |", "to": ""}, {"text": "", "to": "/2"}]
    entries = [
        {"title": "并列", "links": links, "at": "2026-03-02 08:00:00", "url": "/no"},
        {"title": "单独", "url": "/3", "links": []},
    ]
    listing = read(declared, {"list": entries})
    assert [(link.url[-2:], link.title) for link in listing.found] == [
        ("/1", "一"),
        ("/2", "并列"),
        ("/3", "单独"),
    ]
    assert listing.found[0].published_at == listing.found[1].published_at == EIGHT


def test_only_entries_of_a_kind_count() -> None:
    declared = source(only={"type": "article", "dead": False})
    entries = [
        {"type": "article", "dead": False, "url": "/1"},
        {"type": "video", "dead": False, "url": "/2"},
        {"type": "article", "dead": True, "url": "/3"},
    ]
    assert urls(read(declared, {"list": entries})) == ["https://api.example.com/1"]


@pytest.mark.parametrize("code", [0, "0", 200])
def test_a_status_that_is_expected(code: object) -> None:
    declared = source(expect={"result.code": ("0", 200)})
    assert read(declared, {"result": {"code": code}, "list": []}).found == []


@pytest.mark.parametrize("result", [{"code": 99998}, {}, None, {"code": [0]}])
def test_a_status_that_is_a_refusal(result: object) -> None:
    declared = source(expect={"result.code": 0})
    with pytest.raises(SourceError, match=r"refuses: result.code is .*\(too many\)"):
        read(declared, {"result": result, "msg": "too many", "list": [{"url": "/1"}]})


class TestAsking:
    def test_by_number_and_by_offset(self) -> None:
        by_number = source(url=f"{URL}?p={{page}}")
        by_offset = source(url=f"{URL}?start={{offset}}", page_size=24)
        assert by_number.first_request().url == f"{URL}?p=1"
        assert _url(by_number.page_request(3)) == f"{URL}?p=3"
        assert by_offset.first_request().url == f"{URL}?start=0"
        assert _url(by_offset.page_request(3)) == f"{URL}?start=48"
        following = read(by_offset, {"list": [{"url": "/1"}]}).next_request
        assert _url(following) == f"{URL}?start=24"

    def test_by_post_with_json_or_a_form(self) -> None:
        declared = source(
            body={"page": "{page}", "at": "from {offset}", "ids": ["{page}"], "n": 20},
            page_size=20,
            headers={"Referer": "https://www.example.com/"},
        )
        asked = declared.page_request(2)
        assert asked is not None
        assert (asked.method, asked.url) == ("POST", URL)
        assert json.loads(asked.body) == {"page": 2, "at": "from 20", "ids": [2], "n": 20}
        assert asked.headers["Content-Type"] == b"application/json"
        assert asked.headers["Referer"] == b"https://www.example.com/"
        form = source(form={"page": "{page}", "word": "石 桥"}).page_request(2)
        assert form is not None
        assert form.body == b"page=2&word=%E7%9F%B3+%E6%A1%A5"

    def test_by_what_the_answer_before_says(self) -> None:
        declared = source(
            first=f"{URL}/home.json",
            url=f"{URL}/{{id}}/{{at}}",
            cursor={"id": "list.-1.id", "at": "list.-1.time:ms"},
        )
        assert declared.page_request(2) is None, "nobody knows it but the page before"
        entries = [{"url": "/1", "id": "a/b", "time": "2026-03-02 08:00:00"}]
        following = read(declared, {"list": entries}).next_request
        assert _url(following) == f"{URL}/a%2Fb/1772409600000"

    def test_a_field_of_the_answer_leads_on_until_it_says_nothing_new(self) -> None:
        declared = source(
            body={"startTime": "{start}"},
            cursor={"start": "startTime"},
            cursor_start={"start": 0},
        )
        first = declared.first_request()
        assert json.loads(first.body) == {"startTime": 0}
        entry = [{"url": "/1"}]
        second = read(declared, {"list": entry, "startTime": 17}, first).next_request
        assert second is not None
        assert json.loads(second.body) == {"startTime": 17}
        assert read(declared, {"list": entry, "startTime": 17}, second).next_request is None
        assert read(declared, {"list": entry, "startTime": None}, second).next_request is None
        assert read(declared, {"list": [], "startTime": 18}, second).next_request is None

    def test_the_last_page_may_say_so(self) -> None:
        declared = source(url=f"{URL}?p={{page}}", ends="isEnd")
        entry = [{"url": "/1"}]
        assert read(declared, {"list": entry, "isEnd": False}).next_request is not None
        assert read(declared, {"list": entry, "isEnd": True}).next_request is None

    @pytest.mark.parametrize(
        ("first", "pattern", "number_from", "second"),
        [
            ("index.html", "index{page}.html", 1, "index2.html"),
            ("index.html", "index_{page}.html", 0, "index_1.html"),
            (None, "list_{page}.html", 1, "list_2.html"),
        ],
    )
    def test_a_later_page_may_have_another_name(
        self, first: str | None, pattern: str, number_from: int, second: str
    ) -> None:
        home = "https://www.example.com/"
        for kind in (ListPage, JsonItems):
            rest = {"entry": "li"} if kind is ListPage else {"items": "list"}
            declared: Any = kind(
                name="list",
                title="List",
                url=home + pattern,
                first=home + first if first else None,
                number_from=number_from,
                **rest,  # type: ignore[arg-type]
            )
            assert declared.first_request().url == home + (first or "list_1.html")
            assert declared.page_request(2).url == home + second


def _url(request: Request | None) -> str:
    return request.url if request else ""


PAGE = """<html><head><script>var _x = {"allData": 1}; var allDatas = {"list": []};
var allData = {"list": [{"url": "/1", "title": "a;b }"}], "s": "</p>"}; var after = {"x": 1};
window.DATA = {list: [{url: '/2', title: "x", none: undefined,}],}; window.after = [1];
window.__STATE__ = JSON.parse("{\\"list\\": [{\\"url\\": \\"/3\\"}]}");</script>
<script id="__NEXT_DATA__" type="application/json">{"props": {"list": [{"url": "/4"}]}}</script>
</head><body><astro-island component-url="/HotNews.js" props="{}"></astro-island>
<astro-island component-url="/LoadMore.js" props='{"n":[0,3],"list":[1,[[0,{"url":[0,"/5"],
"at":[3,"2026-03-02T00:00:00.000Z"],"tags":[1,[[0,"a"]]]}]]],"old":[1,"[]"]}'></astro-island>
</body></html>"""


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ({"variable": "allData", "items": "list"}, "/1"),
        ({"variable": "window.DATA", "items": "list"}, "/2"),
        ({"variable": "window.__STATE__", "items": "list"}, "/3"),
        ({"element": "#__NEXT_DATA__", "items": "props.list"}, "/4"),
        (
            {
                "element": "astro-island[component-url*=LoadMore]",
                "attribute": "props",
                "astro": True,
                "items": "list",
                "time": "at",
            },
            "/5",
        ),
    ],
)
def test_json_inside_a_page(declared: dict[str, Any], found: str) -> None:
    listing = _script(PAGE, **declared)
    assert [link.url for link in listing.found] == [f"https://www.example.com{found}"]
    assert listing.problems == [] or "mended JSON" in listing.problems[0]
    if "time" in declared:
        assert listing.found[0].published_at == EIGHT


@pytest.mark.parametrize(
    ("page", "declared", "why"),
    [
        (PAGE, {"variable": "gone"}, "holds no variable gone"),
        (PAGE, {"element": "#gone"}, "holds no '#gone'"),
        ("", {"element": "#gone"}, "without a page"),
        ("<script>var a = {", {"variable": "a"}, "answered no JSON"),
        ("<script>var a = " + "[" * 100_000, {"variable": "a"}, "JSON"),
        ('<p id="a">' + '{"a":' * 5_000, {"element": "#a"}, "JSON"),
        ("<p>" + "x" * 4_000_000, {"variable": "a"}, "bytes"),
    ],
)
def test_a_page_without_it_says_so(page: str, declared: dict[str, Any], why: str) -> None:
    with pytest.raises(SourceError, match=why) as caught:
        _script(page, items="list", **declared)
    assert "\n" not in str(caught.value)


def test_later_pages_may_be_answers_that_are_json() -> None:
    """The page holds the first entries in a script; what its button asks for is JSON."""
    declared = ScriptJson(
        name="s",
        title="S",
        first="https://www.example.com/",
        url="https://www.example.com/more/{id}?callback=more",
        variable="allData",
        later="data",
        items="news",
        cursor={"id": "news.-1.id"},
        ends="isEnd",
    )
    page = 'var allData = {"isEnd": false, "news": [{"id": 7, "url": "/7"}]};'
    response: Response = HtmlResponse(
        "https://www.example.com/", body=f"<script>{page}</script>".encode()
    )
    first = declared.read(response, 1, NOW)
    assert urls(first) == ["https://www.example.com/7"]
    assert first.next_request is not None
    assert first.next_request.url == "https://www.example.com/more/7?callback=more"
    answer = 'more({"code": 0, "data": {"isEnd": true, "news": [{"id": 6, "url": "/6"}]}})'
    later = declared.read(TextResponse(first.next_request.url, body=answer.encode()), 2, NOW)
    assert urls(later) == ["https://www.example.com/6"]
    assert later.next_request is None


def test_a_page_has_to_be_told_where_it_stands() -> None:
    with pytest.raises(ValueError, match="name the variable or the element"):
        _script(PAGE, items="list")


def test_a_list_in_a_page_may_go_on_as_json() -> None:
    home, api = "https://news.example.com/", "https://api.example.com/"
    declared = ScriptJson(
        name="s",
        title="S",
        first=home,
        url=f"{api}{{id}}/{{at}}/20/cb",
        variable="allData",
        later="data",
        items="newsstream",
        time="newsTime",
        cursor={"id": "newsstream.-1.id", "at": "newsstream.-1.newsTime:ms"},
    )
    entry = {"id": "70", "url": "//news.example.com/c/1", "newsTime": "2026-03-02 08:00:00"}
    script = f"<script>var allData = {json.dumps({'newsstream': [entry]})};</script>"
    listing = declared.read(HtmlResponse(home, body=script.encode()), 1, NOW)
    assert urls(listing) == [f"{home}c/1"]
    assert _url(listing.next_request) == f"{api}70/1772409600000/20/cb"
    more = json.dumps({"code": 0, "data": {"newsstream": [entry | {"id": "69"}]}})
    assert listing.next_request is not None
    answer = TextResponse(
        listing.next_request.url, body=f"cb({more})".encode(), request=listing.next_request
    )
    second = declared.read(answer, 2, NOW)
    assert urls(second) == [f"{home}c/1"]
    assert _url(second.next_request) == f"{api}69/1772409600000/20/cb"


def _script(page: str, **declared: Any) -> SourcePage:
    home = "https://www.example.com/"
    response: Response = HtmlResponse(home, body=page.encode())
    return ScriptJson(name="s", title="S", url=home, **declared).read(response, 1, NOW)
