"""Lists of articles that stand as JSON: in a page's script, or in answers of their own.

Where an entry holds no address but a number, known addresses tell what it is part of:
`https://{host}/article/{aid}`. A second answer that was recorded tells how a list goes on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import urlsplit

from attrs import define, evolve, field

from crawler.kit.embedded import arrays, scalars, value_at
from crawler.kit.links.addresses import Anchor
from crawler.kit.page import Page, parse_moment

_FEWEST = 4
_FEWEST_IDS = 2
_MOST_LINKS = 2
_MOST_VALUES = 3_000
_SHORTEST_TITLE = 5
_LINKS = ("url", "link", "href", "linkUrl", "shareUrl", "publishUrl", "titleLink", "docurl", "URL")
_ID = re.compile(r"[A-Za-z0-9]{4,40}")
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"(?<=[?&])(?P<name>\w{1,20})=(?P<number>\d{1,5})(?=&|\Z)")

Row = Mapping[str, object]
Test = Callable[[str], bool]


@define(frozen=True, kw_only=True)
class DataList:
    """A list of articles in a page's script, or in JSON of its own (`script` is empty).

    script, items: where; link: names in an entry, or addresses made of fields; headline, time:
    names. body: what was posted for it. page_size: what `{offset}` in `url` grows by. number_from:
    what `{page}` begins with. cursor: where values of the next request stand, cursor_start: what
    they are in the first.
    """

    url: str
    script: str
    items: str
    link: tuple[str, ...]
    headline: str
    time: str | None
    entries: int
    examples: tuple[str, ...]
    body: Mapping[str, object] = field(factory=dict)
    page_size: int = 0
    number_from: int = 1
    cursor: Mapping[str, str] = field(factory=dict)
    cursor_start: Mapping[str, object] = field(factory=dict)


def data_lists(page: Page, is_article: Test, known: Iterable[str] = ()) -> list[DataList]:
    """The lists of articles in a page's scripts, the longest first. known: articles' addresses."""
    found: list[DataList] = []
    named = _by_id(known)
    for script, path, rows in _rows(page):
        links = tuple(islice(_links(rows, page, is_article, named), _MOST_LINKS))
        headline = _headline(rows) if links else None
        if links and headline:
            found.append(
                DataList(
                    url=page.url,
                    script=script,
                    items=path,
                    link=links,
                    headline=headline,
                    time=_time_name(rows, page),
                    entries=len(rows),
                    examples=tuple(str(row.get(headline)) for row in rows[:3]),
                    body=posted_json(page),
                )
            )
    return sorted(found, key=lambda each: -each.entries)


def entry_anchors(page: Page, known: Iterable[str]) -> Iterator[Anchor]:
    """What a page's data says of articles whose addresses are known by the numbers in them."""
    named = _by_id(known)
    for _, _, rows in _rows(page):
        headline = _headline(rows)
        if headline is None:
            continue
        for row in rows:
            for text in map(str, row.values()):
                if text in named and _ID.fullmatch(text):
                    yield Anchor(url=named[text], text=str(row.get(headline)))


def posted_json(page: Page) -> Mapping[str, object]:
    """What was posted for an answer, if it was JSON."""
    try:
        said = json.loads(page.posted or "{}")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def going_on(found: Sequence[DataList], pages: Sequence[Page]) -> list[DataList]:
    """The lists with how they go on, without those that are later pages of another."""
    answers = [page for page in pages if page.is_json]
    lists: dict[str, DataList] = {}
    for each in found:
        paged = None if each.script else _by_number(each, answers) or _by_cursor(each, answers)
        first = paged or each
        lists.setdefault(f"{first.url} {first.script} {first.items} {first.body}", first)
    paged_ones = [each for each in lists.values() if each.cursor or "{" in each.url]
    return [
        each
        for each in lists.values()
        if each in paged_ones or not any(_is_page_of(each, other) for other in paged_ones)
    ]


def _rows(page: Page) -> Iterator[tuple[str, str, list[Row]]]:
    for script, data in page.data.items():
        for path, entries in arrays(data):
            rows: list[Row] = [row for row in entries if isinstance(row, dict) and row]
            if rows:
                yield script, path, rows


def _by_id(known: Iterable[str]) -> dict[str, str]:
    """Addresses by the numbers and ids in their paths."""
    found: dict[str, str] = {}
    for url in islice(known, _MOST_VALUES):
        for part in _ID.findall(urlsplit(url).path):
            if any(character.isdigit() for character in part):
                found.setdefault(part, url)
    return found


