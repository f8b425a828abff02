"""A month of both sites as one server shows it: every night it has published, edited, taken down.

What must come out of it follows from the plan of looks alone (`expected`), in a few lines of its
own. The nights are 24 hours apart; what is published in the last hour before one, or near an age
of the plan, is left out, so that a run that begins some minutes later sees the same.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from aiohttp import web
from attrs import define, evolve, field

from crawler.network.dates import http_date
from tests.support.newsroom import guancha, guancha_lists, night, sina, sina_lists
from tests.support.newsroom.model import ZONE, Page, Piece, SiteKey
from tests.support.newsroom.random_pieces import random_around, random_pieces
from tests.support.server import Handler, SiteServer, cut_off

SITES: tuple[SiteKey, ...] = ("guancha", "sina")
FIRST_NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=ZONE)
DAY = timedelta(days=1)
AGES = (timedelta(hours=1), timedelta(hours=6), DAY, 3 * DAY, 7 * DAY)
A_NIGHT = 10
"""Articles of a site that an ordinary night brings."""
SHOWN = 240
"""Articles that a list goes back."""
ROLL = (153, 2509)

FaultKind = Literal[
    "article_500", "article_reset", "truncated", "throttled", "wall", "reordered", "page_2_500",
    "list_503", "list_html", "empty", "repetitive", "stale", "down", "robots_500",
]  # fmt: skip
NAMES: Mapping[FaultKind, str] = {
    "article_500": "failed/http_500",
    "article_reset": "failed/connection",
    "truncated": "failed/truncated",
    "throttled": "response_status_count/429",
    "wall": "wall",
    "reordered": "list_reordered/",
    "page_2_500": "list_failed/",
    "list_503": "list_failed/",
    "list_html": "list_failed/",
    "empty": "list_failed/",
    "repetitive": "list_repetitive/",
    "stale": "list_stale/",
    "down": "list_failed/",
    "robots_500": "list_failed/",
}
"""Part of the counter by which a job record names each fault."""


@define(frozen=True, kw_only=True)
class Fault:
    """What a site does wrong in a night. silent: not yet to be noticed (a list that stands still
    only since yesterday)."""

    night: int
    site: SiteKey
    kind: FaultKind
    silent: bool = False


@define(kw_only=True)
class Entry:
    """An article's life. night: the first one that could find it. edits: nights before which it
    was edited. gone, back: nights before which it was taken down and put up again."""

    piece: Piece
    night: int
    edits: list[int] = field(factory=list)
    gone: int | None = None
    gone_as: str = "404"
    back: int | None = None

    def state(self, on: int) -> int | None:
        """How often it has been edited; None while it is down."""
        if self.gone is not None and self.gone <= on and (self.back is None or on < self.back):
            return None
        return sum(edit <= on for edit in self.edits)

    def shown(self, on: int) -> Piece:
        """As its page is, with that night's counts, which are no edit."""
        piece = evolve(self.piece, comments=self.piece.comments + 3 * on)
        for number in range(1, sum(edit <= on for edit in self.edits) + 1):
            piece = evolve(
                piece,
                title=f"{self.piece.title}（第{number}次更新）",
                body=[*self.piece.body, f"编辑部第{number}次补充了这一段话。"],
                updated=self.piece.published + number * timedelta(minutes=20),
            )
        return piece


@define(frozen=True, kw_only=True)
class Expected:
    """What must be in MongoDB after the month: ids, revisions by id, and ids that are gone."""

    articles: set[str]
    revisions: dict[str, int]
    gone: set[str]


