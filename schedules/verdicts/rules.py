"""What can be wrong with a crawl, as a table of small rules over what it reported.

Each rule looks at one thing and yields a `Problem` or nothing. A fatal one means that the job as
a whole failed; any other, that something is missing. To add a rule, write it and list it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import define

from pipelines.counting import counters
from pipelines.counting.evidence import FIRST_UNREADABLE
from pipelines.counting.stats import Stats
from schedules.job import JobKind, Problem, ProblemKind
from schedules.verdicts.report import StatsReport

TOLERATED_FAILED_SHARE = 0.05
"""Single pages that fail are tried again by the next run; more than this share is a problem."""
TOLERATED_UNREADABLE_SHARE = 0.2
"""A site that changed its pages shows as many unreadable ones at once."""
NAMED_LISTS = 3
"""So many lists that were given up for the same reason are named."""
FEW_PAGES = 3
"""So few say nothing about a site, unless they are half of all."""
GRACEFUL_FINISHES = frozenset({"finished", "limit_reached", "closespider_itemcount"})
REFUSALS: Mapping[str, tuple[ProblemKind, str]] = {
    "database_unavailable": (
        "database",
        "MongoDB did not answer, so nothing was asked for: newsdesk doctor says what is wrong.",
    ),
    "storage_unusable": (
        "disk",
        "Neither MongoDB nor the local spool could be used, so nothing was asked for: newsdesk "
        "doctor says what is wrong.",
    ),
    "store_failed": (
        "disk",
        "Articles could be kept neither in MongoDB nor in the local spool, so the crawl ended: "
        "newsdesk doctor says what is wrong.",
    ),
}
_KINDS_OF_REASONS: Mapping[str, ProblemKind] = {
    "dns": "dns",
    "memory_unavailable": "database",
    "http_401": "blocked",
    "http_403": "blocked",
    "http_418": "blocked",
    "http_429": "blocked",
    "http_451": "blocked",
    "blocked": "blocked",
    "bug": "bug",
    "list_unreadable": "layout_changed",
}


@define(frozen=True, kw_only=True)
class Case:
    """What a rule may look at: the crawl's report, and the counters in it."""

    report: StatsReport
    job_kind: JobKind = "crawl"

    @property
    def stats(self) -> Stats:
        return self.report.stats

    @property
    def asked(self) -> int:
        """Articles asked for."""
        return asked_for(self.stats)

    @property
    def had(self) -> int:
        """Pages that came."""
        return self.asked - counters.FAILED.of(self.stats)


def asked_for(stats: Stats) -> int:
    """Articles asked for: those that lists showed, that other pages led to, and that were due."""
    return sum(each.of(stats) for each in (counters.REQUESTED, counters.FOLLOWED, counters.DUE))


def refused(case: Case) -> Iterator[Problem]:
    """The crawl ended itself because nothing could be stored."""
    found = REFUSALS.get(case.report.finish_reason or "")
    if found:
        yield Problem(kind=found[0], sentence=found[1], fatal=True)


def unsaved(case: Case) -> Iterator[Problem]:
    """Articles were lost to MongoDB and to the spool, whatever the crawl ended with."""
    number = counters.UNSAVED.of(case.stats)
    if number and case.report.finish_reason not in REFUSALS:
        yield Problem(
            kind="disk",
            fatal=True,
            sentence=f"{number} articles and reports could be kept neither in MongoDB nor in the "
            "local spool: newsdesk doctor says what is wrong. The next crawl fetches them again.",
        )


def no_list(case: Case) -> Iterator[Problem]:
    """Every list was given up."""
    lists = given_up(case)
    read = counters.REQUESTED.of(case.stats) or counters.KNOWN.of(case.stats)
    if lists and not (read or counters.LIST_NOT_MODIFIED.each(case.stats)):
        kind = kind_of(_list_reasons(case).values())
        advice = "Is the network up, does the site answer? The log holds each error."
        if kind == "database":
            advice = "MongoDB did not answer: newsdesk doctor says what is wrong."
        yield Problem(kind=kind, sentence=f"No list could be read: {lists}. {advice}", fatal=True)


