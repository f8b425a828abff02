"""What the service tells Prometheus, read from MongoDB when it is asked.

So it is the same from whichever service answers, and after a restart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from pipelines.counting import counters
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.engines.queues import places_of

PREFIX = "newsdesk_"
COUNTED = (
    counters.FOUND, counters.NEW, counters.REVISED, counters.UNCHANGED, counters.GONE,
    counters.UNREADABLE, counters.FAILED, counters.OFF_TOPIC,
)  # fmt: skip
SLOT_WINDOW = timedelta(hours=24)


@define(kw_only=True)
class Snapshot:
    """What MongoDB says at a moment. jobs: the last that ended, by site."""

    ended: list[Document] = field(factory=list)
    went_well: dict[str, datetime] = field(factory=dict)
    running: Counter[str] = field(factory=Counter)
    waiting: int = 0
    sent: int = 0
    workers: list[Document] = field(factory=list)
    slots: Counter[tuple[str, str]] = field(factory=Counter)
    alerts: list[Document] = field(factory=list)
    channels: list[Document] = field(factory=list)


def snapshot(night: NightStore, now: datetime) -> Snapshot:
    """Ask MongoDB. Blocks."""
    active = night.jobs.list(1000, states=["pending", "running"], kind="crawl")
    return Snapshot(
        ended=night.jobs.last_of_each_site(),
        went_well=night.jobs.last_ok(),
        running=Counter(job["site"] for job in active if job["state"] == "running"),
        waiting=sum(job["state"] == "pending" for job in active),
        sent=len(night.jobs.sent()),
        workers=night.leases.held("worker/"),
        slots=Counter(
            (slot["schedule"], slot["state"]) for slot in night.slots.list(now - SLOT_WINDOW)
        ),
        alerts=night.alerts.open(),
        channels=night.alerts.channels(),
    )


@define(frozen=True, kw_only=True)
class Own:
    """What the process knows without MongoDB."""

    version: str
    leads: bool
    mongodb_up: bool
    spool_bytes: int
    unshipped_bytes: int
    shipped_bytes: int
    next_due: dict[str, datetime]
    beat_errors: Mapping[str, int]


def exposition(own: Own, seen: Snapshot | None) -> bytes:
    """The text that Prometheus reads; without MongoDB only what the process itself knows."""
    registry = CollectorRegistry()
    registry.register(_Given([*own_metrics(own), *(seen_metrics(seen) if seen else ())]))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def own_metrics(own: Own) -> Iterator[Metric]:
    """Metrics of this process."""
    yield gauge("info", "The version that runs.", ("version",), {(own.version,): 1})
    yield gauge("leader", "1 in the service that leads.", (), {(): own.leads})
    yield gauge("mongodb_up", "1 if MongoDB answers.", (), {(): own.mongodb_up})
    yield gauge("spool_bytes", "What waits on this machine for MongoDB.", (), {(): own.spool_bytes})
    about = "What waits on this machine for the archive's target."
    yield gauge("archive_unshipped_bytes", about, (), {(): own.unshipped_bytes})
    about = "What the archive's target holds, of all machines, as this one saw it last."
    yield gauge("archive_shipped_bytes", about, (), {(): own.shipped_bytes})
    due = {(name,): at.timestamp() for name, at in own.next_due.items()}
    yield gauge("schedule_next_timestamp_seconds", "When it fires next.", ("schedule",), due)
    errors = {(name,): number for name, number in own.beat_errors.items()}
    yield gauge("beat_errors", "How often it failed since the start.", ("beat",), errors)


def seen_metrics(seen: Snapshot) -> Iterator[Metric]:
    """Metrics of what MongoDB holds."""
    running = {(site,): number for site, number in seen.running.items()}
    yield gauge("jobs_running", "Jobs that run.", ("site",), running)
    yield gauge("jobs_waiting", "Jobs that wait to start.", (), {(): seen.waiting})
    yield gauge("jobs_sent", "Jobs that wait at the broker.", (), {(): seen.sent})
    yield gauge("workers", "Workers that live.", (), {(): len(seen.workers)})
    places = {(queue,): number for queue, number in places_of(seen.workers).items()}
    yield gauge("worker_places", "Jobs that workers run at once.", ("queue",), places)
    yield from job_metrics(seen.ended)
    went_well = {(site,): at.timestamp() for site, at in seen.went_well.items()}
    yield gauge("last_ok_timestamp_seconds", "When a job last ended ok.", ("site",), went_well)
    labels = ("schedule", "state")
    yield gauge("slots", "Due times of the last 24 hours by state.", labels, seen.slots)
    alerts = Counter(
        (each["kind"], each["severity"], each.get("site") or "") for each in seen.alerts
    )
    yield gauge("alerts_open", "Alerts that go on.", ("kind", "severity", "site"), alerts)
    channels = {(each["_id"],): each.get("failures", 0) for each in seen.channels}
    yield gauge(
        "channel_failures", "Messages in a row that did not arrive.", ("channel",), channels
    )


def job_metrics(jobs: Iterable[Document]) -> Iterator[Metric]:
    """Metrics of each site's last job."""
    ended: dict[Any, float] = {}
    took: dict[Any, float] = {}
    states: dict[Any, float] = {}
    counts: dict[Any, float] = {}
    problems: dict[Any, float] = {}
    memory: dict[Any, float] = {}
    for job in jobs:
        site = job["site"]
        ended[(site,)] = job["ended_at"].timestamp()
        states[(site, job["state"])] = 1
        if job.get("started_at"):
            took[(site,)] = (job["ended_at"] - job["started_at"]).total_seconds()
        for counter in COUNTED:
            counts[(site, counter.name)] = (job.get("counts") or {}).get(counter.name, 0)
        for problem in job.get("problems") or ():
            problems[(site, problem["kind"])] = 1
        memory[(site,)] = (job.get("figures") or {}).get("peak_memory", 0)
    site_ = ("site",)
    yield gauge("last_job_timestamp_seconds", "When the last job ended.", site_, ended)
    yield gauge("last_job_duration_seconds", "How long it took.", site_, took)
    yield gauge("last_job_state", "1 for the state that it ended in.", ("site", "state"), states)
    yield gauge("last_job_count", "What it counted.", ("site", "counter"), counts)
    yield gauge("last_job_problem", "1 for each problem it had.", ("site", "kind"), problems)
    yield gauge("last_job_peak_memory_bytes", "The most memory it held.", site_, memory)


def gauge(name: str, about: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    """A family of samples by the values of their labels."""
    family = GaugeMetricFamily(PREFIX + name, about, labels=labels)
    for given, value in values.items():  # a tuple: the values of the labels
        family.add_metric(given, float(value))
    return family


@define(eq=False)
class _Given:
    metrics: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics
