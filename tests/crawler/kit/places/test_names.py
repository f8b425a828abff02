from __future__ import annotations

import pytest

from crawler.kit.places.names import is_stable, selectors, strength
from crawler.pages.html import find, parse


@pytest.mark.parametrize(
    "name",
    ["post_title", "article-body", "Main_Content_Val", "h-time", "artibody", "col-1-1"],
)
def test_names_that_people_give_are_stable(name: str) -> None:
    assert is_stable(name)


@pytest.mark.parametrize(
    "name",
    [
        *("css-1x8k2z", "index_text_D0U1y", "item_90418", "sc-bdVaJa", "text-3zQ3cZD4"),
        *("_3fGh2", "data-v-7ba5bd90", "story-20260301-17", ""),
    ],
)
def test_names_that_programs_give_are_not(name: str) -> None:
    assert not is_stable(name)


def test_an_element_is_named_by_itself_and_by_what_stands_around_it() -> None:
    root = parse("<div id='main'><div class='head css-1x8k2z'><h1>题</h1><p>文</p></div></div>")
    found = [*selectors(find(root, "//h1"))]  # type: ignore[arg-type]
    assert found == ["h1", ".head h1", "#main h1"]
    assert [*selectors(find(root, "//p"))] == [".head > p", "#main p"]  # type: ignore[arg-type]


def test_a_hash_is_left_out_of_a_name() -> None:
    root = parse("<div class='index_text_D0U1y'>文</div>")
    assert next(selectors(find(root, "//div"))) == '[class*="index_text_"]'  # type: ignore[arg-type]


def test_no_selector_counts_elements() -> None:
    root = parse("<table><tr><td>一</td><td>二</td></tr></table>")
    assert [*selectors(find(root, "//td[2]"))] == []  # type: ignore[arg-type]


def test_a_short_name_that_says_something_lives_longest() -> None:
    names = ["#article-body", ".article-body", ".main .article-body", ".left", ".left > p"]
    values = [strength(name) for name in names]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
