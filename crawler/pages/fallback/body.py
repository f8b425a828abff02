"""Where the article stands on a page: the box that holds it, found in two ways, and trimmed.

The first way adds up what speaks for an article and against one over each box's whole subtree;
the second lets each paragraph vote for the boxes around it, the nearest ones most. How far the
two agree tells how far the result can be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import define, field

from crawler.pages.fallback.furniture import is_furniture
from crawler.pages.fallback.passages import Box, Passage, Passages
from crawler.pages.fallback.weighing import LONGEST_HEADING, NO_TRUST, OTHERS, weigh
from crawler.pages.fallback.widening import Parts, widened
from crawler.pages.html import Element, text_of

_KNOWN_IDS = frozenset({"js_content"})
"""Where the text of a WeChat article stands."""
_HALF = 0.4
_LONGEST_LEFT_OUT = 320
_TEXT_AMONG_NOISE = 5.0
_VOTES = (1.0, 0.95, 0.55, 0.3)
"""What a paragraph's vote counts for the box it stands in and for those around that."""
_PARAGRAPH = 0.5
"""A passage that speaks this much for an article is one of its paragraphs."""
_AROUND = re.compile(
    r"(?:19|20)?\d{2}[-年/.]\d{1,2}[-月/.]\d{1,2}|\d{1,2}[-月]\d{1,2}日?\s?\d{1,2}:\d{2}"
    r"|\d{1,4}\s?(?:秒|分钟|小时|天)前|[今昨前]天\s?\d{1,2}:\d{2}|时间|日期|发布|发表|浏览|阅读|点击|评论|字[号体]|分享|打印|收藏|人气|我要|扫一扫|参与|举报|播放"
    r"|Updated|Published|Posted|(?:[来來]源|作者|[编編][辑輯]|出[处處])\s?[:：]"
)
"""Words of the lines that a page puts between a headline and its text."""
_BYLINE = re.compile(r"[来來]源|作者|[记記]者|[編编][辑輯]|出[处處]|\b[Bb]y\b")
"""Words of lines there that say whose the text is; rules for lines read them."""
_LONGEST_INFO = 60
_END = re.compile(r"[\[【（(]?\s?(?:责任编辑|責任編輯|责编|责任校对|编辑|編輯)\s?[:：／/|]")
"""With the editor's name articles end."""
_LONGEST_END = 60
_AWAY = re.compile(r"返回.{2,12}|查看更多|.{0,12}(?:>>|»)|\[?(?:详细|全文)\]?")
_MOST_OF_IT = 0.75
_FEW_LINKS = 0.1
_SHORTEST_LINE, _LONGEST_VERSE = 2, 24
_FEWEST_LINES = 4
_VERSE_AGREEMENT = 0.6


@define
class FoundText:
    """Where the article stands.

    box: the element that holds it; hidden: elements in it that are no part of it; other_lines:
    texts in it that are none; passages: what stays, in order; first, last: the numbers on the
    page of its first paragraph and its last passage; agreement: 0..1, how much both ways found;
    left_out: lines of the box that are text and yet no part of the article.
    """

    box: Element
    hidden: set[Element]
    other_lines: set[str]
    passages: list[Passage]
    first: int = 0
    last: int = 0
    agreement: float = 1.0
    left_out: list[str] = field(factory=list)

    @property
    def text(self) -> str:
        return "\n".join(passage.text for passage in self.passages)

    @property
    def is_info(self) -> bool:
        """Whether there is nothing but what stands around headlines."""
        return all(_AROUND.search(passage.text) for passage in self.passages)


def find_body(page: Passages, heading: int | None, *, by_name: bool = True) -> FoundText | None:
    """Find the article; None for a page without a paragraph.

    heading: the number of the passage that is the headline, if it was found. by_name: whether
    the names of elements count (a comment list is no article).
    """
    values = weigh(page, heading, by_name=by_name)
    by_sum, by_votes = _by_sum(page), _by_votes(page, values)
    if by_sum is None or by_votes is None:
        return None
    titled = set(page.passages[heading].box.around()) if heading is not None else set()
    by_sum, by_votes = (_whole(box, titled) for box in (by_sum, by_votes))
    known = next((box for box in page.boxes if box.element.get("id") in _KNOWN_IDS), None)
    chosen = known or (by_votes if _is_better(by_votes, by_sum) else by_sum)
    other = by_votes if chosen is by_sum else by_sum
    found = _trimmed(page, chosen, heading, values)
    if other is not chosen:
        there = _trimmed(page, other, heading, values)
        found.agreement = _agreement(found.passages, there.passages)
    return found


