"""What became of a job, judged from its own statistics and never from its exit code.

Scrapy exits with 0 when every request failed, when callbacks raised and when it was stopped.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from enum import Enum

from attrs import define

from schedules.job import JobKind, JobState, count, counts_below
from schedules.manners import left_alone
from schedules.statsfile import StatsReport

TOLERATED_FAILED_SHARE = 0.05
"""Single pages that fail are tried again by the next run; more than this share is a problem."""
TOLERATED_UNREADABLE_SHARE = 0.2
"""A site that changed its pages shows as many unreadable ones at once."""
FEW_PAGES = 3
"""So few say nothing about a site, unless they are half of all."""
REFUSALS = {
    "database_unavailable": "MongoDB did not answer, so nothing was asked for: newsdesk doctor "
    "says what is wrong.",
    "store_failed": "Articles could be kept neither in MongoDB nor in the local spool, so the "
    "crawl ended: newsdesk doctor says what is wrong.",
}
GRACEFUL_FINISHES = frozenset({"finished", "limit_reached", "closespider_itemcount"})


class Stop(Enum):
    """Why the runner stopped a job; the value completes "stopped: ..."."""

    ASKED = "you asked for it"
    DEADLINE = "it ran past its deadline"
    SILENCE = "its statistics stood still, so it hung"


@define(frozen=True, kw_only=True)
class Verdict:
    """A job's state and the sentence that explains it."""

    state: JobState
    reason: str


def judge(
    report: StatsReport | None,
    *,
    exit_code: int | None,
    stop: Stop | None,
    kind: JobKind = "crawl",
) -> Verdict:
    """The verdict over a job that ended."""
    stats = report.stats if report else {}
    kept = saved(stats)
    if stop is Stop.ASKED:
        return Verdict(state="cancelled", reason=f"Stopped: {stop.value}. {kept}")
    if stop is not None:
        state: JobState = "partial" if report and report.finished else "failed"
        return Verdict(state=state, reason=f"Stopped: {stop.value}. {kept}")
    if report is None or not report.finished:
        end = describe_exit(exit_code)
        return Verdict(
            state="failed", reason=f"The crawl {end} before it could report. {kept} See its log."
        )
    if report.finish_reason == "shutdown":
        return Verdict(state="cancelled", reason=f"Stopped by a signal from outside. {kept}")
    return judge_stats(report, kind)


def judge_stats(report: StatsReport, kind: JobKind) -> Verdict:
    """The verdict over a crawl that ended by itself and reported."""
    stats = report.stats
    manners = left_alone(report.finish_reason, stats)
    if manners:
        state, reason = manners
        return Verdict(state=state, reason=f"{reason} {saved(stats)}")
    nothing = REFUSALS.get(report.finish_reason or "") or nothing_came(stats)
    if nothing:
        return Verdict(state="failed", reason=nothing)
    problems = find_problems(stats, report.finish_reason, kind)
    if problems:
        return Verdict(state="partial", reason=" ".join(problems))
    failed = count(stats, "newsdesk/failed")
    note = f" {pages(failed)} failed and will be tried again." if failed else ""
    return Verdict(state="ok", reason=f"All that was found is stored or accounted for.{note}")


def nothing_came(stats: Mapping[str, object]) -> str | None:
    """Why the crawl as a whole failed, if it did."""
    found, failed = count(stats, "newsdesk/found"), count(stats, "newsdesk/failed")
    requested = count(stats, "newsdesk/requested")
    lists = given_up(stats)
    if lists and not (requested or count(stats, "newsdesk/known")):
        return f"No list could be read: {lists}. {list_advice(stats)}"
    if not found:
        return "Nothing was found: no list held a single link. Has the site changed its pages?"
    if requested and failed >= requested:
        reasons = listed(counts_below(stats, "newsdesk/failed"))
        return f"None of the {requested} pages asked for could be had ({reasons})."
    return None


