from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from scrapy.http import Response, TextResponse

from crawler.exceptions import SourceError
from crawler.sites.guancha.app_list import AppList
from crawler.sites.sina.roll import REFERER, Roll
from crawler.sources.json.answers import MAX_BYTES, read_json
from crawler.sources.json_items import JsonItems

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
API = "https://www.guancha.cn/api/redian.htm"


def answer(data: object, url: str = API) -> Response:
    body = data if isinstance(data, bytes) else data if isinstance(data, str) else json.dumps(data)
    return TextResponse(url, body=body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '\ufeff {"a": 1}\n',
        'callback({"a": 1})',
        'jsonp_17.feed( {"a": 1} );\n',
        'try{feedCardJsonpCallback({"a": 1});}catch(e){};',
        '/**/ cb({"a": 1});',
        '// https://app.example/list\n{"a": 1}',
        "/* 1 */ // 2\n" * 100_000 + '{"a": 1}',
        'var list = {"a": 1};',
        'window.data={"a": 1}\n',
        'cb({"a": 1,});',
        "/**/ typeof feed === 'function' && feed({\"a\": 1});",
        '(typeof feed == "function") && feed({"a": 1})',
        'if(window.feed){feed({"a": 1});}',
        'feed&&feed({"a": 1})',
        'window.feed && window.feed({"a": 1});',
        "window['feed']({\"a\": 1});",
        'app["feeds"][3].show({"a": 1});',
        ';feed({"a": 1});',
        'void feed({"a": 1})',
        '({"a": 1})',
        '{"a": 1};',
        "window['list'] = {\"a\": 1};",
        'self.list = self.list || {"a": 1};',
        'return {"a": 1}',
        ')]}\',\n{"a": 1}',
        'while(1);{"a": 1}',
        'for (;;) ; {"a": 1}',
        'throw 1; {"a": 1}',
        '<!-- feed 3 -->{"a": 1}',
        "feed('{\"a\": 1}');",
    ],
)
def test_json_and_jsonp(text: str) -> None:
    assert read_json(answer(text))[0] == {"a": 1}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<!DOCTYPE html><html><body>维护中</body></html>", "HTML instead of JSON"),
        ("", "no JSON"),
        ('{"a": 1', "no JSON"),
        ('callback({"a": 1', "no JSON"),
        ('a = {"a": 1}; b = {"a": 2}', "no JSON"),
        ('callback({"a": 1}, {"a": 2})', "goes on after the call"),
        ('callback({"a": 1}); steal(document.cookie)', "goes on after the call"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        (b" " * MAX_BYTES + b"{}", "bytes of JSON"),
    ],
)
def test_what_is_no_json_says_so(body: str | bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        read_json(answer(body))


@pytest.mark.parametrize(
    "text",
    [
        '<br />\n<b>Warning</b>: no key in <b>/feed.php</b> on line <b>3</b><br />\n{"a": "//x"}',
        'PHP Notice: no key in /feed.php on line 3\n{"a": "//x"}',
        'Notice: no key\nfeed({"a": "//x"});',
        '{"a": "//x"}\n<!-- 0.01s -->',
        'feed({"a": "//x"}); // 0.01s',
        'feed({"a": "//x"});/* 0.01s */\n',
        '{"a": "//x"}\n<br />\n<b>Warning</b>: no key in <b>/feed.php</b>',
    ],
)
def test_what_a_server_adds_costs_no_list_and_is_said(text: str) -> None:
    assert read_json(answer(text)) == ({"a": "//x"}, {"text around it": 1})


def test_gbk_json_is_read() -> None:
    assert read_json(answer('{"title": "石桥"}'.encode("gbk")))[0] == {"title": "石桥"}


def test_items_with_relative_links_and_odd_entries() -> None:
    source = JsonItems(
        name="redian", title="热点", url=API, items=("items",), link=("HTTP_URL",), headline="TITLE"
    )
    listing = source.read(
        answer(
            {
                "items": [
                    {"TITLE": "潮汐\u0000电站", "HTTP_URL": "/economy/2026_03_01_1.shtml"},
                    {"TITLE": "无链接", "HTTP_URL": " "},
                    {"TITLE": ["数组"], "HTTP_URL": "http://[x"},
                    "text",
                    {"HTTP_URL": 7},
                ]
            }
        ),
        1,
        NOW,
    )
    assert [(found.rank, found.url, found.title) for found in listing.found] == [
        (1, "https://www.guancha.cn/economy/2026_03_01_1.shtml", "潮汐电站"),
        (3, "http://[x", None),
    ]
    assert listing.problems == [
        "entry 2: no link ('无链接')",
        "entry 4: str instead of an object",
        "entry 5: no link (None)",
    ]
    assert listing.next_request is None


@pytest.mark.parametrize("data", [[], {}, {"items": {"a": 1}}, 7, None])
def test_another_form_is_an_error(data: object) -> None:
    source = JsonItems(name="redian", title="热点", url=API, items=("items",))
    with pytest.raises(SourceError, match="items"):
        source.read(answer(data), 1, NOW)


def test_one_bad_character_costs_no_list_and_is_said() -> None:
    source = JsonItems(name="redian", title="热点", url=API, items=("items",))
    entries = [
        '{"url": "/a/1", "title": "甲\t乙"}',
        '{"url": "/a/2", "title": "说\\\'好\\\' \\x41"}',
        '{"url": "/a/3", "title": "缺引号}',
        '{"url": "/a/4", "title": "丁",}',
    ]
    text = f'{{"items": [{", ".join(entries)},] /* end */}}'
    listing = source.read(answer(text), 1, NOW)
    assert [(found.url[-4:], found.title) for found in listing.found] == [
        ("/a/1", "甲 乙"),
        ("/a/2", "说'好' A"),
        ("/a/4", "丁"),
    ]
    assert listing.problems == [
        "mended JSON: 1 x control character, 3 x escape, 1 x unreadable entry, 2 x stray comma, "
        "1 x comment",
        "entry 3: nothing instead of an object",
    ]


class TestRoll:
    source = Roll(name="all", title="全部", pageid=153, lid=2509)

    def roll(self, *entries: object, code: object = 0) -> Response:
        result = {"status": {"code": code, "msg": "没有注册"}, "data": list(entries)}
        return answer({"result": result}, self.source.first_request().url)

    def test_asks_with_the_referer_and_page_after_page(self) -> None:
        first = self.source.first_request()
        assert first.url == (
            "https://feed.mix.sina.com.cn/api/roll/get?pageid=153&lid=2509&k=&num=50&page=1"
        )
        assert first.headers["Referer"] == REFERER.encode()
        later = self.source.read(self.roll({"url": "https://a.sina.com.cn/"}), 4, NOW).next_request
        assert later is not None
        assert later.url.endswith("&num=50&page=5")
        assert later.headers["Referer"] == REFERER.encode()
        assert self.source.read(self.roll(), 5, NOW).next_request is None

    def test_reads_entries(self) -> None:
        listing = self.source.read(
            self.roll(
                {
                    "url": "https://finance.sina.com.cn/roll/2026-03-02/doc-iabcdef0000001.shtml",
                    "title": "沿江\ud800快线",
                    "ctime": "1772424000",
                    "comment_total": "12",
                },
                {"url": "", "wapurl": "https://finance.sina.cn/doc-b.d.html", "ctime": 1772424001},
                {"title": "没有链接", "url": None},
                {"url": "https://a.sina.com.cn/", "ctime": "不详", "comment_total": True},
                {"url": "https://b.sina.com.cn/", "ctime": "99999999999999999"},
                {"url": "https://c.sina.com.cn/", "ctime": "2026-03-01"},
                {"url": "https://d.sina.com.cn/", "ctime": 1772424000.0},
                {"url": "https://e.sina.com.cn/", "ctime": "1772424000123"},
                {"url": "https://f.sina.com.cn/", "ctime": "7226582400"},
                {"url": "https://g.sina.com.cn/", "ctime": "2199-01-01 10:00"},
                {"url": "https://h.sina.com.cn/", "ctime": "0000000000"},
                {"url": "https://i.sina.com.cn/", "ctime": float("inf")},
            ),
            1,
            NOW,
        )
        assert [(f.rank, f.title, f.published_at, f.comment_count) for f in listing.found] == [
            (1, "沿江快线", datetime(2026, 3, 2, 4, 0, tzinfo=UTC), 12),
            (2, None, datetime(2026, 3, 2, 4, 0, 1, tzinfo=UTC), None),
            (4, None, None, None),
            (5, None, None, None),
            (6, None, None, None),
            (7, None, datetime(2026, 3, 2, 4, 0, tzinfo=UTC), None),
            (8, None, datetime(2026, 3, 2, 4, 0, tzinfo=UTC), None),
            (9, None, None, None),
            (10, None, None, None),
            (11, None, None, None),
            (12, None, None, None),
        ]
        assert listing.found[1].url == "https://finance.sina.cn/doc-b.d.html"
        assert listing.problems == [
            "entry 3: no link ('没有链接')",
            "entry 4: unreadable time '不详'",
            "entry 5: unreadable time '99999999999999999'",
            "entry 9: unreadable time '7226582400'",
            "entry 10: unreadable time '2199-01-01 10:00'",
            "entry 11: unreadable time '0000000000'",
            "entry 12: unreadable time 'inf'",
        ]

    @pytest.mark.parametrize("code", [11, "11", None, ["0"]])
    def test_a_refused_channel_is_an_error(self, code: object) -> None:
        with pytest.raises(SourceError, match=r"没有注册.*lid=2509"):
            self.source.read(self.roll(code=code), 1, NOW)


def test_app_list_knows_the_address_of_posts_alone() -> None:
    source = AppList(name="app", title="客户端", url="https://app.guancha.cn/l.json?pageNo={page}")
    items = [
        {"id": "83690", "title": "甲", "news_type": 2, "news_time": "13分钟前", "comment_num": 10},
        {"id": "397879", "title": "乙", "news_type": 1, "url": "", "news_time": "昨天 "},
        {"id": "liulang", "title": "丙", "news_type": 5, "url": ""},
    ]
    listing = source.read(answer({"data": {"items": items}}), 1, NOW)
    assert [(found.url, found.comment_count, found.published_at) for found in listing.found] == [
        (
            "https://user.guancha.cn/main/content?id=83690",
            10,
            datetime(2026, 3, 2, 3, 47, tzinfo=UTC),
        )
    ]
    assert [problem.partition(":")[0] for problem in listing.problems] == ["entry 2", "entry 3"]
    assert listing.next_request is not None
    assert listing.next_request.url.endswith("pageNo=2")
