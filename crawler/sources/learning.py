"""Learns how a page asks its server for more of a list, so that plain requests can take over.

It takes two requests of the page that differ in one growing number, and whose JSON holds the
entries that the page then showed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define, field

from crawler.exceptions import SourceError
from crawler.network.rendering import Call
from crawler.pages.html import visible
from crawler.sources.base import Link
from crawler.sources.json.answers import data_of, time_of
from crawler.urls.parts import join_url

FEWEST = 2
"""Entries that it takes to recognise a list."""
DEEPEST = 6
MOST_ARRAYS = 200
_NUMBER = re.compile(r"\d+")
_LARGEST_PAGE = 10**6
_LONGEST_TIME = 40
_SHORTEST_STAMP = 9
"""Digits from which on a number may differ in any way: it is a time, or random."""


@define(frozen=True, kw_only=True)
class Form:
    """Where the list stands in an answer's JSON. The fields are those of `JsonItems`."""

    items: tuple[str, ...]
    link: str
    headline: str
    time: str | None


@define(frozen=True, kw_only=True)
class Learnt:
    """How to ask for page after page: by the address `before` + number + `after`.

    number: of the latest page. stride: from one page to the next.
    """

    before: str
    after: str
    number: int
    stride: int
    headers: Mapping[str, str] = field(repr=False)
    form: Form

    @property
    def address(self) -> str:
        """The address for people to read: "https://news.example.com/api?page={page}"."""
        return f"{self.before}{{page}}{self.after}"


def learn(
    calls: Sequence[Call], found: Sequence[Link], base: str, now: datetime, zone: str
) -> Learnt | None:
    """Learns from the page's latest request for more and an earlier one like it, if there is one.

    calls: in order. found: the entries that appeared after the latest.
    """
    if not calls:
        return None
    latest = [call for call in calls if call.step == calls[-1].step]
    for call in latest:
        form = _form_of(call, found, base, now, zone)
        if form is None:
            continue
        for earlier in reversed(calls):
            place = _growing_number(earlier.url, call.url) if earlier.step < call.step else None
            if place is not None:
                start, end, stride = place
                return Learnt(
                    before=call.url[:start],
                    after=call.url[end:],
                    number=int(call.url[start:end]),
                    stride=stride,
                    headers=call.headers,
                    form=form,
                )
    return None


def _growing_number(earlier: str, later: str) -> tuple[int, int, int] | None:
    """Returns where in `later` the only number that grew stands, from and to, and its growth."""
    if _NUMBER.sub("0", earlier) != _NUMBER.sub("0", later):
        return None
    places = []
    for old, new in zip(_NUMBER.finditer(earlier), _NUMBER.finditer(later), strict=True):
        if old[0] == new[0]:
            continue
        if int(new[0]) < _LARGEST_PAGE and int(old[0]) < int(new[0]):
            places.append((new.start(), new.end(), int(new[0]) - int(old[0])))
        elif len(new[0]) < _SHORTEST_STAMP:
            return None
    return places[0] if len(places) == 1 else None


def _form_of(call: Call, found: Sequence[Link], base: str, now: datetime, zone: str) -> Form | None:
    """Finds the entries that the page showed in an answer; None if they are not there."""
    try:
        data, _slips = data_of(call.body, call.url)
    except SourceError:
        return None
    by_url = {each.url: each for each in found}
    best: tuple[int, Form] | None = None
    for path, entries in _arrays(data):
        links: Counter[str] = Counter()
        for entry in entries:
            links.update(name for name, value in entry.items() if _address(base, value) in by_url)
        if not links:
            continue
        link, hits = links.most_common(1)[0]
        # Most of the answer was shown, or most of what was shown is the answer's.
        enough = hits >= FEWEST and hits * 2 > min(len(entries), len(found))
        if enough and (best is None or hits > best[0]):
            pairs = [
                (e, by_url[_address(base, e.get(link))])
                for e in entries
                if _address(base, e.get(link)) in by_url
            ]
            headline, time = _other_fields(pairs, now, zone)
            best = hits, Form(items=path, link=link, headline=headline, time=time)
    return best[1] if best else None


def _other_fields(
    pairs: Sequence[tuple[Mapping[str, object], Link]], now: datetime, zone: str
) -> tuple[str, str | None]:
    """Returns the fields that hold the headline and the time of most entries."""
    titles: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for entry, shown in pairs:
        for name, value in entry.items():
            if isinstance(value, str) and shown.title and visible(value) == shown.title:
                titles[name] += 1
            if shown.published_at is not None:
                time = time_of(value, now, zone) if len(str(value)) < _LONGEST_TIME else None
                if time and abs(time.moment - shown.published_at) < timedelta(minutes=1):
                    times[name] += 1
    headline = next((n for n, hits in titles.most_common(1) if hits * 2 > len(pairs)), "title")
    time_name = next((n for n, hits in times.most_common(1) if hits * 2 > len(pairs)), None)
    return headline, time_name


def _address(base: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    return (join_url(base, value.strip()) or "").partition("#")[0]


def _arrays(data: object) -> Iterator[tuple[tuple[str, ...], list[dict[str, object]]]]:
    """Yields every array of objects, with the path to it, outermost first."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), data)]
    for _ in range(MOST_ARRAYS):
        if not waiting:
            return
        path, value = waiting.pop(0)
        if isinstance(value, list):
            entries = [each for each in value if isinstance(each, dict)]
            if entries:
                yield path, entries
        elif isinstance(value, dict) and len(path) < DEEPEST:
            waiting += [((*path, str(name)), each) for name, each in value.items()]
