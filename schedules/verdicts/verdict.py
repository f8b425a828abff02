"""Judges a job by its own statistics, never by its exit code.

Scrapy exits with 0 when every request failed, when callbacks raised and when it was stopped.
What is looked at is a table of rules (`rules`), and what the site and its history let expect
(`expectations`).
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from enum import Enum

from attrs import define

from pipelines.counting import counters
from pipelines.counting.counters import ListFlag
from pipelines.counting.stats import Stats
from pipelines.records import JobState
from schedules.job import JobKind, Problem, ProblemKind
from schedules.verdicts.expectations import History, unmet
from schedules.verdicts.left_alone import left_alone
from schedules.verdicts.report import StatsReport
from schedules.verdicts.rules import RULES, Case

STANDING_STILL: tuple[ListFlag, ...] = ("stale", "repetitive")
"""Flags of a list that brings nothing new any more."""
UNSEEN = 255
"""Exit code of a process whose end nobody saw who could tell; asyncio says so, too."""
ORPHANED = "supervisor_gone"
"""How a crawl ends whose runner has gone: nobody would see it hang, or keep its site for it."""


class Stop(Enum):
    """Why the runner stopped a job; the value completes "stopped: ..."."""

    ASKED = "you asked for it"
    FORCED = "you asked for it to end at once"
    DEADLINE = "it ran past its deadline"
    SILENCE = "its statistics stood still, so it hung"
    MEMORY = "it and what it started held too much memory"
    LEASE = "another job had taken its site while MongoDB was away"
    GIVEN_UP = "it counts as lost already, because its runner had not been heard of for long"
    HANDED_BACK = "the service ended; the next one runs it again"


_KINDS_OF_STOPS: Mapping[Stop, ProblemKind] = {
    Stop.DEADLINE: "deadline",
    Stop.SILENCE: "hung",
    Stop.MEMORY: "memory",
    Stop.LEASE: "lost",
    Stop.GIVEN_UP: "lost",
    Stop.HANDED_BACK: "lost",
}


@define(frozen=True, kw_only=True)
class Verdict:
    """A job's state, the sentence that explains it, and each problem behind it."""

    state: JobState
    reason: str
    problems: tuple[Problem, ...] = ()


def judge(
    report: StatsReport | None,
    *,
    exit_code: int | None,
    stop: Stop | None,
    kind: JobKind = "crawl",
    history: History | None = None,
    stored: int | None = None,
) -> Verdict:
    """The verdict over a job that ended. stored: articles of which MongoDB says that it stored
    them, if it was asked."""
    kept = saved(report.stats if report else {}, stored)
    if stop is not None:
        return judge_stop(stop, report, kept)
    if report is None or not report.finished:
        end = describe_exit(exit_code)
        return _one(
            "failed", "crashed", f"The crawl {end} before it could report. {kept} See its log."
        )
    if report.finish_reason == ORPHANED:
        return _one("lost", "lost", f"Its runner ended first, so it stopped. {kept}")
    if report.finish_reason == "shutdown":
        return Verdict(state="cancelled", reason=f"Stopped by a signal from outside. {kept}")
    return judge_report(report, kind, history)


def judge_stop(stop: Stop, report: StatsReport | None, kept: str) -> Verdict:
    """The verdict over a job that its runner stopped."""
    reason = f"Stopped: {stop.value}. {kept}"
    if stop in {Stop.ASKED, Stop.FORCED}:
        return Verdict(state="cancelled", reason=reason)
    if stop in {Stop.LEASE, Stop.GIVEN_UP, Stop.HANDED_BACK}:
        return _one("lost", _KINDS_OF_STOPS[stop], reason)
    state: JobState = "partial" if report and report.finished else "failed"
    return _one(state, _KINDS_OF_STOPS[stop], reason)


def judge_report(report: StatsReport, kind: JobKind, history: History | None) -> Verdict:
    """The verdict over a crawl that ended by itself and reported."""
    manners = left_alone(report.finish_reason, report.stats)
    if manners:
        state, reason = manners
        told = f"{reason} {saved(report.stats)}"
        return _one(state, "blocked" if state == "blocked" else "paused", told)
    case = Case(report=report, job_kind=kind)
    problems = [problem for rule in RULES for problem in rule(case)]
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        return _verdict("failed", [fatal[0], *(each for each in problems if not each.fatal)])
    if kind != "import":
        problems += unmet(case, history or History())
    if problems:
        return _verdict("partial", problems)
    absent = counters.NOT_RECORDED.of(case.stats)
    failed = counters.FAILED.of(case.stats) - absent
    note = f" {pages(failed)} failed and will be tried again." if failed else ""
    note += f" Not in the recording: {pages(absent)}." if absent else ""
    odd = [
        f"{name} ({flag})"
        for flag in STANDING_STILL
        for name in counters.LIST_FLAGS[flag].each(case.stats)
    ]
    if odd:
        note += f" Something is wrong with lists: {', '.join(odd)}."
    return Verdict(state="ok", reason=f"All that was found is stored or accounted for.{note}")


def _verdict(state: JobState, problems: Sequence[Problem]) -> Verdict:
    told = problems[:1] if state == "failed" else problems
    reason = " ".join(problem.sentence for problem in told)
    return Verdict(state=state, reason=reason, problems=tuple(problems))


def _one(state: JobState, kind: ProblemKind, sentence: str) -> Verdict:
    problem = Problem(kind=kind, sentence=sentence, fatal=True)
    return Verdict(state=state, reason=sentence, problems=(problem,))


def saved(stats: Stats, stored: int | None = None) -> str:
    """Says how many articles MongoDB has acknowledged. stored: as it says itself."""
    number = max(counters.NEW.of(stats) + counters.REVISED.of(stats), stored or 0)
    if not number:
        return "Nothing had been stored yet."
    many = "article stored before that is" if number == 1 else "articles stored before that are"
    return f"The {number} {many} safe."


def pages(number: int) -> str:
    """ "1 page" or "n pages"."""
    return "1 page" if number == 1 else f"{number} pages"


def describe_exit(exit_code: int | None) -> str:
    """How a process ended, in words: "was killed (SIGKILL)"."""
    if exit_code is None:
        return "could not be started"
    if exit_code == UNSEEN:
        return "ended, nobody saw how,"
    if exit_code < 0:
        try:
            return f"was killed ({signal.Signals(-exit_code).name})"
        except ValueError:
            return f"was killed (signal {-exit_code})"
    return f"ended with exit code {exit_code}"
