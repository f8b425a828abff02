from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.site import Budget, Expectations
from crawler.sources.base import Source
from crawler.sources.rendered_article import RenderedArticle
from crawler.toml_sites.addresses import Articles
from crawler.toml_sites.file import Declared
from crawler.toml_sites.layouts import Article, Fields
from crawler.toml_sites.lists import kinds
from crawler.toml_sites.places import Written
from crawler.toml_sites.values import keys_of
from tests.support.toml_site import REFERENCE, site_of

TABLES = {
    "## The site": Declared,
    "## Budget": Budget,
    "## Lists": Source,
    "## Articles": Articles,
    "## Article": Article,
    "### Fields": Fields,
    "### Places": Written,
    "## Rendered articles": RenderedArticle,
    "## Expectations": Expectations,
}


def rows_below(heading: str) -> set[str]:
    section = REFERENCE.partition(f"\n{heading}\n")[2]
    section = re.split(r"\n#{2,3} ", section)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_in_the_reference_and_no_other(heading: str) -> None:
    assert rows_below(heading) == set(keys_of(TABLES[heading]))


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_list_is_in_the_reference(kind: str) -> None:
    assert kind in kinds()
    assert rows_below(f"### `{kind}`") == set(keys_of(kinds()[kind])) - set(keys_of(Source))


def test_the_example_is_a_site(tmp_path: Path) -> None:
    site = site_of(tmp_path).site
    assert [source.name for source in site.sources] == ["latest", "politics"]
    assert site.budget.delay_seconds == 2
    assert site.expectations.newest_hours == 24
