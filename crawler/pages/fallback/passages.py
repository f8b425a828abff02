"""One walk over a page: its passages, each with what tells text from links and labels.

A passage is what a reader sees as one line or paragraph: the text between two breaks. Boxes are
the elements that hold passages; a box knows the box around it, so that sums over a subtree need
no second walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field
from lxml import etree

from crawler.exceptions import PageError
from crawler.pages.blocks.shown import BREAKS, NEVER_SHOWN, is_hidden
from crawler.pages.html import Element, visible

_INLINE = frozenset(
    {"b", "big", "br", "cite", "code", "em", "i", "img", "s", "small", "strong", "sub", "sup", "u"}
)
"""Elements that never hold an article."""
_MOST_PASSAGES = 30_000
"""More text lines than any page of news has; what follows costs time by their number."""
_SHOWN_BY_SCRIPT = frozenset({"js_content"})
"""Ids of elements that are served hidden and shown by the page's script: WeChat's text."""
_CHINESE_MARKS = "，。、；：！？"
_LATIN_MARKS = re.compile(r"[,.;:!?](?=[\s\"'”’)]|$)")
_LATIN_WEIGHT = 0.3
"""What a Latin letter counts beside a Chinese character: a word of five is as long as 1.5."""


@define(eq=False)
class Box:
    """An element that may hold the article. boxes are in document order, parents first."""

    element: Element
    parent: Box | None
    text: float = 0.0
    """How much of what speaks for an article it holds, and below how much against one."""
    noise: float = 0.0
    plain: float = 0.0
    linked: float = 0.0
    trust: float = 1.0

    def around(self) -> Iterator[Box]:
        """The box itself and those around it, from within."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@define(eq=False)
class Passage:
    """Text between two breaks. pieces: as inline elements divide it; links: the links in it.

    length: in Chinese characters, without the text of links, which is `linked`; marks: the
    punctuation of sentences outside of links.
    """

    box: Box
    pieces: list[str]
    links: list[Element]
    length: float
    linked: float
    marks: int
    tag: str

    @property
    def text(self) -> str:
        return visible("".join(self.pieces))


@define(eq=False)
class Passages:
    """All boxes and passages of a page in document order."""

    boxes: list[Box] = field(factory=list)
    passages: list[Passage] = field(factory=list)

    @property
    def are_mostly_links(self) -> bool:
        return sum(each.linked for each in self.passages) > sum(
            each.length for each in self.passages
        )


def read_passages(root: Element) -> Passages:
    """Walk over the tree once.

    Raises:
        PageError: `too_many_lines`.
    """
    walk = _Walk()
    walk.over(root)
    return walk.found


@define
class _Walk:
    found: Passages = field(factory=Passages)
    _box: Box | None = None
    _start: Box | None = None
    """The box in which all of the passage stands that is being read."""
    _plain: list[str] = field(factory=list)
    _linked: list[str] = field(factory=list)
    _pieces: list[str] = field(factory=list)
    _links: list[Element] = field(factory=list)
    _open: list[Element] = field(factory=list)
    """The links that the walk is in."""

    def over(self, root: Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "end":
                self._leave(element, str(tag))
                if element is not root:
                    self._text(element.tail)
            elif not isinstance(tag, str) or tag in NEVER_SHOWN or _is_hidden(element):
                walker.skip_subtree()
            else:
                self._enter(element, tag)
                self._text(element.text)
        self._flush()

    def _enter(self, element: Element, tag: str) -> None:
        if tag in BREAKS:
            self._flush()
        if tag == "a" and "href" in element.attrib:
            self._open.append(element)
            self._links.append(element)
        elif tag not in _INLINE:
            self._box = Box(element, self._box)
            self.found.boxes.append(self._box)

    def _leave(self, element: Element, tag: str) -> None:
        if tag in BREAKS:
            self._flush()
        if self._open and self._open[-1] is element:
            self._open.pop()
        elif self._box is not None and self._box.element is element:
            if self._start is self._box:
                self._start = self._box.parent
            self._box = self._box.parent

    def _text(self, text: str | None) -> None:
        if not text or (not self._pieces and text.isspace()):
            return
        if not self._pieces:
            self._start = self._box
        self._pieces.append(text)
        (self._linked if self._open else self._plain).append(text)

    def _flush(self) -> None:
        if not self._pieces:
            self._links = [*self._open]
            return
        box = self._start
        if box is not None and len(self.found.passages) >= _MOST_PASSAGES:
            raise PageError("too_many_lines", f"more than {_MOST_PASSAGES:,}")
        if box is not None:
            plain, linked = "".join(self._plain), "".join(self._linked)
            passage = Passage(
                box=box,
                pieces=self._pieces,
                links=self._links,
                length=length_of(plain),
                linked=length_of(linked),
                marks=count_marks(plain),
                tag=str(box.element.tag),
            )
            self.found.passages.append(passage)
        self._pieces, self._plain, self._linked = [], [], []
        self._links = [*self._open]


def _is_hidden(element: Element) -> bool:
    attributes = element.attrib
    return is_hidden(attributes) and attributes.get("id") not in _SHOWN_BY_SCRIPT


def length_of(text: str) -> float:
    """The length in Chinese characters, without white space."""
    dense = "".join(text.split())
    narrow = len(dense.encode("ascii", "ignore"))
    return len(dense) - narrow + _LATIN_WEIGHT * narrow


def count_marks(text: str) -> int:
    """How many marks of punctuation a text has that sentences are made with."""
    if text.isascii():
        return len(_LATIN_MARKS.findall(text))
    found = sum(map(text.count, _CHINESE_MARKS))
    return found or len(_LATIN_MARKS.findall(text))
