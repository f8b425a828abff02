"""Lines of every kind that stand around articles, each judged by people (fixtures/lines.txt)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.pages.lines.sorting import SortedLines, sort_lines
from tests.support.command import RECORDINGS

FILE = RECORDINGS.parent / "lines.txt"
TEXT = [
    "澄湖市新开的湿地公园本周迎来第一批候鸟，管理处清点到四百多只。",
    "公园管理处负责人说，沿湖步道将在候鸟停留期间分段开放。",
    "附近居民可以在三处观鸟台观看，入园不收费。",
    "园方提醒，观鸟时请保持安静，不要投喂。",
    "下个月起，公园还将与两所学校合办自然课。",
    "市里计划把步道延长到湖的北岸。",
]


def judged() -> Iterator[tuple[str, list[str], str, str]]:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            where, lines, what, *said = line.split(" ¦ ")
            yield where, lines.split(" ⏎ "), what, "".join(said)


def said_by(result: SortedLines) -> str:
    authors = [f"{a.name} ({a.description})" if a.description else a.name for a in result.authors]
    fields = {
        "authors": ", ".join(authors),
        "editors": ", ".join(editor.name for editor in result.editors),
        "source": result.source.name if result.source else "",
        "original title": result.original_title or "",
    }
    return "; ".join(f"{name} {value}" for name, value in fields.items() if value)


@pytest.mark.parametrize(("where", "lines", "what", "said"), judged())
def test_lines_are_read_as_people_judged_them(
    where: str, lines: list[str], what: str, said: str
) -> None:
    """The text around them stays, whole and in order."""
    whole = {
        "first": [*lines, *TEXT],
        "last": [*TEXT, *lines],
        "middle": [*TEXT, *lines, *TEXT, *TEXT],
    }[where]
    result = sort_lines(whole, title="澄湖湿地公园迎来候鸟", site_names=("新浪财经", "观察者网"))
    left = [line for line in whole if line not in lines]
    assert result.body == (whole if what == "stays" else left)
    assert said_by(result) == said
