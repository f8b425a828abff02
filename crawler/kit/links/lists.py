"""Lists of articles on a page: what repeats, and where in it link, time and comments stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from attrs import define

from crawler.kit.page import Page, short_text
from crawler.kit.places.names import own_names, selectors, strength
from crawler.kit.places.place import select
from crawler.pages.html import Element, find_all, text_of

FEWEST = 4
"""Entries of one form: fewer are a box beside something."""
_MOST_LINKS = 1_000
_MOST_ENTRIES = 60
"""Of a form that are looked at: they say enough of the others."""
_HIGHEST = 6
_MOST_FORMS = 12
_ENOUGH = 0.8
_LONGEST_COUNT = 12
_LONGEST_TEXT = 60
_SHORTEST_TITLE = 5
_LAST_WAY = re.compile(r":not|\$=")
"""Names nothing of its own: a selector for what has no better one."""
_COMMENTS = re.compile(r"评论|評論|跟贴|留言|comment|reply|cmt|pinglun", re.IGNORECASE)


@define(frozen=True, kw_only=True)
class ListForm:
    """Selectors of a list, as `ListPage` takes them.

    entries: that it gives on the page; links: of them to articles; dated: with a time that can be
    read; titled: with words of their own; examples: the first.
    """

    url: str
    entry: str
    link: str
    time: str | None
    comments: str | None
    entries: int
    links: int
    dated: int
    titled: int
    examples: tuple[str, ...]

    @property
    def score(self) -> float:
        """Many articles and nothing else; with times; by names that last."""
        pure = self.links / max(1, self.entries)
        dated = 2.0 if self.dated >= _ENOUGH * self.links else 1.0
        return self.titled * pure * dated * (0.5 + strength(self.entry))


def propose_list(page: Page, is_article: Callable[[str], bool]) -> ListForm | None:
    """The best list of articles on a page; None if nothing repeats there."""
    forms = list_forms(page, is_article)
    return forms[0] if forms else None


def list_forms(page: Page, is_article: Callable[[str], bool]) -> list[ListForm]:
    """All lists of articles on a page, the best first."""
    counted: Counter[str] = Counter()
    for entry in _entries(page, is_article):
        counted.update(dict.fromkeys((*selectors(entry), *_below_named(entry))).keys())
    usual = [css for css, n in counted.most_common(60) if n >= FEWEST]
    forms = filter(None, (_form(page, css, is_article) for css in usual))
    ranked = sorted(forms, key=lambda form: (-form.score, len(form.entry)))
    distinct: list[ListForm] = []
    for form in ranked:
        if not any(form.examples == other.examples for other in distinct):
            distinct.append(form)
    return distinct[:_MOST_FORMS]


def _entries(page: Page, is_article: Callable[[str], bool]) -> Iterator[Element]:
    """For each article the highest element that holds no other article's link."""
    links: dict[str, list[Element]] = defaultdict(list)
    for node in islice(find_all(page.root, "//a[@href]"), _MOST_LINKS):
        address = page.address(node.get("href") or "")
        if address and is_article(address):
            links[address].append(node)
    articles_in: Counter[Element] = Counter()
    for nodes in links.values():
        articles_in.update({each for node in nodes for each in node.iterancestors()})
    for nodes in links.values():
        for node in nodes:
            entry = node
            for around in islice(node.iterancestors(), _HIGHEST):
                if articles_in[around] > 1:
                    break
                entry = around
            yield entry


def _below_named(entry: Element) -> Iterator[str]:
    """Entries as the like elements below something named: "ul.news > li"."""
    parent, tag = entry.getparent(), str(entry.tag)
    for around in islice(entry.iterancestors(), 3):
        for name in own_names(around):
            named = f"{around.tag!s}{name}" if name[0] == "." else name
            if around is parent:
                yield f"{named} > {tag}"
            elif parent is not None and parent.getparent() is around:
                yield f"{named} > {parent.tag!s} > {tag}"


