"""What a number of sites takes: machines and disks, computed from what was measured.

docs/scale.md says how each figure was measured and what the answer is good for.
"""

from __future__ import annotations

from math import ceil

from attrs import define

DAY_SECONDS = 86_400
YEAR_DAYS = 365
GIGABYTE = 1e9


@define(frozen=True, kw_only=True)
class Measured:
    """The cost of each unit of work, on one core of two of a shared virtual machine.

    start: CPU seconds of a crawl of one page that a service starts. request: those of a list
    without news. article: those of an article from request to receipt, in the crawl; database: the
    same in mongod. crawl: megabytes that a crawl holds. data, indexes: bytes in MongoDB for an
    article, all collections together. job: bytes that a job leaves. page, list: bytes in the
    archive, as sites send them.
    """

    start: float = 0.20
    request: float = 0.01
    article: float = 0.007
    database: float = 0.0034
    crawl: int = 140
    data: int = 7_700
    indexes: int = 3_100
    job: int = 341
    page: int = 33_000
    list: int = 6_000


@define(frozen=True, kw_only=True)
class Workload:
    """What is to be collected: sites, new articles of each a day, visits a day, lists a visit.

    looks: how often an article is asked for again within its first days. pause: seconds between
    two requests to a site. years: how long all is kept.
    """

    sites: int
    articles: float = 30.0
    visits: float = 24.0
    lists: float = 2.0
    looks: float = 2.0
    pause: float = 1.0
    years: float = 1.0


@define(frozen=True, kw_only=True)
class Limits:
    """How far a machine is used.

    peak: the busiest hour of a day : its mean. busy: the share of a core that is planned with.
    shard: gigabytes that one replica set holds. hot: share of the indexes that has to be in memory,
    since news is written and read by its newest end.
    """

    peak: float = 3.0
    busy: float = 0.7
    shard: float = 1_000.0
    hot: float = 0.1


MEASURED, LIMITS = Measured(), Limits()


@define(frozen=True, kw_only=True)
class Plan:
    """What a workload takes. Sizes in gigabytes; cores, memory and jobs at once at the peak."""

    articles_a_day: float
    requests_a_day: float
    jobs_an_hour: float
    jobs_at_once: int
    cores: int
    memory: float
    database_cores: int
    database_memory: float
    articles: float
    data: float
    indexes: float
    archive: float
    shards: int


def planned(work: Workload, measured: Measured = MEASURED, limits: Limits = LIMITS) -> Plan:
    """Returns what a workload takes."""
    jobs = work.sites * work.visits
    articles = work.sites * work.articles
    lists = jobs * work.lists
    pages = articles * (1 + work.looks)
    crawling = jobs * measured.start + lists * measured.request + pages * measured.article
    waiting = jobs * measured.start + (lists + pages) * work.pause
    at_once = _at_peak(waiting, limits)
    kept = YEAR_DAYS * work.years
    data = (articles * measured.data + jobs * measured.job) * kept / GIGABYTE
    indexes = articles * measured.indexes * kept / GIGABYTE
    return Plan(
        articles_a_day=articles,
        requests_a_day=lists + pages,
        jobs_an_hour=jobs / 24,
        jobs_at_once=at_once,
        cores=_at_peak(crawling / limits.busy, limits),
        memory=at_once * measured.crawl / 1000,
        database_cores=_at_peak(pages * measured.database / limits.busy, limits),
        database_memory=max(1.0, indexes * limits.hot),
        articles=articles * kept,
        data=data,
        indexes=indexes,
        archive=(pages * measured.page + lists * measured.list) * kept / GIGABYTE,
        shards=max(1, ceil((data + indexes) / limits.shard)),
    )


def facts(plan: Plan) -> list[tuple[str, str]]:
    """Returns a plan in words and figures, a line each."""
    return [
        ("articles a day", f"{plan.articles_a_day:,.0f}"),
        ("articles in all", f"{plan.articles:,.0f}"),
        ("requests a day", f"{plan.requests_a_day:,.0f}"),
        ("crawls an hour", f"{plan.jobs_an_hour:,.0f}"),
        ("crawls at once, at the peak", f"{plan.jobs_at_once:,}"),
        ("cores for crawls, at the peak", f"{plan.cores:,}"),
        ("memory for crawls", f"{plan.memory:,.1f} GB"),
        ("cores for MongoDB, at the peak", f"{plan.database_cores:,}"),
        ("memory for MongoDB's cache", f"{plan.database_memory:,.0f} GB"),
        ("MongoDB: data", f"{plan.data:,.1f} GB"),
        ("MongoDB: indexes", f"{plan.indexes:,.1f} GB"),
        ("MongoDB: shards", f"{plan.shards:,}"),
        ("archive", f"{plan.archive:,.0f} GB"),
    ]


def _at_peak(seconds_a_day: float, limits: Limits) -> int:
    """How many of what works one second a second are needed in the busiest hour."""
    return max(1, ceil(seconds_a_day * limits.peak / DAY_SECONDS))
