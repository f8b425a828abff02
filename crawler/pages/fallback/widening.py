"""The rest of an article that stands in several boxes side by side.

A site may open its text with a box of its own, close it with one, or cut it where an
advertisement, a figure or a list of related articles stands. What is found is one of the boxes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import define

from crawler.pages.fallback.passages import Box, Passage, Passages
from crawler.pages.fallback.weighing import LONGEST_HEADING, OTHERS

_PARAGRAPH = 0.5
_SHORTEST = 15
_SENTENCE_END = re.compile(r"[。！？…!?.][”’」』）)\"]?\Z")
_MOST_BETWEEN = 12
"""Passages of lists and figures that may stand between two parts of a text."""
_MOST_LINKED = 0.2
_NOT_TEXT = re.compile(
    r"summ?ary|abstract|digest|intro|\bdesc|zhaiyao|daodu|tips?\b|note|statement|remark|about|author"
    r"|bio\b|editor|zebian|tool|info"
)
_END = re.compile(r"[\[【（(]?\s?(?:[责責]任?)?[编編][辑輯]?\s?[:：/|]")
_ABOUT = re.compile(
    r"[\[【（(]?(?:核心提示|内容[提摘]要|摘要|导读|提要|导语|作者|[来來]源|声明|聲明|版[权權])"
    r"|(?:本[网網站刊台]|[^，。]{2,12}[网網报報端社])(?:是|系|成立于|创[办刊]于|由)|(?:欢迎|請|请|推荐|扫码|下载|关注)"
)
"""How sums, notices, promotions and what a site says of itself begin."""
_TALK = re.compile(r"评论|評論|跟帖|回复|回覆|网友|網友|留言|楼主")
_LABEL = 15
_NEAR = 100
_LAST_LINES = 3


@define(frozen=True)
class Parts:
    """Boxes that hold one text. box: the one around them all; first, last: numbers of boxes."""

    box: Box
    first: int
    last: int


def widened(page: Passages, box: Box, heading: int | None, values: Sequence[float]) -> Parts | None:
    """The parts of the text of which `box` is one; None if it stands there alone."""
    if heading is None:
        return None
    titled = set(page.passages[heading].box.around())
    if box in titled:
        return None
    branch, around = box, box.parent
    while around is not None:
        is_alone = around.text - branch.text <= _PARAGRAPH
        parts = None if is_alone else _Finder(page, around, branch, heading, values).parts()
        if parts is not None or around in titled:
            return parts
        branch, around = around, around.parent
    return None


def _within(page: Passages, roots: set[Box]) -> set[Box]:
    """These boxes and all in them."""
    boxes: set[Box] = set()
    for box in page.boxes:  # parents come first
        if box in roots or box.parent in boxes:
            boxes.add(box)
    return boxes


@define
class _Finder:
    page: Passages
    around: Box
    branch: Box
    heading: int
    values: Sequence[float]

    def parts(self) -> Parts | None:
        passages = self.page.passages
        boxes = _within(self.page, {self.branch})
        inside = [number for number, each in enumerate(passages) if each.box in boxes]
        if not inside:
            return None
        before = self.beside(range(inside[0] - 1, self.heading, -1))
        after = [] if self.ends(inside) else self.beside(range(inside[-1] + 1, len(passages)))
        if not before and not after:
            return None
        boxes = _within(self.page, {*before, self.branch, *after})
        numbers = [number for number, each in enumerate(self.page.boxes) if each in boxes]
        return Parts(self.around, numbers[0], numbers[-1])

    def beside(self, numbers: range) -> list[Box]:
        """The boxes next to the text, nearest first, that go on with it."""
        found: list[Box] = []
        between = 0
        for number in numbers:
            passage = self.page.passages[number]
            own = self._branch_of(passage)
            if own is None or between > _MOST_BETWEEN:
                break
            if own in found:
                continue
            if self._is_text(number, own):
                found.append(own)
                between = 0
            elif passage.length < LONGEST_HEADING and OTHERS.fullmatch(passage.text):
                if not self._is_list(own):
                    break
            else:
                between += 1
        return found

    def ends(self, inside: Sequence[int]) -> bool:
        """Whether the text has its end: what comes behind is another."""
        return any(_END.match(self.page.passages[number].text) for number in inside[-_LAST_LINES:])

    def _branch_of(self, passage: Passage) -> Box | None:
        """The box right in `around` in which a passage stands; None outside."""
        boxes = list(passage.box.around())
        if self.around not in boxes:
            return None
        place = boxes.index(self.around)
        return boxes[place - 1] if place else self.around

    def _is_text(self, number: int, own: Box) -> bool:
        passage = self.page.passages[number]
        return (
            own is not self.around
            and self.values[number] > _PARAGRAPH
            and passage.length >= _SHORTEST
            and passage.linked <= _MOST_LINKED * passage.length
            and _SENTENCE_END.search(passage.text) is not None
            and not _ABOUT.match(passage.text)
            and self._may_be_text(own, number)
        )

    def _may_be_text(self, own: Box, number: int) -> bool:
        names = f"{own.element.get('class', '')} {own.element.get('id', '')}".lower()
        is_alike = own.element.tag == self.branch.element.tag and own.element.get(
            "class"
        ) == self.branch.element.get("class")
        is_odd = self.page.passages[number].links or _NOT_TEXT.search(names)
        if not is_alike and (self.around.element.tag == "body" or is_odd):
            return False
        is_plain = own.trust == 1 and own.linked <= _MOST_LINKED * own.plain
        return is_plain and not self._is_talk(own, number)

    def _is_talk(self, own: Box, number: int) -> bool:
        """Whether labels in a box say that readers speak in it."""
        return any(
            each.length < _LABEL and _TALK.search(each.text)
            for each in self.page.passages[max(0, number - _NEAR) : number + _NEAR]
            if own in each.box.around()
        )

    def _is_list(self, own: Box) -> bool:
        return own.linked > own.plain
