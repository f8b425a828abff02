"""What a number of sites takes, computed from what was measured."""

from __future__ import annotations

import pytest
from attrs import evolve

from newsdesk.answers.plan import LIMITS, Measured, Workload, facts, planned

UNIT = Measured(
    start=2.0,
    request=0.0,
    article=1.0,
    database=0.5,
    crawl=100,
    data=1_000,
    indexes=500,
    job=10,
    page=10_000,
    list=1_000,
)
EVEN = evolve(LIMITS, peak=1.0, busy=1.0, shard=1.0)
WORK = Workload(sites=1000, articles=100, visits=24, lists=1, looks=1, pause=1, years=1)


def test_each_figure_follows_from_its_unit() -> None:
    found = planned(WORK, UNIT, EVEN)
    assert found.articles_a_day == 100_000
    assert found.requests_a_day == 24_000 + 200_000
    assert found.jobs_an_hour == 1000
    assert found.cores == 3  # 24,000 starts of 2 s and 200,000 pages of 1 s in 86,400 s
    assert found.jobs_at_once == 4  # the same starts, and a second for each request
    assert found.memory == pytest.approx(0.4)
    assert found.database_cores == 2
    assert found.articles == 36_500_000
    assert found.data == pytest.approx(36.5 + 24_000 * 10 * 365 / 1e9)
    assert found.indexes == pytest.approx(18.25)
    assert found.archive == pytest.approx((200_000 * 10_000 + 24_000 * 1_000) * 365 / 1e9)
    assert found.shards == 55


def test_the_busiest_hour_and_idle_cores_count() -> None:
    calm, busy = planned(WORK, UNIT, EVEN), planned(WORK, UNIT, evolve(EVEN, peak=3.0, busy=0.5))
    assert busy.cores == pytest.approx(6 * calm.cores, abs=6)
    assert busy.data == calm.data


def test_nothing_takes_the_least_there_is() -> None:
    found = planned(evolve(WORK, articles=0, visits=0))
    assert (found.cores, found.shards, found.jobs_at_once) == (1, 1, 1)
    assert found.data == found.archive == 0


def test_all_figures_are_told() -> None:
    assert len(facts(planned(WORK))) == 13
