"""A text in several boxes side by side is found whole, and nothing else with it."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.body import FoundText, find_body
from crawler.pages.fallback.passages import read_passages
from crawler.pages.html import parse

SENTENCES = [
    f"旧码头的第{n}期工程预计用时{n}个月，附近的居民可以在网上查看图纸，也可以来信。"
    for n in "一二三四五"
]
LINKS = "".join(f"<li><a href='/{n}'>邻市的第{n}座老厂房变成书店</a></li>" for n in range(3))
LIST = f"<div><h4>相关阅读</h4><ul>{LINKS}</ul></div>"
ADVERT = "<div><a href='/x'><img src='/x.png'>旧码头边的新房开盘</a></div>"
FIGURE = "<figure><img src='/1.jpg'><figcaption>旧码头的仓库</figcaption></figure>"
HEAD = "<h1>旧码头改建</h1><div>2024-03-05 09:10</div>"


def part(first: int, last: int, name: str = "t") -> str:
    return (
        f"<div class='{name}'>{''.join(f'<p>{each}</p>' for each in SENTENCES[first:last])}</div>"
    )


def find(html: str) -> FoundText:
    root = parse(html)
    assert root is not None
    page = read_passages(root)
    heading = next(n for n, each in enumerate(page.passages) if each.tag == "h1")
    found = find_body(page, heading)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"{part(0, 3)}{part(3, 5)}",
        f"{part(0, 2)}{ADVERT}{part(2, 5)}",
        f"{part(0, 3)}{LIST}{part(3, 5, 'u')}",
        f"{part(0, 1, 'lead')}{part(1, 5)}",
        f"{part(0, 4)}{part(4, 5, 'u')}",
        f"{part(0, 1, 'lead')}{part(1, 4)}{part(4, 5, 'end')}",
        f"<p>{SENTENCES[0]}</p>{part(1, 5)}",
        f"{part(0, 4)}<p>{SENTENCES[4]}</p>",
        f"{part(0, 2)}{ADVERT}{part(2, 3)}{LIST}{part(3, 5)}",
    ],
)
@pytest.mark.parametrize(
    "page",
    [
        "<div>{head}{text}</div>",
        "<div><div>{head}</div><div>{text}</div></div>",
        "<div>{head}</div><article>{text}</article>",
    ],
)
def test_parts_with_anything_between_are_one_text(page: str, text: str) -> None:
    found = find(page.format(head=HEAD, text=text))
    assert [each.text for each in found.passages] == SENTENCES
    assert found.agreement == 1


def test_a_figure_between_two_parts_stays() -> None:
    found = find(f"<div>{HEAD}{part(0, 3)}{FIGURE}{part(3, 5)}</div>")
    assert [each.text for each in found.passages] == [
        *SENTENCES[:3], "旧码头的仓库", *SENTENCES[3:],
    ]  # fmt: skip
    assert not any(element.tag == "figure" for element in found.hidden)


@pytest.mark.parametrize(
    "beside",
    [
        "<div><h3>网友评论</h3><p>早该改建了，小时候常去那里看船，希望仓库能留下来。</p></div>",
        "<div><p>共2条评论</p><p>早该改建了，小时候常去那里看船，希望仓库能留下来。</p></div>",
        "<div><p>某某网是本市最大的新闻网站，成立于二十年前，每天有十万人访问。</p></div>",
        "<div><p>欢迎关注某某网的公众号，每天早上为您送上本市的新闻和天气。</p></div>",
        "<div><a href='/n'>老车站完工</a><p>老车站昨天完工，第一批旅客上午走进了候车室。</p></div>",
        "<div><p>凡本网注明来源的作品，未经授权不得转载，版权所有。</p></div>",
        "<div class='about-author'><p>王小明是本市的作家，写过三本关于码头的书。</p></div>",
    ],
)
def test_what_else_stands_below_is_no_part(beside: str) -> None:
    found = find(f"<div>{HEAD}{part(0, 5)}{beside}</div>")
    assert [each.text for each in found.passages] == SENTENCES


def test_behind_the_editors_name_nothing_goes_on() -> None:
    end = "<p>（责任编辑：王小明）</p>"
    more = "<div><p>我们每天早上挑出最好的文章，让您在路上也能读到本市的新闻。</p></div>"
    found = find(f"<div>{HEAD}<div class='t'>{part(0, 5)}{end}</div>{more}</div>")
    assert [each.text for each in found.passages] == [*SENTENCES, "（责任编辑：王小明）"]


def test_a_sum_above_the_text_is_no_part() -> None:
    above = "<div class='summary'><p>旧码头分两期改建，八个月后完工，图纸可在网上查看。</p></div>"
    found = find(f"<div>{HEAD}{above}{part(0, 5)}</div>")
    assert [each.text for each in found.passages] == SENTENCES