@define(kw_only=True)
class Month:
    """The articles and faults of `nights` nights."""

    sites: tuple[SiteKey, ...] = SITES
    nights: int
    faults: list[Fault]
    bursts: Mapping[tuple[SiteKey, int], int] = field(factory=dict)
    entries: dict[SiteKey, list[Entry]] = field(init=False)

    @entries.default
    def _entries(self) -> dict[SiteKey, list[Entry]]:
        return {site: list(self._lives(site)) for site in self.sites}

    def moment(self, number: int) -> datetime:
        return FIRST_NIGHT + (number - 1) * DAY

    def _lives(self, site: SiteKey) -> Iterator[Entry]:
        """Newest last. What a fault may hide in its first night is left as it is."""
        rng = random.Random(f"month {site}")
        counts = [self.bursts.get((site, n), A_NIGHT) for n in range(1, self.nights + 1)]
        pieces = list(reversed(random_pieces(site, sum(counts), seed=7)))
        for number, count in enumerate(counts, start=1):
            ages = sorted((rng.randrange(2, 20) for _ in range(count)), reverse=True)
            for index, age in enumerate(ages):
                piece = pieces.pop(0)
                published = self.moment(number) - timedelta(hours=age, minutes=29, seconds=-index)
                piece = evolve(piece, published=published, live=published, updated=None)
                entry = Entry(piece=piece, night=number)
                if not self._hidden(site, number):
                    self._plan(entry, index)
                yield entry

    def _plan(self, entry: Entry, index: int) -> None:
        match index:
            case 0:
                entry.edits = [entry.night + 1]
            case 1:
                entry.edits = [entry.night + 3]
            case 2:
                entry.edits = [entry.night + 1, entry.night + 5]
            case 3 if entry.night % 2:
                entry.gone = entry.night + 2
                entry.gone_as = ("404", "410", "redirect", "home")[entry.night // 2 % 4]
            case 4 if entry.night % 5 == 0:
                entry.gone, entry.back = entry.night + 1, entry.night + 3

    def fault(self, site: SiteKey, number: int, *kinds: FaultKind) -> bool:
        return any(
            each.site == site and each.night == number and each.kind in kinds
            for each in self.faults
        )

    def _hidden(self, site: SiteKey, number: int) -> bool:
        return any(each.site == site and each.night == number for each in self.faults)

    def is_down(self, site: SiteKey, number: int) -> bool:
        """Nothing of it can be had."""
        return self.fault(site, number, "down", "robots_500")

    def expected(self) -> Expected:
        """From the plan of looks, by site."""
        found = Expected(articles=set(), revisions={}, gone=set())
        for site, entries in self.entries.items():
            for entry in entries:
                found.articles.add(entry.piece.id)
                looks = list(self._looks(site, entry))
                states = [state for state in map(entry.state, looks) if state is not None]
                changes = sum(before != after for before, after in pairwise(states))
                if changes:
                    found.revisions[entry.piece.id] = changes
                if entry.state(looks[-1]) is None:
                    found.gone.add(entry.piece.id)
        return found

    def _looks(self, site: SiteKey, entry: Entry) -> Iterator[int]:
        """The nights in which its page is looked at. A page that is gone is asked for the next
        night once more, and then every third day."""
        number, downs = entry.night, 0
        while number <= self.nights:
            if self.is_down(site, number):
                number += 1
                continue
            yield number
            if entry.state(number) is None:
                downs += 1
                number += 1 if downs == 1 else 3
                continue
            downs = 0
            ages = [entry.piece.published + age for age in AGES]
            due = next((age for age in ages if age > self.moment(number)), None)
            if due is None:
                return
            number = next(n for n in range(number, 99) if self.moment(n) >= due)

    # What the sites answer.

    def serve(self, server: SiteServer, number: int) -> None:
        """Let the server answer as in that night."""
        server.pages.clear()
        for site in self.sites:
            for host in night.HOSTS[site]:
                status = 500 if self.fault(site, number, "robots_500") else 200
                server.page(f"{host}/robots.txt", status=status)
            if not self.is_down(site, number):
                self._serve_articles(server, site, number)
                self._serve_lists(server, site, number)

    def _serve_articles(self, server: SiteServer, site: SiteKey, number: int) -> None:
        entries = [each for each in self.entries[site] if each.night <= number]
        pieces = [entry.shown(number) for entry in entries]
        newest = [entry for entry in entries if entry.night == number]
        for index, entry in enumerate(entries):
            answer = self._answer(pieces, index, entry, number)
            for url, handler in answer.items():
                server.pages[url.partition("://")[2]] = handler
        for entry in newest[-2:]:
            url = night.url_of(entry.piece).partition("://")[2]
            server.pages[url] = self._spoilt(server.pages[url], site, number)

    def _answer(
        self, pieces: list[Piece], index: int, entry: Entry, number: int
    ) -> dict[str, Handler]:
        piece = pieces[index]
        url = night.url_of(piece)
        if entry.state(number) is None:
            return {url: _gone(entry, number)}
        tag = f"{piece.key}.{entry.state(number)}" if index % 2 else None

        def render() -> Page:
            around = random_around(pieces, index)
            if piece.site == "guancha":
                return guancha.pages(piece, around, self.moment(number))[0]
            return sina.pages(piece, around)[0]

        return {url: _lazy(render, self.moment(number), tag)}

    def _spoilt(self, handler: Handler, site: SiteKey, number: int) -> Handler:
        """The newest articles' pages, if a fault of the night is about them."""
        if self.fault(site, number, "article_500"):
            return _status(500)
        if self.fault(site, number, "article_reset"):
            return _reset
        if self.fault(site, number, "truncated"):
            return cut_off("<html><body>一篇文章的前一半".encode())
        if self.fault(site, number, "wall"):
            return _status(302, Location="https://passport.weibo.com/visitor/visitor?a=enter")
        if self.fault(site, number, "throttled"):
            return _throttled(handler)
        return handler

    def _serve_lists(self, server: SiteServer, site: SiteKey, number: int) -> None:
        until = number
        while self.fault(site, until, "stale"):
            until -= 1
        shown = [each.shown(number) for each in self.entries[site] if each.night <= until]
        shown = shown[::-1][:SHOWN]
        if self.fault(site, number, "reordered"):
            new = [piece for piece in shown if piece.published > self.moment(number - 1)]
            old = [piece for piece in shown if piece not in new]
            shown = [*old[20:0:-1], *new, old[0], *old[21:]]
        if self.fault(site, number, "empty"):
            shown = []
        lists = self._guancha_lists if site == "guancha" else self._sina_lists
        for page in lists(shown, number):
            self._serve_list(server, site, page, number)

    def _serve_list(self, server: SiteServer, site: SiteKey, page: Page, number: int) -> None:
        address = page.url.partition("://")[2]
        body = page.body
        if address.endswith("list_2.shtml") and self.fault(site, number, "page_2_500"):
            server.pages[address] = _status(500)
            return
        main = "/mainnews-yw/list_1." in page.url or "page=1" in page.url
        if main and self.fault(site, number, "list_503"):
            server.pages[address] = _status(503)
            return
        if main and self.fault(site, number, "list_html"):
            body = "<html><body>系统维护中</body></html>".encode()
        tag = hashlib.sha256(body).hexdigest()[:12]
        server.pages[address] = _lazy(lambda: evolve(page, body=body), self.moment(number), tag)

    def _guancha_lists(self, shown: list[Piece], number: int) -> list[Page]:
        """The list, and a home page that shows a few, with addresses as readers pass them on."""
        found = guancha_lists.list_pages("要闻", "/mainnews-yw", "new-left-list", shown)
        if self.fault("guancha", number, "repetitive"):
            found = [evolve(page, body=found[0].body) for page in found]
        if len(shown) > 5:
            home = guancha_lists.home([evolve(shown[0], look="news"), *shown[1:4]], [])
            links = home.body.replace(b".shtml", b".shtml?s=syyw#comment", 2)
            links = links.replace(b"https://www.guancha.cn/", b"http://m.guancha.cn/")
            found.append(evolve(home, body=links))
        return found

    def _sina_lists(self, shown: list[Piece], number: int) -> list[Page]:
        found = sina_lists.roll(*ROLL, shown)
        url = "https://news.sina.com.cn/"
        if len(shown) > 8:
            found.append(sina_lists.channel_page(url, "新闻中心", shown[:7], []))
        return found


def _lazy(render: Callable[[], Page], sent: datetime, tag: str | None) -> Handler:
    """A page that is made when it is asked for; with a tag it may be said to be unchanged."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Date": http_date(sent)}
        if tag is not None:
            headers["ETag"] = f'"{tag}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        page = render()
        named = {**headers, "Content-Type": page.content_type}
        return web.Response(body=page.body, status=page.status, headers=named)

    return answer


def _status(status: int, **headers: str) -> Handler:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return answer


def _throttled(handler: Handler) -> Handler:
    """The first request is one too many."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.raw_path)
        if len(asked) == 1:
            return web.Response(status=429, headers={"Retry-After": "1"})
        return await handler(request)

    return answer


async def _reset(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _gone(entry: Entry, number: int) -> Handler:
    match entry.gone_as:
        case "redirect":
            return _status(302, Location="/")
        case "home" if entry.piece.site == "guancha":
            home = guancha_lists.home([evolve(entry.piece, look="news")], [])
            return _lazy(lambda: home, FIRST_NIGHT + (number - 1) * DAY, None)
        case "410":
            return _status(410)
        case _:
            return _status(404)


SHORT = Month(
    sites=("guancha",),
    nights=6,
    faults=[
        Fault(night=2, site="guancha", kind="reordered"),
        Fault(night=3, site="guancha", kind="page_2_500"),
        Fault(night=4, site="guancha", kind="down"),
        Fault(night=5, site="guancha", kind="truncated"),
    ],
    bursts={("guancha", 3): 30},
)
LONG = Month(
    nights=30,
    faults=[
        Fault(night=3, site="guancha", kind="article_500"),
        Fault(night=4, site="guancha", kind="reordered"),
        Fault(night=5, site="sina", kind="throttled"),
        Fault(night=6, site="guancha", kind="page_2_500"),
        Fault(night=7, site="sina", kind="truncated"),
        Fault(night=8, site="sina", kind="wall"),
        *(Fault(night=9, site=site, kind="down") for site in SITES),
        *(
            Fault(night=number, site="guancha", kind="stale", silent=number < 15)
            for number in range(12, 17)
        ),
        Fault(night=18, site="guancha", kind="empty"),
        Fault(night=18, site="sina", kind="article_reset"),
        Fault(night=19, site="sina", kind="empty"),
        Fault(night=20, site="guancha", kind="repetitive"),
        Fault(night=21, site="sina", kind="list_html"),
        Fault(night=22, site="guancha", kind="list_503"),
        Fault(night=23, site="guancha", kind="robots_500"),
        Fault(night=24, site="sina", kind="list_503"),
        *(
            Fault(night=number, site="sina", kind="stale", silent=number < 28)
            for number in range(25, 29)
        ),
    ],
    bursts={
        ("guancha", 6): 50,
        ("sina", 13): 80,
        ("guancha", 20): 30,
        ("guancha", 26): 1,
        ("sina", 29): 0,
    },
)
