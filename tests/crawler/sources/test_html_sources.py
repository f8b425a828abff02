from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.exceptions import SourceError
from crawler.sources.base import MAX_ENTRIES
from crawler.sources.html import number_of
from crawler.sources.link_page import MAX_LINKS, LinkPage
from crawler.sources.list_page import ListPage

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOME = "https://www.guancha.cn/"


def answer(html: str | bytes, url: str = HOME, **headers: str) -> Response:
    body = html.encode() if isinstance(html, str) else html
    return HtmlResponse(url, body=body, headers={"Content-Type": "text/html", **headers})


class TestLinkPage:
    source = LinkPage(name="home", title="首页", url=HOME)

    def test_takes_every_address_once_and_nothing_from_comments(self) -> None:
        listing = self.source.read(
            answer(
                """<body><ul><li><a href="/economy/2026_03_01_1.shtml"><img src=x></a>
                <a href="/economy/2026_03_01_1.shtml#comment">河湾镇的新码头</a>
                <a href=" //user.guancha.cn/main/content?id=9 ">一位退休船工</a>
                <a href="javascript:void(0)">x</a> <a href="#top">x</a> <a name=here>x</a>
                <!-- <a href="/economy/2026_03_01_2.shtml">旧</a>
                     <li><a href="/economy/2026_03_01_3.shtml">旧</a></li> -->
                <!--[if IE]><a href="/ie.shtml">IE</a><![endif]-->
                </ul><a href="http://[broken/">x</a></body>"""
            ),
            1,
            NOW,
        )
        assert [(found.rank, found.url, found.title) for found in listing.found] == [
            (1, "https://www.guancha.cn/economy/2026_03_01_1.shtml", "河湾镇的新码头"),
            (2, "https://user.guancha.cn/main/content?id=9", "一位退休船工"),
            (3, "http://[broken/", "x"),
        ]
        assert listing.next_request is None
        assert listing.problems == []

    def test_relative_links_refer_to_base(self) -> None:
        html = '<head><base href="https://news.sina.com.cn/c/"></head><a href="doc-ia.shtml">a</a>'
        found = self.source.read(answer(html), 1, NOW).found
        assert [each.url for each in found] == ["https://news.sina.com.cn/c/doc-ia.shtml"]

    @pytest.mark.parametrize("html", ["", "  \n", "<p>正在维护</p>", "\x00"])
    def test_a_page_without_links_is_none(self, html: str) -> None:
        with pytest.raises(SourceError, match=r"guancha\.cn"):
            self.source.read(answer(html), 1, NOW)

    def test_links_beyond_the_bound_are_a_problem(self) -> None:
        html = "".join(f'<a href="/{n}">n</a>' for n in range(MAX_LINKS + 7))
        listing = self.source.read(answer(html), 1, NOW)
        assert len(listing.found) == MAX_LINKS
        assert listing.problems == [f"7 links after the first {MAX_LINKS}"]

    def test_bytes_win_over_a_wrong_charset(self) -> None:
        html = '<meta charset="gb2312"><a href="/a.shtml">石桥</a>'.encode()
        found = self.source.read(answer(html, **{"Content-Type": "text/html; charset=gbk"}), 1, NOW)
        assert found.found[0].title == "石桥"