def _links(
    rows: Sequence[Row], page: Page, is_article: Test, named: Mapping[str, str]
) -> Iterator[str]:
    """Names of fields that hold addresses of articles; then addresses made of fields."""
    names = dict.fromkeys((*_LINKS, *(name for row in rows[:1] for name in row)))
    for name in names:
        links = [page.address(text) for row in rows if (text := value_at(row, [name]))]
        if sum(is_article(link) for link in links if link) >= max(_FEWEST, len(rows) / 2):
            yield name
            return
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(dict.fromkeys(_forms(row, named)).keys())
    for form, number in counted.most_common():
        made = [link for row in rows if (link := _filled(form, row))]
        if number >= _FEWEST_IDS and sum(map(is_article, made)) >= max(_FEWEST_IDS, len(rows) / 2):
            yield form


def _forms(row: Row, named: Mapping[str, str]) -> Iterator[str]:
    """How the addresses of an entry's article could be made of its fields."""
    values = ((name, value_at(row, [name])) for name in row)
    texts = {name: text for name, text in values if text}
    for name, text in texts.items():
        url = named.get(text, "")
        if not url or not _ID.fullmatch(text):
            continue
        made = url.replace(text, f"{{{name}}}")
        host = urlsplit(url).hostname or ""
        holder = next((each for each, value in texts.items() if value == host), "")
        yield made.replace(f"//{host}/", f"//{{{holder}}}/", 1) if holder else made


def _filled(form: str, row: Row) -> str:
    values = {name: value_at(row, [name]) for name in _PLACE.findall(form)}
    is_whole = all(values.values())
    return _PLACE.sub(lambda place: str(values[place[1]]), form) if is_whole else ""


def _headline(rows: Sequence[Row]) -> str | None:
    """The name of the field with titles: texts, all different, of a title's length."""
    for name in sorted(rows[0], key=lambda name: ("title" not in name.lower(), name)):
        texts = [value for row in rows if isinstance(value := row.get(name), str)]
        wide = [text for text in texts if _SHORTEST_TITLE <= len(text) < 100 and "/" not in text]
        wide = [text for text in wide if not _ID.fullmatch(text)]
        if len(set(wide)) >= max(min(_FEWEST, len(rows)), len(rows) / 2):
            return name
    return None


def _time_name(rows: Sequence[Row], page: Page) -> str | None:
    """The field with times, one that says the moment before one that says how long ago."""
    for exact in (True, False):
        for name in sorted(rows[0], key=lambda name: ("ime" not in name, name)):
            texts = [text for row in rows if (text := value_at(row, [name]))]
            right = [
                text
                for text in texts
                if parse_moment(text, page.fetched_at) and (not exact or "前" not in text)
            ]
            if len(right) >= max(min(_FEWEST, len(rows)), len(rows) / 2):
                return name
    return None


def _by_number(found: DataList, answers: Sequence[Page]) -> DataList | None:
    """The list by number or offset, if a second answer differs in nothing else."""
    for match in _NUMBER.finditer(found.url):
        before, after = found.url[: match.start("number")], found.url[match.end("number") :]
        form = re.compile(rf"{re.escape(before)}(\d{{1,5}}){re.escape(after)}")
        seen = (form.fullmatch(page.url) for page in answers)
        numbers = sorted({int(each[1]) for each in seen if each})
        own = int(match["number"])
        if len(numbers) < 2 or numbers[0] != own:
            continue
        step = numbers[1] - own
        if step == 1:
            return evolve(found, url=f"{before}{{page}}{after}", number_from=own)
        if own == 0:
            return evolve(found, url=f"{before}{{offset}}{after}", page_size=step)
    return None


def _by_cursor(found: DataList, answers: Sequence[Page]) -> DataList | None:
    """The list by a value of the answer before, if a second request differs in nothing else."""
    own = next((p for p in answers if p.url == found.url and posted_json(p) == found.body), None)
    if own is None or not found.body:
        return None
    values = {text: path for path, text in scalars(own.data.get(""))}
    for page in answers:
        other = posted_json(page)
        changed = [name for name in found.body if other.get(name) != found.body[name]]
        if page.url != found.url or other.keys() != found.body.keys() or len(changed) != 1:
            continue
        name = changed[0]
        path = values.get(str(other[name])) if other[name] else None
        if path is not None:
            return evolve(
                found,
                body={**found.body, name: f"{{{name}}}"},
                cursor={name: path},
                cursor_start={name: found.body[name]},
            )
    return None


def _is_page_of(later: DataList, first: DataList) -> bool:
    if first.cursor:
        fixed = {name: value for name, value in first.body.items() if name not in first.cursor}
        same = {name: value for name, value in later.body.items() if name not in first.cursor}
        return later.url == first.url and fixed == same
    form = re.sub(r"\\\{(?:page|offset)\\\}", r"\\d{1,5}", re.escape(first.url))
    return re.fullmatch(form, later.url) is not None