def find_problems(
    stats: Mapping[str, object], finish_reason: str | None, kind: JobKind
) -> list[str]:
    """One sentence per thing that keeps a job from being ok."""
    problems = [
        *(page_problems(stats) if kind == "crawl" else file_problems(stats)),
        *code_problems(stats),
    ]
    lists = given_up(stats)
    if lists:
        problems.insert(0, f"Lists given up, articles behind them are missing: {lists}.")
    if count(stats, "newsdesk/topics_broken"):
        problems.append(
            "The topics file is broken, and the last good topics were used: newsdesk topics list "
            "says where."
        )
    waiting = count(stats, "newsdesk/spooled")
    if waiting:
        problems.append(
            f"MongoDB was away: {waiting} articles and reports wait in the local spool; the next "
            "crawl, or newsdesk db replay, stores them."
        )
    if finish_reason not in GRACEFUL_FINISHES:
        problems.append(f"The crawl ended early ({finish_reason or 'no reason given'}).")
    return problems


def given_up(stats: Mapping[str, object]) -> str:
    """Lists that were given up, each with the word for why: "yaowen (timeout), home (http_503)"."""
    names = counts_below(stats, "newsdesk/list_failed")
    reasons = {
        name: str(stats.get(f"newsdesk/list_error/{name}", "no reason given")).partition(":")[0]
        for name in names
    }
    return ", ".join(f"{name} ({reason})" for name, reason in reasons.items())


def list_advice(stats: Mapping[str, object]) -> str:
    """What to do when all lists were given up."""
    if any("memory_unavailable" in str(value) for value in stats.values()):
        return "MongoDB did not answer: newsdesk doctor says what is wrong."
    return "Is the network up, does the site answer? The log holds each error."


def page_problems(stats: Mapping[str, object]) -> list[str]:
    """Too many pages that failed or could not be read."""
    problems = []
    requested = count(stats, "newsdesk/requested")
    failed, unreadable = count(stats, "newsdesk/failed"), count(stats, "newsdesk/unreadable")
    if _too_many(failed, requested, TOLERATED_FAILED_SHARE):
        reasons = listed(counts_below(stats, "newsdesk/failed"))
        problems.append(f"{failed} of {requested} pages could not be had ({reasons}).")
    if _too_many(unreadable, requested - failed, TOLERATED_UNREADABLE_SHARE):
        reasons = listed(counts_below(stats, "newsdesk/unreadable"))
        problems.append(
            f"{unreadable} of {requested - failed} pages could not be read ({reasons}): has the "
            "site changed? `newsdesk extract` on a saved page shows it."
        )
    return problems


def file_problems(stats: Mapping[str, object]) -> list[str]:
    """Files that gave no article: an import has no next run that would try them again."""
    number = count(stats, "newsdesk/unreadable") + count(stats, "newsdesk/failed")
    reasons = counts_below(stats, "newsdesk/unreadable") | counts_below(stats, "newsdesk/failed")
    of = count(stats, "newsdesk/requested")
    return [f"{number} of {of} files gave no article ({listed(reasons)})."] if number else []


def _too_many(number: int, of: int, tolerated: float) -> bool:
    return number * 2 > of or (number >= FEW_PAGES and number > tolerated * of)


def code_problems(stats: Mapping[str, object]) -> list[str]:
    """Errors in Newsdesk's own code; the log holds them."""
    errors = count(stats, "spider_exceptions/count") + count(stats, "item_error_count")
    word = "error" if errors == 1 else "errors"
    return [f"{errors} {word} in Newsdesk itself: see the log."] if errors else []


def saved(stats: Mapping[str, object]) -> str:
    """What is safe, as far as MongoDB acknowledged it."""
    number = count(stats, "newsdesk/new") + count(stats, "newsdesk/revised")
    if not number:
        return "Nothing had been stored yet."
    many = "article stored before that is" if number == 1 else "articles stored before that are"
    return f"The {number} {many} safe."


def pages(number: int) -> str:
    """ "1 page" or "n pages"."""
    return "1 page" if number == 1 else f"{number} pages"


def listed(counts: Mapping[str, int]) -> str:
    """ "no_body 3, no_time 1"."""
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "no reason counted"


def describe_exit(exit_code: int | None) -> str:
    """How a process ended, in words: "was killed (SIGKILL)"."""
    if exit_code is None:
        return "could not be started"
    if exit_code < 0:
        try:
            return f"was killed ({signal.Signals(-exit_code).name})"
        except ValueError:
            return f"was killed (signal {-exit_code})"
    return f"ended with exit code {exit_code}"
