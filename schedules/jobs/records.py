"""Writes the end of a job into its record, for its runner or for whoever finds it later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.counting.stats import counts_of, stats_of
from pipelines.storage.documents import Document
from pipelines.storage.operations.jobs import JobRepository
from pipelines.timing import clock
from schedules.job import JobFiles, JobKind, JobResult, Problem
from schedules.jobs.figures import figures, last_traceback
from schedules.jobs.identity import crawl_lives, end_processes_of, host, runner_lives
from schedules.verdicts.report import StatsReport, read_stats
from schedules.verdicts.verdict import Verdict, judge

LOOKED_AT = 200
"""Most open records that are searched for lost jobs."""
NOBODY_SAW = Verdict(
    state="lost",
    reason="Its runner ended first; nobody saw how it went.",
    problems=(
        Problem(kind="lost", sentence="Its runner ended first; nobody saw how it went."),
    ),
)  # fmt: skip
_TRACED = frozenset({"bug", "crashed"})
_PICTURED = frozenset({"layout_changed", "blocked", "empty"})


def record_end(jobs: JobRepository, result: JobResult) -> None:
    """Writes a job's verdict into its record."""
    jobs.finish(
        result.job,
        result.state,
        result.finished_at,
        reason=result.reason,
        exit_code=result.exit_code,
        **measured(jobs, result.job, result.stats, result.problems, result.log),
    )


def measured(
    jobs: JobRepository,
    job: str,
    stats: Mapping[str, object],
    problems: tuple[Problem, ...],
    log: Path,
) -> Document:
    """Returns the fields of a record that say what a job brought, took and had wrong with it."""
    return {
        "counts": counts_of(stats),
        "stats": dict(stats),
        "figures": figures(stats),
        "problems": [_problem(jobs, job, each, log) for each in problems],
    }


def _problem(jobs: JobRepository, job: str, problem: Problem, log: Path) -> Document:
    found: Document = {"kind": problem.kind, "sentence": problem.sentence}
    if problem.kind in _TRACED:
        found["traceback"] = last_traceback(log)
    if problem.kind in _PICTURED:
        found["evidence"] = jobs.evidence_of(job)
    return found


def settle(jobs: JobRepository, folder: Path, *, end: bool = False) -> list[str]:
    """Closes the records of this machine's jobs whose runner is gone; returns their ids.

    The crawl of such a job may have ended well: its statistics file says so. A crawl that still
    runs ends by itself, or is killed if `end`.
    """
    settled = []
    for record in jobs.list(LOOKED_AT, states=["running"]):
        if record.get("host") != host() or runner_lives(record.get("runner")):
            continue
        if end:
            end_processes_of(JobFiles.of(folder, record["_id"]).stats)
        elif crawl_lives(record):
            continue
        close_unwatched(jobs, record, folder)
        settled.append(record["_id"])
    return settled


def close_unwatched(jobs: JobRepository, record: Document, folder: Path) -> None:
    """Judges a job that nobody watched to its end by the report that it left."""
    files = JobFiles.of(folder, record["_id"])
    report = read_stats(files.stats) or StatsReport(stats=stats_of(record.get("counts") or {}))
    verdict = NOBODY_SAW
    if report.finished:
        kind: JobKind = "import" if record["kind"] == "import" else "crawl"
        verdict = judge(report, exit_code=None, stop=None, kind=kind)
    jobs.finish(
        record["_id"],
        verdict.state,
        clock.now(),
        reason=verdict.reason,
        **measured(jobs, record["_id"], report.stats, verdict.problems, files.log),
    )
