from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from crawler.kit.page import Page
from crawler.kit.places.fields import Sample, propose, propose_counts, rank
from crawler.kit.places.known import Known, known_of

FIRST = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


def samples(html: Callable[[int], str], count: int = 20) -> list[Sample]:
    """Pages of articles of which title, time, source and authors are known."""
    return [
        (
            Page(url=f"https://www.example.com/{number}.html", body=html(number).encode()),
            Known(
                title=f"第{number}座桥今日合龙",
                body=("大桥合龙。",),
                published_at=FIRST + timedelta(hours=number),
                texts={"source": f"江洲晚报{number % 3}"},
                names={"authors": (f"顾书言{number % 2}",), "editors": (), "keywords": ()},
            ),
        )
        for number in range(count)
    ]


def printed(number: int) -> str:
    local = FIRST + timedelta(hours=8 + number)
    return f"{local:%Y-%m-%d %H:%M}"


def written(field: str, html: Callable[[int], str]) -> tuple[str, int, str | None]:
    proposal = propose(field, samples(html))
    assert proposal is not None
    other = proposal.runner_up
    place = ", ".join(str(each.place) for each in proposal.places)
    return place, proposal.support, str(other.place) if other else None


def test_pages_that_look_otherwise_are_counted_and_the_runner_up_is_named() -> None:
    def page(number: int) -> str:
        name = "headline" if number < 18 else "banner"
        return (
            f"<head><meta property='og:title' content='第{number}座桥今日合龙'></head>"
            f"<div class='{name}'>第{number}座桥今日合龙</div>"
        )

    found = propose("title", samples(page))
    assert found is not None
    assert str(found.places[0].place) == 'meta[property="og:title"]@content'
    assert found.runner_up is not None
    assert str(found.runner_up.place) == ".headline"
    assert (len(found.runner_up.right), found.of) == (18, 20)


def test_two_looks_give_two_places_in_order() -> None:
    def page(number: int) -> str:
        name = "old-title" if number < 12 else "new-title"
        return f"<div class='{name}'>第{number}座桥今日合龙</div>"

    assert written("title", page)[:2] == (".old-title, .new-title", 20)


def test_a_place_that_often_holds_something_else_loses() -> None:
    def page(number: int) -> str:
        other = f"第{number}座桥今日合龙" if number % 2 else "热门推荐"
        return f"<h1>{other}</h1><div class='tit'>第{number}座桥今日合龙</div>"

    assert written("title", page)[0] == ".tit"


def test_a_time_is_found_in_a_line_and_better_alone() -> None:
    def page(number: int) -> str:
        return (
            f"<p class='info'>来源：江洲晚报 <span class='clock'>{printed(number)}</span> 阅读</p>"
        )

    assert written("published_at", page) == (".clock", 20, ".info")


def test_of_two_times_the_one_to_the_second_is_taken() -> None:
    def page(number: int) -> str:
        return f"<p class='time'>{printed(number)}</p><p id='pubtime'>{printed(number)}:17</p>"

    assert written("published_at", page) == ("#pubtime", 20, ".time")


def test_a_day_without_a_clock_says_nothing_of_where_the_time_stands() -> None:
    text = "".join(
        f"<p>江洲大桥今天合龙，第{n}段桥面明天开始铺设，工人说一切顺利。</p>" for n in range(5)
    )
    html = f"<title>江洲大桥今天合龙</title><body><h1>江洲大桥今天合龙</h1>{text}</body>"
    page = Page(url="https://www.example.com/2026/0301/c1.html", body=html.encode())
    assert known_of(page.read_without_rules()).published_at is None


def test_seconds_since_1970_are_a_time() -> None:
    def page(number: int) -> str:
        stamp = int((FIRST + timedelta(hours=number)).timestamp() * 1000)
        return f"<span id='news-time' data-val='{stamp}'>刚刚</span>"

    assert written("published_at", page)[:2] == ("#news-time@data-val", 20)


def test_data_in_scripts_is_found() -> None:
    def page(number: int) -> str:
        data = json.dumps({"info": {"media": f"江洲晚报{number % 3}"}}, ensure_ascii=False)
        return f"<script>window.DATA = {{'a': 1}};</script><script>var doc = {data};</script>"

    assert written("source", page)[:2] == ("doc info.media", 20)


@pytest.mark.parametrize("label", ["作者：", "文/", ""])
def test_people_are_found_with_their_label(label: str) -> None:
    def page(number: int) -> str:
        name = f"顾书言{number % 2}"
        return f"<span class='who'>{label}{name}</span><p>{name}说，沿线将再建三座车站。</p>"

    assert written("authors", page)[:2] == (".who", 20)


def test_nothing_is_proposed_where_nothing_agrees() -> None:
    assert propose("title", samples(lambda number: f"<h1>别的 {number}</h1>")) is None


def test_a_field_that_only_one_of_many_pages_has_is_not_proposed() -> None:
    def page(number: int) -> str:
        return f"<h1>第{number}座桥今日合龙</h1>" if number == 3 else "<p>无</p>"

    assert propose("title", samples(page)) is None


def test_numbers_of_comments_are_told_by_their_names_if_they_differ() -> None:
    found = propose_counts(samples(lambda number: f"<em class='cmt-num'>评论 {number * 3}</em>"))
    assert found is not None
    assert str(found.places[0].place) == ".cmt-num"
    assert propose_counts(samples(lambda number: "<em class='cmt-num'>评论 0</em>")) is None


def test_no_place_is_positional() -> None:
    def page(number: int) -> str:
        return f"<table><tr><td>甲</td><td class='x1'>第{number}座桥今日合龙</td></tr></table>"

    assert all("nth" not in str(each.place) for each in rank("title", samples(page)))