class TestListPage:
    source = ListPage(
        name="yaowen",
        title="要闻",
        url=HOME + "mainnews-yw/list_{page}.shtml",
        entry="ul.new-left-list > li",
        link="h4 a",
        time=".module-interact span",
        comments=".interact-comment",
    )

    def page(self, *entries: str) -> Response:
        url = HOME + "mainnews-yw/list_2.shtml"
        return answer(f'<ul class="new-left-list fix">{"".join(entries)}</ul>', url)

    def test_reads_link_title_time_and_comments(self) -> None:
        listing = self.source.read(
            self.page(
                '<li><h4><a href="/politics/2026_03_01_11.shtml">城西\n水厂</a></h4><p>…</p>'
                '<div class="module-interact"><span>2026-03-01 21:14</span>'
                '<a class="interact-comment">评论 70</a></div></li>',
                '<li><h4><a href="/politics/2026_03_01_12.shtml">灯塔</a></h4>'
                '<div class="module-interact"><span>35分钟前</span></div></li>',
                '<li><h4><a href="/politics/2026_03_01_13.shtml">渡口</a></h4></li>',
            ),
            2,
            NOW,
        )
        assert [(f.rank, f.title, f.published_at, f.comment_count) for f in listing.found] == [
            (4, "城西水厂", datetime(2026, 3, 1, 13, 14, tzinfo=UTC), 70),
            (5, "灯塔", datetime(2026, 3, 2, 3, 25, tzinfo=UTC), None),
            (6, "渡口", None, None),
        ]
        assert listing.next_request is not None
        assert listing.next_request.url.endswith("/mainnews-yw/list_3.shtml")

    def test_an_entry_without_a_link_is_a_problem_and_the_rest_is_read(self) -> None:
        listing = self.source.read(
            self.page("<li><h4>没有链接</h4></li>", '<li><h4><a href="/a.shtml">a</a></h4></li>'),
            1,
            NOW,
        )
        assert listing.problems == ["entry 1: no link ('没有链接')"]
        assert [found.url for found in listing.found] == ["https://www.guancha.cn/a.shtml"]

    def test_a_page_without_end_is_read_up_to_a_bound(self) -> None:
        listing = self.source.read(self.page("<li>x</li>" * (MAX_ENTRIES + 7)), 1, NOW)
        assert len(listing.problems) == MAX_ENTRIES + 1
        assert listing.problems[-1] == f"7 entries over {MAX_ENTRIES}"

    def test_half_a_page_is_no_list(self) -> None:
        html = '<ul class="new-left-list"><li><h4><a href="/a.shtml">a</a></h4></li>'
        half = answer(html).replace(flags=["partial"])
        with pytest.raises(SourceError, match="ended before the page did"):
            self.source.read(half, 1, NOW)
        whole = half.replace(body=half.body + b"</ul></html>")
        assert len(self.source.read(whole, 1, NOW).found) == 1

    def test_a_first_page_without_entries_is_an_error_a_later_one_is_the_end(self) -> None:
        with pytest.raises(SourceError, match="new-left-list"):
            self.source.read(self.page(), 1, NOW)
        end = self.source.read(self.page(), 3, NOW)
        assert (end.found, end.next_request) == ([], None)

    @pytest.mark.parametrize(
        ("printed", "now", "problem"),
        [
            ("2199-01-01 10:00", NOW, "entry 1: unreadable time '2199-01-01 10:00'"),
            ("1900-01-01 00:00", NOW, "entry 1: unreadable time '1900-01-01 00:00'"),
            ("2026-13-01 10:00", NOW, "entry 1: unreadable time '2026-13-01 10:00'"),
            ("3小时前", NOW.replace(year=9999), "entry 1: unreadable time '3小时前'"),
            ("待定", NOW, "entry 1: unreadable time '待定'"),
        ],
    )
    def test_a_time_that_cannot_be_is_said_and_costs_no_entry(
        self, printed: str, now: datetime, problem: str
    ) -> None:
        html = (
            "<ul class=new-left-list><li><h4><a href='/a/2026_03_01_1.shtml'>甲</a></h4>"
            f"<div class=module-interact><span>{printed}</span></div></li></ul>"
        )
        listing = self.source.read(answer(html), 1, now)
        assert [(found.title, found.published_at) for found in listing.found] == [("甲", None)]
        assert listing.problems == [problem]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("评论 70", 70),
        ("5,874人参与", 5874),
        ("1.2万", 12_000),
        ("3 万阅读", 30_000),
        ("1,2", 1),
        ("９", None),
        ("", None),
        ("9" * 5000, 999_999_999),
    ],
)
def test_a_printed_number(text: str, number: int | None) -> None:
    assert number_of(text) == number
