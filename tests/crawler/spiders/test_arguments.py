from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.exceptions import ArgumentError
from crawler.site import Site
from crawler.sites.guancha.urls import identify
from crawler.sources.link_page import LinkPage
from crawler.spiders.arguments import read_arguments

SITE = Site(
    key="guancha",
    title="观察者网",
    home="https://www.guancha.cn/",
    domains=("guancha.cn",),
    identify=identify,
    sources=(
        LinkPage(name="home", title="首页", url="https://www.guancha.cn/"),
        LinkPage(name="economy", title="经济", url="https://www.guancha.cn/e", default=False),
    ),
)


def test_nothing_given_means_the_default_sources_without_bounds() -> None:
    asked = read_arguments(SITE, {"since": "", "limit": " "})
    assert [source.name for source in asked.sources] == ["home"]
    assert (asked.since, asked.until, asked.limit) == (None, None, None)


def test_times_without_a_zone_are_the_sites_and_until_includes_its_day() -> None:
    asked = read_arguments(SITE, {"since": "2026-03-01", "until": "2026-03-02"})
    assert asked.since == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert asked.until == datetime(2026, 3, 2, 16, tzinfo=UTC)
    asked = read_arguments(SITE, {"since": "2026-03-01T06:30", "until": "2026-03-01T00:00+00:00"})
    assert asked.since == datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
    assert asked.until == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("argument", ["sections", "channels"])
def test_sources_by_name_each_once(argument: str) -> None:
    asked = read_arguments(SITE, {argument: "economy, home,economy", "limit": "7"})
    assert [source.name for source in asked.sources] == ["economy", "home"]
    assert asked.limit == 7


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sinse": "2026-03-01"}, "unknown argument sinse='2026-03-01'.*since, until, limit"),
        ({"since": "gestern"}, "since='gestern' is no date: write 2026-03-01"),
        ({"until": "2026-02-30"}, "until='2026-02-30' is no date"),
        ({"until": "9999-12-31"}, "until='9999-12-31' is no date"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "nothing is between"),
        ({"limit": "0"}, "limit='0' is no number of articles: write 1 or more"),
        ({"limit": "-3"}, "limit='-3'"),
        ({"limit": "１２"}, "limit="),
        ({"limit": "9" * 5000}, "limit="),
        ({"sections": "home,econmy"}, "guancha has no 'econmy'; it has home, economy"),
        ({"channels": ","}, "channels=',': guancha has no 'such'"),
        ({"sections": "home", "channels": "home"}, "give one of them"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_can(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        read_arguments(SITE, given)
