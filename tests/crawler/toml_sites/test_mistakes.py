from __future__ import annotations

from pathlib import Path

import pytest

from crawler.exceptions import BrokenSite
from tests.support.toml_site import EXAMPLE, site_of

MISTAKES = {
    ('kind = "json"', 'kind = "jsn"'): "lists.2.kind: must be one of ",
    ('items = ["data", "list"]', "items = 5"): "lists.2.items: must be ",
    ('time = "span.time"', 'time = "span..time"'): "lists.1.time: 'span..time' is no CSS selector",
    ('time = "publishTime"', 'tiem = "x"'): "there is no key 'tiem' here; do you mean time?",
    ('home = "https', 'hoem = "https'): "there is no key 'hoem' here; do you mean home?",
    ("delay_seconds = 2", 'delay_seconds = "2"'): "budget.delay_seconds: must be a number",
    ("delay_seconds = 2", "delay_seconds = true"): "budget.delay_seconds: must be a number",
    ('body = "#content"', ""): "article.fields: body is missing",
    ('body = "#content"', 'body = "#content["'): "is no CSS selector",
    ('{ meta = "keywords" }', "{ }"): "needs one of css, meta, json_ld, script, json, not none",
    ("(?P<key>\\d+)", "(?P<key>\\d+"): "is no pattern of RE2 (missing )",
    ("(?P<key>\\d+)", "(?P<key>(?=x)\\d+)"): "it knows no (?=...)",
    ("(?P<key>\\d+)", "(?P<kee>\\d+)"): "articles.pattern: needs a group (?P<key>...)",
    ("{section}/{day}/{key}.html", "{sektion}/{key}.html"): "there is no group 'sektion'",
    ('"news.example.com"]', '"news.other.com"]'): "is in none of the domains example.com",
    ("topic_page =", "Topic_page ="): "a reason is a word in small letters",
    ('title = "示例新闻网"', "title = "): "is not TOML",
    ('domains = ["example.com"]', "domains = []"): "domains: a site has at least one",
    ('domains = ["example.com"]', 'domains = ["gov.cn"]'): "'gov.cn' is no one's own",
    ('name = "politics"', 'name = "latest"'): "two lists have the name 'latest'",
    ('url = "https://www.example.com/roll', 'url = "/roll'): "lists.1.url: '/roll",
    ('names = ["示例', 'zone = "Asia/Nowhere"\nnames = ["示例'): "there is no zone 'Asia/Nowhere'",
}


@pytest.mark.parametrize("change", MISTAKES)
def test_a_mistake_is_named_by_file_line_and_key(tmp_path: Path, change: tuple[str, str]) -> None:
    before, after = change
    assert before in EXAMPLE
    text = EXAMPLE.replace(before, after, 1)
    with pytest.raises(BrokenSite) as raised:
        site_of(tmp_path, text)
    said = str(raised.value)
    assert said.startswith(f"{tmp_path / 'example.toml'}, line ")
    assert MISTAKES[change] in said
    assert "\n" not in said
    line = int(said.partition(", line ")[2].partition(",")[0])
    wanted = text.splitlines()[line - 1]
    assert after.splitlines()[0][:9] in wanted if after else "[article.fields]" in wanted


def test_a_pattern_that_backtracks_for_years_is_quick_here(tmp_path: Path) -> None:
    text = EXAMPLE.replace("(?P<key>\\d+)", "(?P<key>(?:\\d+)+)x")
    site = site_of(tmp_path, text.replace("'/v/'", "'(?:x+)+y'")).site
    assert not hasattr(site.identify(f"https://www.example.com/a/2026/11/29/{'1' * 900}"), "key")


def test_there_are_no_doubts_but_those_that_the_data_guide_knows(tmp_path: Path) -> None:
    head = "[article.fields]"
    text = EXAMPLE.replace(head, f'[article.flags]\nmaybe_openings = "b"\n\n{head}')
    with pytest.raises(BrokenSite, match=r"maybe_openings.*do you mean maybe_opening\?"):
        site_of(tmp_path, text)