def nothing_found(case: Case) -> Iterator[Problem]:
    """Lists were read, and held no link. (A crawl that ended early may not have read them.)"""
    unmodified = counters.LIST_NOT_MODIFIED.each(case.stats)
    early = case.report.finish_reason not in GRACEFUL_FINISHES
    if not (counters.FOUND.of(case.stats) or unmodified or given_up(case) or early):
        yield Problem(
            kind="empty",
            sentence="Nothing was found: no list held a single link. Has the site changed its "
            "pages?",
            fatal=True,
        )


def no_page(case: Case) -> Iterator[Problem]:
    """No page could be had. (One or two beside known articles are simply tried again.)"""
    requested = case.asked
    fewest = FEW_PAGES if counters.KNOWN.of(case.stats) else 1
    if requested >= fewest and counters.FAILED.of(case.stats) >= requested:
        reasons = counters.FAILED.each(case.stats)
        yield Problem(
            kind=kind_of(reasons),
            sentence=f"None of the {requested} pages asked for could be had ({listed(reasons)}).",
            fatal=True,
        )


def lists_given_up(case: Case) -> Iterator[Problem]:
    """Some lists were given up."""
    lists = given_up(case)
    if lists and (counters.REQUESTED.of(case.stats) or counters.KNOWN.of(case.stats)):
        yield Problem(
            kind=kind_of(_list_reasons(case).values()),
            sentence=f"Lists given up, articles behind them are missing: {lists}.",
        )


def gaps(case: Case) -> Iterator[Problem]:
    """Some lists had more new pages than one run walks."""
    lists = ", ".join(counters.LIST_GAP.each(case.stats))
    if lists:
        yield Problem(
            kind="cut_short",
            sentence=f"Lists with more that is new than one run walks: {lists}. The next run goes "
            "on there.",
        )


def pages_failed(case: Case) -> Iterator[Problem]:
    """Too many pages could not be had."""
    failed, requested = counters.FAILED.of(case.stats), case.asked
    if case.job_kind != "import" and _too_many(failed, requested, TOLERATED_FAILED_SHARE):
        reasons = counters.FAILED.each(case.stats)
        yield Problem(
            kind=kind_of(reasons),
            sentence=f"{failed} of {requested} pages could not be had ({listed(reasons)}).",
        )


def pages_unreadable(case: Case) -> Iterator[Problem]:
    """Too many pages gave no article: the site has probably changed."""
    unreadable = counters.UNREADABLE.of(case.stats)
    if case.job_kind != "import" and _too_many(unreadable, case.had, TOLERATED_UNREADABLE_SHARE):
        yield Problem(
            kind="layout_changed",
            sentence=f"{unreadable} of {case.had} pages could not be read ({_unreadable(case)}): "
            "has the site changed? `newsdesk site check KEY` names what gives nothing any more, "
            "and `newsdesk site new --from-stored KEY` finds it on the new pages.",
        )


def nothing_left(case: Case) -> Iterator[Problem]:
    """Every page that came was gone or not collectable, which is hardly true of a whole site."""
    away = counters.GONE.each(case.stats) | counters.NOT_COLLECTABLE.each(case.stats)
    number = counters.GONE.of(case.stats) + counters.NOT_COLLECTABLE.of(case.stats)
    if case.job_kind != "import" and number >= max(FEW_PAGES, case.had):
        yield Problem(
            kind="layout_changed",
            sentence=f"All {case.had} pages that came were gone or not collectable ({listed(away)}"
            "): does the site hide its articles from us, or has it changed?",
        )


def files_without_article(case: Case) -> Iterator[Problem]:
    """Some files of an import gave no article; no next run would try them again."""
    number = counters.UNREADABLE.of(case.stats) + counters.FAILED.of(case.stats)
    if case.job_kind == "import" and number:
        files = counters.REQUESTED.of(case.stats)
        reasons = listed(counters.UNREADABLE.each(case.stats) | counters.FAILED.each(case.stats))
        yield Problem(
            kind="layout_changed",
            sentence=f"{number} of {files} files gave no article ({reasons}).",
        )


def own_errors(case: Case) -> Iterator[Problem]:
    """Errors in Newsdesk's own code; the log holds them."""
    errors = counters.SPIDER_ERRORS.of(case.stats) + counters.ITEM_ERRORS.of(case.stats)
    if errors:
        word = "error" if errors == 1 else "errors"
        yield Problem(kind="bug", sentence=f"{errors} {word} in Newsdesk itself: see the log.")