def _form(page: Page, css: str, is_article: Callable[[str], bool]) -> ListForm | None:
    entries = select(page.root, css)[:_MOST_ENTRIES]
    with_link = [entry for entry in entries if _article_link(page, entry, is_article) is not None]
    if len(with_link) < FEWEST:
        return None
    link = _link_selector(page, with_link, is_article)
    nodes = [node for entry in with_link for node in select(entry, link)[:1]]
    titles = [text_of(node) for node in nodes]
    titled = {title for title in titles if len(title) >= _SHORTEST_TITLE}
    if len(titled) < FEWEST:
        return None
    time, dated = _best(with_link, page.is_time)
    comments, _ = _best(with_link, _is_count, named=_COMMENTS)
    return ListForm(
        url=page.url,
        entry=css,
        link=link,
        time=time,
        comments=comments,
        entries=len(entries),
        links=len(with_link),
        dated=dated,
        titled=len(titled),
        examples=tuple(title for title in titles if title in titled)[:3],
    )


def _article_link(page: Page, entry: Element, is_article: Callable[[str], bool]) -> Element | None:
    """The link to the article with the longest words; a picture may bear another."""
    own = [entry] if entry.tag == "a" else []
    found = (*own, *entry.iterdescendants("a"))
    nodes = [node for node in found if is_article(page.address(node.get("href") or "") or "")]
    return max(nodes, key=lambda node: len(text_of(node)), default=None)


def _link_selector(
    page: Page, entries: Sequence[Element], is_article: Callable[[str], bool]
) -> str:
    """The shortest selector that gives each entry's own link first."""
    wanted = {entry: _article_link(page, entry, is_article) for entry in entries}
    counted: Counter[str] = Counter()
    for link in wanted.values():
        if link is not None:
            counted.update(dict.fromkeys(_link_names(link)).keys())
    best, most = "a", -1.0
    for css, _ in [("a", 0), *counted.most_common(20)]:
        right = sum(select(entry, css)[:1] == [wanted[entry]] for entry in entries)
        value = right - 0.01 * len(css.split()) - 0.001 * len(css)
        value -= 0.05 * bool(_LAST_WAY.search(css))
        if value > most:
            best, most = css, value
    return best


def _link_names(link: Element) -> Iterator[str]:
    ending = re.search(r"\.[a-z]{3,5}$", (link.get("href") or "").partition("?")[0])
    if ending:
        yield f'a[href$="{ending.group()}"]'
    if not link.get("class"):
        yield "a:not([class])"
    yield from (f"a{name}" for name in own_names(link) if name[0] == ".")
    parent = link.getparent()
    if parent is not None:
        yield f"{parent.tag!s} > a"
        yield from (f"{name} a" for name in own_names(parent) if name[0] != "#")


def _best(
    entries: Sequence[Element], fits: Callable[[str], bool], *, named: re.Pattern[str] | None = None
) -> tuple[str | None, int]:
    """The selector whose first element fits in most entries, if it does in nearly all it is in."""
    counted: Counter[str] = Counter()
    for entry in entries:
        names: dict[str, None] = {}
        for node in entry.iter():
            if (
                isinstance(node.tag, str)
                and node is not entry
                and fits(short_text(node, _LONGEST_TEXT))
            ):
                own = [name for name in own_names(node) if name[0] != "#"]
                names.update(dict.fromkeys(own or [str(node.tag)]))
        counted.update(names.keys())
    able: list[tuple[int, int, str]] = []
    for css, _ in counted.most_common(10):
        first = [text_of(node) for entry in entries for node in select(entry, css)[:1]]
        right = sum(map(fits, first))
        if right >= _ENOUGH * max(len(first), len(entries) / 2) and (
            not named or named.search(css)
        ):
            able.append((-right, sum(map(len, first)), css))
    return (min(able)[2], -min(able)[0]) if able else (None, 0)


def _is_count(text: str) -> bool:
    return len(text) <= _LONGEST_COUNT and bool(re.search(r"\d", text))
