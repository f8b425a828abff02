"""Authors in metas, JSON-LD and WeChat's own line: persons alone."""

from __future__ import annotations

import json

import pytest

from crawler.pages.fallback.stated import stated_authors
from crawler.pages.html import parse


def names(html: str = "", meta: str = "", *, is_wechat: bool = False) -> list[str]:
    return stated_authors(parse(f"<html><body>{html}</body></html>"), meta, is_wechat=is_wechat)


def json_ld(author: object, kind: str = "NewsArticle") -> str:
    data = {"@context": "https://schema.org", "@type": kind, "author": author}
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("王小明", ["王小明"]),
        ("王小明、李小红", ["王小明", "李小红"]),
        ("欧阳小明 李小红", []),
        ("卡洛斯·马丁内斯", ["卡洛斯·马丁内斯"]),
        ("Ann Walker and Tom Baker", ["Ann Walker", "Tom Baker"]),
        ("", []),
        ("admin", []),
        ("name, email@example.com", []),
        ("103553", []),
        ("某某网", []),
        ("甲乙日报", []),
        ("某某网编辑部", []),
        ("某某信息技术有限公司", []),
        ("王小明、甲乙日报", []),
        ("Example News Agency", []),
    ],
)
def test_only_a_persons_name_counts_in_a_meta(meta: str, expected: list[str]) -> None:
    assert names(meta=meta) == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"@type": "Person", "name": "王小明"}, ["王小明"]),
        ([{"@type": "Person", "name": "王小明"}, {"name": "李小红"}], ["王小明", "李小红"]),
        ("王小明", ["王小明"]),
        ({"@type": "Person", "name": "甲乙日报"}, []),
        ({"@type": "Person", "name": "admin"}, []),
        ({"@type": "Organization", "name": "王小明"}, []),
        ({"@type": "Person", "name": ["王小明"]}, []),
        (None, []),
        (7, []),
    ],
)
def test_persons_of_json_ld(author: object, expected: list[str]) -> None:
    assert names(json_ld(author)) == expected


def test_json_ld_of_another_kind_or_broken_says_nothing() -> None:
    person = {"@type": "Person", "name": "王小明"}
    assert names(json_ld(person, kind="Product")) == []
    assert names("<script type='application/ld+json'>{'author': </script>") == []
    graph = json.dumps({"@graph": [{"@type": "BlogPosting", "author": person}]})
    assert names(f"<script type='application/ld+json'>{graph}</script>") == ["王小明"]


def test_the_line_of_wechat_counts_there_alone() -> None:
    line = "<div id='meta_content'><span class='rich_media_meta_text'>王小明</span></div>"
    assert names(line, is_wechat=True) == ["王小明"]
    assert names(line) == []
