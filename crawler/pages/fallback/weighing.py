"""What each passage says for an article or against one, and the sums of that over boxes.

Sentences speak for an article: their length and their punctuation. Links and short labels speak
against one. Boxes whose names say comments or menus count little, and so does what stands before
the headline.
"""

from __future__ import annotations

import re

from crawler.pages.fallback.passages import Box, Passage, Passages
from crawler.pages.html import Element

_NO_TEXT = re.compile(
    r"comment|repl(?:y|ies)|pinglun|gentie|tie-?list|recomm|relat(?!iv)|(?<!with-)(?<!has-)(?<!no-)side-?bar|footer|copyright"
    r"|\bnav|navi|menu|disclaim|outbrain|taboola"
)
"""Names of elements that hold no article, unless the headline stands in them."""
_HARDLY_TEXT = re.compile(
    r"\bfoot|crumb|share|advert|rank|hot-?news|feedback|tool-?bar|login|popup|modal|qr-?code"
    r"|keyword|\btags?\b|\bads?(?:\b|_)|_ad\b|promo|subscri|newsletter|sponsor|social|\bmore\b|widget"
    r"|editor-?s?-?pick|author-?(?:info|bio)|caption"
)
"""Names that may be given to what holds the article, too: believed where little text stands."""
_NO_TEXT_TAGS = frozenset({"nav", "footer", "aside"})
_LITTLE = 0.35
NO_TRUST = 0.03
_FEWEST_ENTRIES = 3
_MOST_LINKED = 0.8
_LARGEST_ENTRY = 0.6
OTHERS = re.compile(
    r"(?:相关|热门|精彩|最新|推荐|延伸|更多|重点|编辑|今日|为[您你])"
    r"(?:新闻|阅读|报道|文章|评论|推荐|链接|专题|内容|资讯|图集|视频|精彩){1,2}[:：]?"
    r"|猜你喜欢|大家都在看|(?:网友|全部|用户)(?:评论|跟帖|留言)|[一-鿿]{0,4}排行榜?|[上下]一篇.{0,8}"
    r"|(?:related|recommended|more) (?:stories|articles|news|posts)|comments?"
    r"|leave a (?:reply|comment)",
    re.IGNORECASE,
)
"""Headings of what a page offers besides an article."""
LONGEST_HEADING = 14
_LEGAL = re.compile(
    r"版权所有|copyright|©|ICP备|all rights reserved|举报电话|不良信息|许可证|公网安备"
    r"|^\W*(?:免责|版权|平台|特别)声明|不代表.{2,12}(?:立场|观点)",
    re.IGNORECASE,
)
_LONGEST_LEGAL = 200
_TIME = re.compile(r"(?:19|20)\d{2}[-年/.]\d{1,2}[-月/.]\d{1,2}日?[\s\d:]*")
_LABEL = 20
_SNIPPET = 120
_SHORTEST_SENTENCE = 8
_MOST = 400.0
"""Characters of one passage that count: a text without paragraphs is no better than one with."""


def weigh(page: Passages, heading: int | None, *, by_name: bool = True) -> list[float]:
    """The weight of each passage; boxes get the sums of their subtrees: `text` and `noise`.

    by_name: whether the names of boxes count.
    """
    values = [_value(passage) for passage in page.passages]
    _lower_snippets(page, values)
    trust = _trust(page, values, heading, by_name=by_name)
    for box in page.boxes:
        box.text = box.noise = box.plain = box.linked = 0.0
    for number, passage in enumerate(page.passages):
        box, value = passage.box, values[number]
        box.plain += passage.length
        box.linked += passage.linked
        if value > 0:
            value *= trust[box] * (0.2 if heading is not None and number < heading else 1.0)
            values[number] = value
            box.text += value
        else:
            box.noise -= value
    for box in reversed(page.boxes):
        if box.parent is not None:
            box.parent.text += box.text
            box.parent.noise += box.noise
            box.parent.plain += box.plain
            box.parent.linked += box.linked
    return values


