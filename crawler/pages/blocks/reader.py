"""Read an element from top to bottom, as a reader of the page sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from attrs import define, field
from lxml import etree

from crawler.exceptions import PageError
from crawler.pages.blocks.addresses import absolute
from crawler.pages.blocks.captions import without_captions
from crawler.pages.blocks.link_lists import Links, without_link_lists
from crawler.pages.blocks.pictures import PICTURE_TAGS, is_icon, is_sign, picture_url
from crawler.pages.blocks.shifts import shifted
from crawler.pages.blocks.shown import (
    BLOCKS,
    BREAKS,
    CELLS,
    NEVER_SHOWN,
    STYLED,
    is_advertising,
    is_hidden,
    is_vote,
    keeps_breaks,
    shift_of,
)
from crawler.pages.blocks.tables import Table
from crawler.pages.html import Attributes, Element, visible
from pipelines.items import Image, RemovedLine

MOST_LINES = 10_000
"""Lines and pictures of one element. Ten times as many take seconds, and no article has them."""
_MOST_IMAGES = 300

Rule = Callable[[Element], bool]


@define
class Blocks:
    """What a reader sees: text lines from top to bottom, and the pictures.

    removed: lines among them that are none of the text: lists of links, a pager.
    """

    lines: list[str] = field(factory=list)
    images: list[Image] = field(factory=list)
    removed: list[RemovedLine] = field(factory=list)


def read_blocks(
    root: Element | None,
    *,
    base_url: str,
    drop: Collection[str] = (),
    is_dropped: Rule | None = None,
    is_caption: Rule | None = None,
    is_picture: Callable[[str], bool] | None = None,
    leads_away: Callable[[str], bool] | None = None,
) -> Blocks:
    """Read an element from top to bottom.

    drop: classes and ids whose elements are left out with all they hold; is_dropped: the same
    by rule. is_caption: elements whose text describes the picture above them; it goes to that
    picture and never into the lines, and so does a line there that says so itself. is_picture:
    whether an absolute image URL is one of the article's (no logo or QR code). leads_away:
    whether a link on the page leads to a page of the site that is no article. Neither deep
    nesting nor broken markup makes it fail.

    Raises:
        PageError: `too_many_lines`.
    """
    if root is None:
        return Blocks()
    reader = _Reader(
        base_url=base_url,
        drop=frozenset(drop),
        is_dropped=is_dropped,
        is_caption=is_caption,
        is_picture=is_picture,
    )
    reader.walk(root)
    found = reader.links
    if reader.below:
        reader.lines, found = without_captions(reader.lines, found, reader.below)
    if not found:
        return Blocks(reader.lines, reader.images)
    away = leads_away and (lambda link: leads_away(absolute(base_url, link) or ""))
    lines, removed = without_link_lists(reader.lines, found, away)
    return Blocks(
        lines, reader.images, [RemovedLine(line=line, rule="link_list") for line in removed]
    )


@define
class _Reader:
    base_url: str
    drop: frozenset[str]
    is_dropped: Rule | None
    is_caption: Rule | None
    is_picture: Callable[[str], bool] | None
    lines: list[str] = field(factory=list)
    images: list[Image] = field(factory=list)
    links: dict[int, Links] = field(factory=dict)
    """Of the lines that have any, by number."""
    below: dict[int, Image] = field(factory=dict)
    """Pictures, by the number of the line that comes next."""
    _parts: list[str] = field(factory=list)
    _targets: list[str] = field(factory=list)
    """Where the line's links lead."""
    _linked: list[tuple[int, int]] = field(factory=list)
    """Which of the line's parts stand in links: from, to."""
    _link: Element | None = None
    _link_start: int = 0
    _caption: Element | None = None
    _stash: list[str] = field(factory=list)
    """What stood before a caption within a row."""
    _tables: list[Table] = field(factory=lambda: [Table()])
    _row: Element | None = None
    _kept_breaks: list[Element] = field(factory=list)
    _shifts: list[tuple[Element, str, int]] = field(factory=list)
    _captioned: int = 0
    """How many lines there were after the last picture: a caption follows at once."""
    _lost: bool = False
    """The last picture had no address but a placeholder's."""
    _seen: int = 0

    def walk(self, root: Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = str(element.tag)
            if event == "end":
                self._end(element, tag)
                if element is not root:
                    self._text(element.tail)
            elif tag in NEVER_SHOWN and element is not root:
                self._look_behind(element, tag)
                walker.skip_subtree()
            else:
                attributes = element.attrib
                told = attributes or self.is_dropped is not None
                if told and element is not root and self._skips(element, tag, attributes):
                    walker.skip_subtree()
                else:
                    self._start(element, tag, attributes)
                    self._text(element.text)
        self._flush()
        self._tables[0].settle(self.lines)

    def _text(self, text: str | None) -> None:
        # Between blocks there is mostly white space, which no line begins with.
        if not text or (text.isspace() and not self._parts):
            return
        if self._kept_breaks and "\n" in text:
            first, *others = text.split("\n")
            self._text(first)
            for line in others:
                self._break()
                self._text(line)
            return
        self._parts.append(text)

    def _look_behind(self, element: Element, tag: str) -> None:
        """A picture whose address only scripts put in stands for readers without them, too."""
        if tag == "noscript" and self._lost:
            for picture in element.iter("img"):
                self._image(picture)

    def _skips(self, element: Element, tag: str, attributes: Attributes) -> bool:
        if self.drop and (
            attributes.get("id") in self.drop
            or not self.drop.isdisjoint(attributes.get("class", "").split())
        ):
            return True
        if (
            is_hidden(attributes)
            or is_vote(element, attributes)
            or (tag == "ins" and is_advertising(attributes))
        ):
            return True
        return self.is_dropped is not None and self.is_dropped(element)

    def _start(self, element: Element, tag: str, attributes: Attributes) -> None:
        if tag in BREAKS:
            if self._parts:
                self._break()
            if tag in ("table", "tr"):
                self._start_of_table(element, tag)
        elif tag == "a":
            self._start_of_link(element)
        elif tag in PICTURE_TAGS:
            self._image(element)
        elif tag == "rt":
            self._parts.append("(")
        if tag in STYLED or "style" in attributes:
            self._start_of_style(element, tag)
        if self._caption is None and (
            tag == "figcaption" or (self.is_caption is not None and self.is_caption(element))
        ):
            self._start_of_caption(element)

    def _start_of_link(self, element: Element) -> None:
        if "href" in element.attrib and self._link is None:
            self._link = element
            self._link_start = len(self._parts)
            self._note_target()

    def _note_target(self) -> None:
        href = (self._link.get("href") or "").strip() if self._link is not None else ""
        if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
            self._targets.append(href)

    def _start_of_style(self, element: Element, tag: str) -> None:
        if keeps_breaks(element, tag):
            self._kept_breaks.append(element)
        shift = shift_of(element, tag)
        if shift is not None:
            self._shifts.append((element, shift, len(self._parts)))

    def _start_of_table(self, element: Element, tag: str) -> None:
        if self._row is not None or self._caption is not None:
            return
        if tag == "table":
            self._tables.append(Table())
        elif self._tables[-1].is_data(element):
            self._row = element
            self._tables[-1].begin_row()
        else:
            self._tables[-1].pass_row()

    def _start_of_caption(self, element: Element) -> None:
        if self._row is None:
            self._flush()
        else:
            self._stash, self._parts = self._parts, []
        self._caption = element

    def _end(self, element: Element, tag: str) -> None:
        if self._shifts and self._shifts[-1][0] is element:
            self._end_of_shift()
        if self._kept_breaks and self._kept_breaks[-1] is element:
            self._kept_breaks.pop()
        if tag in BLOCKS:
            if self._parts or self._row is not None or tag == "table":
                self._end_of_block(element, tag)
        elif element is self._link:
            self._linked.append((self._link_start, len(self._parts)))
            self._link = None
        elif tag == "rt":
            self._parts.append(")")
        if element is self._caption:
            self._flush()
            self._caption = None
            self._parts, self._stash = self._stash, []

    def _end_of_shift(self) -> None:
        _, shift, place = self._shifts.pop()
        text = "".join(self._parts[place:])
        if text and not text.isspace():
            self._parts[place:] = [shifted(text, shift)]

    def _end_of_block(self, element: Element, tag: str) -> None:
        row = self._row
        if row is None:
            if self._parts:
                self._flush()
            if tag == "table" and len(self._tables) > 1 and self._caption is None:
                self._tables.pop().settle(self.lines)
        elif element is row:
            self._end_of_row()
        elif tag in CELLS and element.getparent() is row:
            self._tables[-1].add(visible("".join(self._parts)), element)
            self._clear()
        else:
            self._break()

    def _end_of_row(self) -> None:
        self._row = None
        self._clear()
        line = self._tables[-1].end_row(len(self.lines))
        if line is not None:
            self._count()
            self.lines.append(line)

    def _break(self) -> None:
        """End the line; within a row of data only the cell."""
        if not self._parts:
            return
        if self._row is None:
            self._flush()
        else:
            self._parts.append(" ")

    def _flush(self) -> None:
        """Close the line that has been gathered."""
        text = visible("".join(self._parts)) if self._parts else ""
        if text:
            self._count()
            if self._caption is None:
                if self._targets:
                    self.links[len(self.lines)] = Links(self._words_outside(), self._targets)
                    self._targets = []
                self.lines.append(text)
            elif self.images and self._captioned == len(self.lines):
                last = self.images[-1]
                last.caption = f"{last.caption} {text}" if last.caption else text
        self._clear()

    def _words_outside(self) -> str:
        """The line's words that stand in no link."""
        if self._link is not None:
            self._linked.append((self._link_start, len(self._parts)))
        place, pieces = 0, []
        for start, end in self._linked:
            pieces += self._parts[place:start]
            place = end
        return visible("".join([*pieces, *self._parts[place:]]))

    def _clear(self) -> None:
        """Begin another line, which may stand in the same link."""
        self._parts.clear()
        if self._shifts:
            self._shifts.clear()
        if self._targets or self._linked or self._link is not None:
            self._targets.clear()
            self._linked.clear()
            self._link_start = 0
            self._note_target()

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MOST_LINES:
            raise PageError("too_many_lines", f"more than {MOST_LINES:,}: no article has as many")

    def _stand_in_before(self, element: Element) -> None:
        """Read what stands before a picture without an address for readers without scripts."""
        before = element.getprevious()
        if before is not None and before.tag == "noscript":
            for picture in before.iter("img"):
                self._image(picture)

    def _image(self, element: Element) -> None:
        self._count()
        if len(self.images) == _MOST_IMAGES or is_icon(element):
            return
        url = picture_url(element, self.base_url)
        self._lost = url is None
        if url is None:
            self._stand_in_before(element)
        if url and not is_sign(url) and (self.is_picture is None or self.is_picture(url)):
            self._captioned = len(self.lines) + bool(visible("".join(self._parts)))
            known = any(image.url == url for image in self.images[-50:])
            if not known:
                self.images.append(Image(url=url))
                if self._caption is None and self._row is None:
                    self.below[self._captioned] = self.images[-1]
