"""What MongoDB is asked, and where it can say nothing."""

from __future__ import annotations

import pytest

from pipelines.storage.search.filter import MOST_TERMS, necessary
from pipelines.text.finding.written import written
from pipelines.text.query.parser import parse_query


def fields(term: str, *names: str) -> dict[str, object]:
    return {"$or": [{name: {"$regex": written(term)}} for name in names]}


PORT = fields("港口", "title", "body", "keywords")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("港口", PORT),
        ("港口 unless_in [港口城]", PORT),
        ("港口{>=2}", PORT),
        ("港口 NOT 出口", {"$and": [PORT]}),
        ("港口 NEAR/3 标题:海关", {"$and": [PORT, fields("海关", "title")]}),
        ("港口 OR 来源:新社", {"$or": [PORT, fields("新社", "source.name")]}),
        ("港口 OR 出口 OR (标题:海关 NOT 港口)", None),
        (" OR ".join(f"港口{number}" for number in range(MOST_TERMS + 1)), {}),
    ],
)
def test_the_filter_of_a_query(query: str, expected: dict[str, object] | None) -> None:
    found = necessary(parse_query(query).root)
    if expected is None:
        assert [*found] == ["$or"]
    else:
        assert found == expected