def find_verse(page: Passages, heading: int) -> FoundText | None:
    """Find short lines that no sentence is among, as of a poem, in one box below the headline.

    They are no more than likely to be the article.
    """
    titled = set(page.passages[heading].box.around())
    lines: dict[Box, int] = {}
    others: set[Box] = set()
    for passage in page.passages[heading + 1 :]:
        boxes = [box for box in passage.box.around() if box not in titled]
        if _is_verse(passage):
            for box in boxes:
                lines[box] = lines.get(box, 0) + 1
        else:
            others.update(boxes)
    known = {box: count for box, count in lines.items() if box not in others}
    best = max(known, key=known.__getitem__, default=None)
    if best is None or known[best] < _FEWEST_LINES:
        return None
    found = _Trimming(page, best, heading, weigh(page, heading)).done()
    found.agreement = _VERSE_AGREEMENT
    return found


def _is_verse(passage: Passage) -> bool:
    is_short = _SHORTEST_LINE <= passage.length <= _LONGEST_VERSE
    return is_short and not passage.links and not _AROUND.search(passage.text)


def _trimmed(page: Passages, box: Box, heading: int | None, values: Sequence[float]) -> FoundText:
    """What is the article's in a box, and in those beside it that go on with its text."""
    parts = widened(page, box, heading, values)
    if parts is None:
        return _Trimming(page, box, heading, values).done()
    return _Trimming(page, parts.box, heading, values, parts).done()


def _is_better(inner: Box, outer: Box) -> bool:
    """Whether the box within holds the article and the rest of the outer one is much noise."""
    if inner is outer or outer not in inner.around() or inner.text < _HALF * outer.text:
        return False
    return outer.text - inner.text < _TEXT_AMONG_NOISE * (outer.noise - inner.noise)


def _by_sum(page: Passages) -> Box | None:
    """The box with the most text over noise, or the part of it beside which there is but noise."""
    best = max(reversed(page.boxes), key=lambda box: box.text - box.noise, default=None)
    if best is not None and best.text <= best.noise:
        best = max(reversed(page.boxes), key=lambda box: box.text)
    if best is None or best.text <= 0:
        return None
    children: dict[Box, list[Box]] = {}
    for box in page.boxes:
        if box.parent is not None:
            children.setdefault(box.parent, []).append(box)
    while best in children:
        child = max(children[best], key=lambda box: box.text - box.noise)
        text, noise = best.text - child.text, best.noise - child.noise
        if child.text < best.text / 2 or text > 1.5 * noise:
            break
        best = child
    return best


def _whole(box: Box, titled: set[Box]) -> Box:
    """The box itself, or the one around a paragraph that stands among lines without links."""
    around = box.parent
    if around is None or box.element.tag != "p" or around in titled:
        return box
    return around if around.linked <= _FEW_LINKS * around.plain else box


def _by_votes(page: Passages, values: Sequence[float]) -> Box | None:
    """The box for which its paragraphs vote."""
    votes: dict[Box, float] = {}
    for passage, value in zip(page.passages, values, strict=True):
        if value > _PARAGRAPH:
            for vote, box in zip(_VOTES, passage.box.around(), strict=False):
                votes[box] = votes.get(box, 0.0) + vote * value
    return max(votes, key=votes.__getitem__, default=None)


