"""Every counter of a crawl: its key in Scrapy's statistics, label in tables, unit and meaning.

The crawler counts with them (`counters.REQUESTED.add(stats)`), and whatever shows or judges a
crawl reads with them (`counters.REQUESTED.of(stats)`). The table in docs/operators.md is made of
them. What is set rather than counted (a text, a peak) stands here as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pipelines.counting import archiving, evidence
from pipelines.counting.stats import Counter, Family, Gauge, Note, Notes, Stat, Total

# What lists showed, and what was asked for.

FOUND = Total(
    "newsdesk/found",
    "found",
    "articles",
    "seen in lists, each once (by list: once in each)",
    word="list",
)
KNOWN = Total(
    "newsdesk/known",
    "already known",
    "articles",
    "of those found: stored, and not due for another look; `given_up`: never had and asked for "
    "no more",
    word="reason",
)
EXCLUDED = Family(
    "newsdesk/excluded",
    "not an article",
    "links",
    "that are no article (`video`, `paid`, `other_site` ...), and articles that were not wanted "
    "and not asked for: `before_since`, `after_until`, `over_limit`",
    word="reason",
)
REQUESTED = Counter(
    "newsdesk/requested", "asked for", "articles", "asked for because a list showed them"
)
FOLLOWED = Counter(
    "newsdesk/followed",
    "led to by other pages",
    "articles",
    "asked for because a shell page led to them",
)
DUE = Counter(
    "newsdesk/due",
    "due for another look",
    "articles",
    "asked for because they were due for another look and no list had shown them",
)

# What became of articles.

NEW = Counter(
    "newsdesk/new",
    "stored",
    "articles",
    "stored for the first time; counted once MongoDB has acknowledged them, as the next four are",
)
REVISED = Counter("newsdesk/revised", "revised", "articles", "stored anew, because they changed")
UNCHANGED = Total(
    "newsdesk/unchanged",
    "unchanged",
    "articles",
    "as they were; `not_modified`: the site said so without sending the page",
    word="reason",
)
LATE = Counter(
    "newsdesk/late", "late", "articles", "older than the stored state; kept as revisions"
)
SAME_STORY = Counter(
    "newsdesk/same_story",
    "same story",
    "articles",
    "new or revised ones of which another article is a copy (see "
    "[Stories](data.md#stories-and-similar-articles))",
)
TOPIC = Family("newsdesk/topic", "topics", "articles", "that match a topic", word="topic")
OFF_TOPIC = Counter(
    "newsdesk/off_topic",
    "off topic",
    "articles",
    "turned away because they match no topic; kept in `rejects`",
)
UNMATCHED_KEPT = Counter(
    "newsdesk/unmatched_kept",
    "kept without a topic",
    "articles",
    "that match no topic and were kept all the same",
)
SEEN_IN_RUN = Counter(
    "newsdesk/seen_in_run", "met twice", "articles", "that one run met under two addresses"
)
OUT_OF_RANGE = Family(
    "newsdesk/out_of_range",
    "of another time",
    "articles",
    "asked for whose page shows another time than `--since` and `--until` want: `before_since`, "
    "`after_until`",
    word="reason",
)
READ = Counter("newsdesk/read", "read", "articles", "that were read, stored or not")
FILLED = Family("newsdesk/filled", "with the field", "articles", "read that have a field", "field")
BY_FALLBACK = Counter(
    "newsdesk/by_fallback", "read by a fallback", "articles", "read without rules of their own site"
)
DOUBTFUL = Counter(
    "newsdesk/doubtful", "doubtful", "articles", "read, with the flag `doubtful_body`"
)

# What became of pages.

UNREADABLE = Total(
    "newsdesk/unreadable",
    "unreadable",
    "pages",
    "without a whole article: `no_title`, `no_body`, `no_time` ...; the page is kept in `evidence`",
    word="reason",
)
FAILED = Total(
    "newsdesk/failed",
    "failed",
    "pages",
    "that could not be had: `timeout`, `http_503`, `dns`, `robots_unreachable` (nobody could say "
    "what the host's robots.txt allows) ...; tried again by the next crawl, then at growing "
    "distances for a week",
    word="reason",
)
NOT_RECORDED = Counter(
    "newsdesk/failed/not_recorded",
    "not recorded",
    "pages",
    "of the failed: those that the replayed recording does not hold",
)
GONE = Total("newsdesk/gone", "gone", "pages", "that the site has taken down", word="reason")
NOT_COLLECTABLE = Total(
    "newsdesk/not_collectable",
    "not collectable",
    "pages",
    "that lead where nothing can be collected: paid, a video, another site",
    word="reason",
)
GIVEN_UP = Counter(
    "newsdesk/given_up",
    "given up",
    "pages",
    "that have failed for a week and five times at least: asked for no more; `urls` holds the "
    "reason",
)

# How the site was treated.

THROTTLED = Counter(
    "newsdesk/throttled",
    "told to slow down",
    "answers",
    'that say "too fast" or "not now": 429, 503, or any other error with a `Retry-After`',
)
WAITED_SECONDS = Counter(
    "newsdesk/waited_seconds",
    "waited",
    "seconds",
    "for which the site was left alone because of them",
)
CRAWL_DELAY = Gauge(
    "newsdesk/crawl_delay",
    "pause of robots.txt",
    "seconds",
    "between two requests that a robots.txt wants, if that is more than was set",
)
BREAKER_OPENED = Total(
    "newsdesk/breaker_opened",
    "hosts left alone",
    "times",
    "that a host was left alone because it failed again and again; pages on it are "
    "`failed/breaker_open`",
    word="host",
)
WALLS = Family(
    "newsdesk/walls",
    "walls",
    "pages",
    "that were a wall: `visitor`, `captcha`, `login`, `forbidden` (a run of 403s)",
    word="kind",
)
LEFT_ALONE = Note(
    "newsdesk/left_alone",
    "left alone",
    "text",
    "why the crawl left the site alone before it was through",
)
COME_BACK_AT = Note(
    "newsdesk/come_back_at", "not before", "time", "when the site may be asked again"
)
REFUSED_ADDRESS = Counter(
    "newsdesk/refused_address",
    "addresses refused",
    "requests",
    "refused because a host is, or its name leads to, an address that is not public",
)

# Lists.

LIST_FAILED = Total(
    "newsdesk/list_failed",
    "lists given up",
    "lists",
    "given up; articles behind them are missing",
    word="list",
)
LIST_ERROR = Notes(
    "newsdesk/list_error",
    "why",
    "text",
    "why a list was given up: a reason, a colon and what happened",
    word="list",
)
LIST_PROBLEMS = Total(
    "newsdesk/list_problems",
    "odd entries in lists",
    "entries",
    "that could not be read",
    word="list",
)
LIST_PROBLEM = Notes(
    "newsdesk/list_problem", "the first odd entries", "text", "the first of them", word="list"
)
LIST_END = Family(
    "newsdesk/list_end",
    "lists walked to their end",
    "walks",
    "that came to a list's end: a later page that is not there or lists nothing",
    word="list",
)
LIST_CUT = Family(
    "newsdesk/list_cut",
    "lists with more to come",
    "lists",
    "with more to come than the walk goes back in one run",
    word="list",
)
LIST_GAP = Family(
    "newsdesk/list_gap",
    "lists cut short",
    "lists",
    "of those with more to come: of which the run before had seen the end; the next run goes on "
    "from there",
    word="list",
)
LIST_NOT_MODIFIED = Family(
    "newsdesk/list_not_modified",
    "lists as they were",
    "lists",
    "that are as they were, by the site's own word",
    word="list",
)
LIST_STALE = Family(
    "newsdesk/list_stale",
    "lists that stand still",
    "lists",
    "with nothing new for three days",
    word="list",
)
LIST_EMPTY = Family("newsdesk/list_empty", "empty lists", "lists", "that show nothing", "list")
LIST_REPETITIVE = Family(
    "newsdesk/list_repetitive",
    "lists that repeat themselves",
    "lists",
    "that show the same articles again and again",
    word="list",
)
LIST_REORDERED = Family(
    "newsdesk/list_reordered",
    "lists in another order",
    "lists",
    "in which known articles moved up",
    word="list",
)
BACK_TO = Notes(
    "newsdesk/back_to",
    "walked back to",
    "time",
    "with `--since`: of the oldest article that the list has shown so far",
    word="list",
)
LIST_DIRECT = Notes(
    "newsdesk/list_direct",
    "asked directly",
    "text",
    "from which page on a rendered list is asked for directly, as its own page does",
    word="list",
)
LIST_NOT_DIRECT = Family(
    "newsdesk/list_not_direct",
    "not had directly",
    "pages",
    "of such a list that could not be had so; the browser went on",
    word="list",
)

ListFlag = Literal["stale", "empty", "repetitive", "reordered"]
LIST_FLAGS: Mapping[ListFlag, Family] = {
    "stale": LIST_STALE,
    "empty": LIST_EMPTY,
    "repetitive": LIST_REPETITIVE,
    "reordered": LIST_REORDERED,
}

# The browser.

RENDERED = Total(
    "newsdesk/rendered",
    "rendered",
    "pages",
    "that a browser gave (of a list: how often it was loaded; clicking and scrolling are no loads)",
    word="list",
)
RENDERED_EVIDENCE = Note(
    "newsdesk/rendered_evidence",
    "screenshots",
    "text",
    "ids in `evidence` of rendered pages that showed nothing, with screenshot: the first twenty",
)
BROWSER_STARTED = Counter("newsdesk/browser_started", "browsers started", "browsers", "begun")
BROWSER_LOST = Counter(
    "newsdesk/browser_lost",
    "browsers lost",
    "browsers",
    "that ended before their time (killed, crashed, hung, too heavy) and were replaced",
)
BROWSER_REFUSED = Family(
    "newsdesk/browser_refused",
    "refused to the browser",
    "requests",
    "made by rendered pages and refused: `off_site` (hosts that the site does not declare: "
    "advertisements, statistics), `forbidden_address` ...",
    word="reason",
)
BROWSER_PEAK = Gauge(
    "newsdesk/browser_peak",
    "memory of the browser",
    "bytes",
    "the most that browser and driver have held together",
)

# Storing.

SPOOLED = Counter(
    "newsdesk/spooled", "spooled", "entries", "articles and reports that wait in the local spool"
)
REPLAYED = Counter(
    "newsdesk/replayed",
    "replayed",
    "entries",
    "that an earlier run had left in the spool, stored by this one",
)
UNSAVED = Gauge(
    "newsdesk/unsaved", "unsaved", "entries", "that could be kept nowhere, which ended the crawl"
)
TOPICS_BROKEN = Counter(
    "newsdesk/topics_broken",
    "broken topics",
    "problems",
    "in the topics file, or in what an operator set: the last good topics are in force",
)
TOPIC_OVERRIDES_UNREAD = Counter(
    "newsdesk/topic_overrides_unread",
    "topics not read",
    "times",
    "that what operators set could not be read from MongoDB: the file's topics are in force",
)

# Scrapy's own, as far as we read or correct them.

SPIDER_ERRORS = Counter(
    "spider_exceptions/count", "errors in spiders", "errors", "in spiders and page objects"
)
SPIDER_ERRORS_BY_CLASS = Family(
    "spider_exceptions", "errors in spiders", "errors", "of these, by class", "class"
)
ITEM_ERRORS = Counter("item_error_count", "errors in pipelines", "errors", "in pipelines")
REQUESTS = Counter("downloader/request_count", "requests", "requests", "sent")
RESPONSE_BYTES = Counter("downloader/response_bytes", "bytes", "bytes", "received")
RESPONSES = Family(
    "downloader/response_status_count", "answers", "answers", "by HTTP status", word="status"
)
RETRIES = Counter("retry/count", "retries", "requests", "tried again")
PEAK_MEMORY = Gauge("memusage/max", "memory", "bytes", "the most that the crawl has held")

ALL: tuple[Stat, ...] = (
    *(each for each in vars().values() if isinstance(each, Stat)),
    *archiving.ALL,
    *evidence.ALL,
)
"""In the order of this file."""