def unwritten(case: Case) -> Iterator[Problem]:
    """No disk took the job's statistics; MongoDB took its articles."""
    if case.report.unsaved:
        yield Problem(
            kind="disk",
            sentence="The disk of the data folder takes no files (full, or read-only): the job's "
            "log and statistics are not whole. newsdesk doctor shows how much room is left.",
        )


def hosts_left_alone(case: Case) -> Iterator[Problem]:
    """A host asked for a longer pause than a crawl waits; the rest of the site was crawled."""
    why = counters.LEFT_ALONE.of(case.stats)
    if why:
        yield Problem(
            kind="paused", sentence=f"A host is left alone, its pages are missing: {why}."
        )


def topics_broken(case: Case) -> Iterator[Problem]:
    """The topics file is broken."""
    if counters.TOPICS_BROKEN.of(case.stats):
        yield Problem(
            kind="topics",
            sentence="The topics file is broken, and the last good topics were used: newsdesk "
            "topics list says where.",
        )


def spooled(case: Case) -> Iterator[Problem]:
    """Articles wait in the local spool."""
    waiting = counters.SPOOLED.of(case.stats)
    if waiting:
        yield Problem(
            kind="database",
            sentence=f"MongoDB was away: {waiting} articles and reports wait in the local spool; "
            "the next crawl, or newsdesk db replay, stores them.",
        )


def ended_early(case: Case) -> Iterator[Problem]:
    """Something ended the crawl before it was through."""
    reason = case.report.finish_reason
    if reason not in GRACEFUL_FINISHES:
        yield Problem(
            kind="memory" if reason == "memusage_exceeded" else "cut_short",
            sentence=f"The crawl ended early ({reason or 'no reason given'}).",
            fatal=not (counters.FOUND.of(case.stats) or counters.REQUESTED.of(case.stats)),
        )


RULES: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    refused,
    unsaved,
    no_list,
    nothing_found,
    no_page,
    lists_given_up,
    gaps,
    pages_failed,
    pages_unreadable,
    nothing_left,
    files_without_article,
    own_errors,
    unwritten,
    hosts_left_alone,
    topics_broken,
    spooled,
    ended_early,
)
"""In the order in which their sentences are told; of the fatal ones the first is the reason."""


def _list_reasons(case: Case) -> dict[str, str]:
    errors = counters.LIST_ERROR.each(case.stats)
    return {
        name: errors.get(name, "no reason given").partition(":")[0]
        for name in counters.LIST_FAILED.each(case.stats)
    }


def given_up(case: Case) -> str:
    """Lists that were given up, by the word for why: "yaowen, home (timeout), tech (http_503)"."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in _list_reasons(case).items():
        by_reason.setdefault(reason, []).append(name)
    return ", ".join(f"{_named(names)} ({reason})" for reason, names in by_reason.items())


def _named(names: Sequence[str]) -> str:
    """ "yaowen, home", or "yaowen, home and 5 more lists"."""
    if len(names) <= NAMED_LISTS:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED_LISTS])} and {len(names) - NAMED_LISTS} more lists"


def kind_of(reasons: Iterable[str]) -> ProblemKind:
    """Returns the class of the first reason that has one; "network" if none has."""
    names = [*reasons]
    return next((_KINDS_OF_REASONS[name] for name in names if name in _KINDS_OF_REASONS), "network")


def _unreadable(case: Case) -> str:
    """ "no_body 3, no_time 1; the first, guancha:516923: URL: nothing at div.all-txt"."""
    reasons = counters.UNREADABLE.each(case.stats)
    most = max(reasons, key=lambda name: reasons[name], default="")
    first = FIRST_UNREADABLE.each(case.stats).get(most)
    return listed(reasons) + (f"; the first, {first}" if first else "")


def _too_many(number: int, of: int, tolerated: float) -> bool:
    return number * 2 > of or (number >= FEW_PAGES and number > tolerated * of)


def listed(counts: Mapping[str, int]) -> str:
    """ "no_body 3, no_time 1"."""
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "no reason counted"