def _value(passage: Passage) -> float:
    length, linked, marks = passage.length, passage.linked, passage.marks
    if linked > length:
        return -min(2.0, 0.5 + linked / 20)
    if length < _LABEL and _TIME.fullmatch(passage.text):
        return -1.0
    if marks == 0:
        return -0.15 if length < _LABEL else min(length, _MOST) / 80
    if length < _SHORTEST_SENTENCE:
        return -0.2
    if length < _LONGEST_LEGAL and _LEGAL.search(passage.text):
        return -1.5
    return min(length, _MOST) / 40 + marks * 0.5


def _lower_snippets(page: Passages, values: list[float]) -> None:
    """A short text between two links is what a list says about one of its entries.

    A label, such as the day of the entry, may follow it.
    """
    is_link = [passage.linked > passage.length for passage in page.passages]
    for number in range(1, len(values) - 1):
        after = number + 1
        if not is_link[after] and values[after] < 0 and after + 1 < len(values):
            after += 1
        between = values[number] > 0 and is_link[number - 1] and is_link[after]
        if between and page.passages[number].length < _SNIPPET:
            values[number] *= 0.4


def _trust(
    page: Passages, values: list[float], heading: int | None, *, by_name: bool
) -> dict[Box, float]:
    """How far each box is believed to hold text, by its name and those of the boxes around it."""
    titled = set(page.passages[heading].box.around()) if heading is not None else set()
    sums = dict.fromkeys(page.boxes, 0.0)
    for passage, value in zip(page.passages, values, strict=True):
        sums[passage.box] += max(0.0, value)
    for box in reversed(page.boxes):
        if box.parent is not None:
            sums[box.parent] += sums[box]
    little = _LITTLE * max(sums.values(), default=0.0)
    others = _entries(page, sums) | _headed(page)
    trust: dict[Box, float] = {}
    for box in page.boxes:
        if box in titled or not by_name:
            box.trust = 1.0
        elif box in others:
            box.trust = NO_TRUST
        else:
            box.trust = _own_trust(box.element, is_little=sums[box] <= little)
        trust[box] = box.trust * (trust[box.parent] if box.parent is not None else 1.0)
    return trust


def _entries(page: Passages, sums: dict[Box, float]) -> set[Box]:
    """Boxes that are entries of a list: three or more side by side, alike, each with a link.

    So are comments with a link to answer them, and the beginnings of other articles. Paragraphs
    of an article have no line that is a link; a row that holds most of the text is no entry.
    """
    linked: set[Box] = set()
    for passage in page.passages:
        if passage.linked > passage.length:
            for box in passage.box.around():
                if box in linked:
                    break
                linked.add(box)
    groups: dict[tuple[Box | None, object, str | None], list[Box]] = {}
    for box in page.boxes:
        if sums[box] > 0:
            kind = (box.parent, box.element.tag, box.element.get("class"))
            groups.setdefault(kind, []).append(box)
    return {
        box
        for group in groups.values()
        if len(group) >= _FEWEST_ENTRIES
        and sum(box in linked for box in group) >= _MOST_LINKED * len(group)
        and max(sums[box] for box in group) < _LARGEST_ENTRY * sum(sums[box] for box in group)
        for box in group
    }


def _headed(page: Passages) -> set[Box]:
    """Boxes that begin with a heading such as 相关新闻 or 网友评论, and hold more than it."""
    first: dict[Box, Passage] = {}
    last: dict[Box, Passage] = {}
    for passage in page.passages:
        for box in passage.box.around():
            first.setdefault(box, passage)
            last[box] = passage
    headed: set[Box] = set()
    for passage in page.passages:
        if passage.length < LONGEST_HEADING and OTHERS.fullmatch(passage.text):
            wider = next((box for box in passage.box.around() if last[box] is not passage), None)
            if wider is not None and first[wider] is passage:
                headed.add(wider)
    return headed


def _own_trust(element: Element, *, is_little: bool) -> float:
    if element.tag in _NO_TEXT_TAGS:
        return NO_TRUST
    names = f"{element.get('class', '')} {element.get('id', '')}".lower()
    if len(names) > 1:
        if _NO_TEXT.search(names):
            return NO_TRUST
        if is_little and _HARDLY_TEXT.search(names):
            return 0.3
    return 1.0
