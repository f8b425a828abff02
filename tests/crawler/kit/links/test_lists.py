from __future__ import annotations

from crawler.kit.links.lists import list_forms, propose_list
from crawler.kit.page import Page


def is_article(url: str) -> bool:
    return "/a/" in url


def page(html: str) -> Page:
    return Page(
        url="https://www.example.com/roll/",
        body=html.encode(),
        headers={"Date": "Tue, 03 Mar 2026 02:00:00 GMT"},
    )


def rows(form: str, count: int = 6) -> str:
    return "".join(
        form.format(n=n, title=f"第{n}条新闻的标题", time=f"03-02 1{n}:20") for n in range(count)
    )


def test_entry_link_time_and_comments_are_told() -> None:
    row = (
        "<li class='news'><a href='/c/x'>[国内]</a><h3><a href='/a/{n}.html'>{title}</a></h3>"
        "<span class='date'>{time}</span><i class='comments'>{n}7评</i></li>"
    )
    found = propose_list(page(f"<ul class='roll'>{rows(row)}</ul>"), is_article)
    assert found is not None
    assert (found.entry, found.link, found.time, found.comments) == (
        *(".news", "h3 > a"),
        *(".date", ".comments"),
    )
    assert (found.entries, found.links, found.dated) == (6, 6, 6)


def test_a_picture_and_a_title_with_the_same_link_are_one_entry() -> None:
    row = (
        "<div class='card'><a href='/a/{n}.html'><img></a>"
        "<a class='tit' href='/a/{n}.html'>{title}</a></div>"
    )
    found = propose_list(page(f"<div>{rows(row)}</div>"), is_article)
    assert found is not None
    assert (found.entry, found.link, found.links) == (".card", "a.tit", 6)


def test_rows_without_a_name_are_told_by_what_holds_them() -> None:
    row = "<li><a href='/a/{n}.html'>{title}</a></li>"
    found = propose_list(page(f"<ul class='list_txt'>{rows(row)}</ul>"), is_article)
    assert found is not None
    assert found.entry in {"ul.list_txt > li", ".list_txt > li"}


def test_the_dated_list_goes_before_a_longer_box_of_links() -> None:
    dated = rows("<li class='news'><a href='/a/{n}.html'>{title}</a><em>{time}</em></li>")
    beside = rows("<p class='hot'><a href='/a/9{n}.html'>往期{title}</a></p>", 8)
    found = list_forms(page(f"<ul>{dated}</ul><div>{beside}</div>"), is_article)
    assert [form.entry for form in found[:2]] == [".news", ".hot"]


def test_few_links_are_no_list() -> None:
    row = "<li class='news'><a href='/a/{n}.html'>{title}</a></li>"
    assert propose_list(page(rows(row, 3)), is_article) is None