@define
class _Trimming:
    """Takes out of a box what is no part of the article: menus, lists, what stands around it."""

    page: Passages
    box: Box
    heading: int | None
    values: Sequence[float]
    parts: Parts | None = None

    def done(self) -> FoundText:
        inside = self._inside()
        apart = self._apart(inside)
        out = self._boxes_out(inside - apart) | apart
        found = FoundText(
            box=self.box.element,
            hidden={each.element for each in out if each.parent not in out},
            other_lines=set(),
            passages=[],
        )
        kept = []
        for number, passage in enumerate(self.page.passages):
            if passage.box not in inside:
                continue
            if passage.box in out:
                if passage.box not in apart and passage.length > passage.linked:
                    found.left_out.append(passage.text[:_LONGEST_LEFT_OUT])
            elif self.heading is not None and number <= self.heading:
                found.other_lines.add(passage.text)
            elif passage.linked > 2 * passage.length:
                found.hidden.update(passage.links)
            else:
                kept.append(number)
                found.hidden.update(filter(_leads_away, passage.links[-1:]))
        self._cut_ends(found, kept)
        return found

    def _inside(self) -> set[Box]:
        inside = {self.box}
        for each in self.page.boxes:
            if each.parent in inside:
                inside.add(each)
        return inside

    def _apart(self, inside: set[Box]) -> set[Box]:
        """What stands before the first of several parts and behind the last one."""
        if self.parts is None:
            return set()
        first, last = self.parts.first, self.parts.last
        return {
            each
            for number, each in enumerate(self.page.boxes)
            if each in inside and each is not self.box and not first <= number <= last
        }

    def _boxes_out(self, inside: set[Box]) -> set[Box]:
        """Lists of links, and boxes whose names say that they hold something else."""
        out: set[Box] = set()
        for each in self.page.boxes:
            if each not in inside or each is self.box:
                continue
            is_list = each.noise > each.text and each.linked > each.plain
            rest = self.box.text - each.text
            is_other = each.trust < 1 and each.text < 0.3 * self.box.text
            is_other |= each.trust <= NO_TRUST and rest > _PARAGRAPH
            if each.parent in out or is_list or is_other:
                out.add(each)
        return out

    def _cut_ends(self, found: FoundText, kept: list[int]) -> None:
        """Leave out what stands between headline and text, and what follows the end."""
        passages = self.page.passages
        texts = [passages[number].text for number in kept]
        start = next((i for i, number in enumerate(kept) if self._begins(number, texts[i])), 0)
        end = self._end(kept, texts)
        furniture = set(self._furniture(kept[:end], texts))
        for index, number in enumerate(kept):
            is_behind = index >= end or index in furniture
            if (index < start and self._is_around(number, texts[index])) or is_behind:
                found.other_lines.add(texts[index])
                if is_behind:
                    found.left_out.append(texts[index][:_LONGEST_LEFT_OUT])
            else:
                found.passages.append(passages[number])
        found.first, found.last = (kept[start], kept[end - 1]) if kept else (0, 0)

    def _furniture(self, kept: Sequence[int], texts: Sequence[str]) -> Iterator[int]:
        """The controls and notices of the page behind the last paragraph."""
        for index in range(len(kept) - 1, -1, -1):
            if is_furniture(texts[index]):
                yield index
            elif self.values[kept[index]] > _PARAGRAPH:
                break

    def _is_around(self, number: int, text: str) -> bool:
        is_short = self.page.passages[number].length < _LONGEST_INFO and "。" not in text
        return is_short and _AROUND.search(text) is not None

    def _begins(self, number: int, text: str) -> bool:
        """Whether a passage is a paragraph of the text and no line about it."""
        if self.values[number] <= _PARAGRAPH or self._is_around(number, text):
            return False
        is_short = self.page.passages[number].length < _LONGEST_INFO and "。" not in text
        return not (is_short and _BYLINE.search(text))

    def _end(self, kept: Sequence[int], texts: Sequence[str]) -> int:
        """Up to where the article goes: the editor's name, or the heading of another list."""
        total = sum(max(0.0, self.values[number]) for number in kept)
        before = 0.0
        for index, number in enumerate(kept):
            text, length = texts[index], self.page.passages[number].length
            if before > _MOST_OF_IT * total:
                if length < _LONGEST_END and _END.match(text):
                    return index + 1
                if length < LONGEST_HEADING and OTHERS.fullmatch(text):
                    return index
            before += max(0.0, self.values[number])
        return len(kept)


def _leads_away(link: Element) -> bool:
    """Whether a link at the end of a paragraph is the page's (返回首页, 更多>>)."""
    return _AWAY.fullmatch(text_of(link)) is not None


def _agreement(first: Sequence[Passage], second: Sequence[Passage]) -> float:
    """F1 of the two choices, by the length of what they hold."""
    one = {id(passage): passage.length for passage in first}
    both = sum(one.get(id(passage), 0.0) for passage in second)
    total = sum(one.values()) + sum(passage.length for passage in second)
    return 2 * both / total if total else 0.0
