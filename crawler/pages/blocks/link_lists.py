"""Lists of links that a page puts into its text: 相关新闻, 此前报道, and promotions at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from attrs import define, field

_SUBJECT = (
    "新闻|新聞|阅读|閱讀|报道|報道|报导|链接|鏈接|专题|專題|推荐|推薦|文章|内容|资讯|视频|图集"
    "|话题|回顾|稿件"
)
_HEADING = re.compile(
    "(?:(?:相关|相關|延伸|推荐|推薦|此前|往期|更多|热门|熱門|热点|近期|早前|前期|系列|拓展|扩展"
    "|关联|精彩|新闻)"
    rf"(?:{_SUBJECT})|(?:点击|點擊)?(?:进入|進入|查看)?(?:本|相关)?(?:专题|專題)"
    "|猜你喜欢|您可能感兴趣|编辑推荐|相关)(?:链接|阅读|推荐|一览)?"
)
_AROUND = "【】[]〖〗「」■●◆▶▪◎★>》<《:：.…—-|· 　"
_NO_WORDS = re.compile(r"[\s\d|｜·•、,，;；:：>》/.\-()（）\[\]【】年月日]*+")
_LONGEST_HEADING = 20
_MOST_PROMOTIONS = 4


@define
class Links:
    """What of a line stands in links. outside: the words that do not. targets: where they lead."""

    outside: str
    targets: list[str] = field(factory=list)

    @property
    def is_all(self) -> bool:
        """Whether all words of the line lead elsewhere; marks, numbers and a date lead nowhere."""
        return _NO_WORDS.fullmatch(self.outside) is not None

    @property
    def is_announced(self) -> bool:
        """Whether all that is no link announces one: 此前报道：…"""
        return _is_heading(self.outside)


def without_link_lists(
    lines: Sequence[str], links: Mapping[int, Links], leads_away: Callable[[str], bool] | None
) -> tuple[list[str], list[str]]:
    """The lines of the text, and those that are lists of links.

    links: of the lines that have any, by number. leads_away: whether a link leads to a page of
    the site that is no article; lines at the end of which all links do are promotions.
    """
    wholly = {number for number, each in links.items() if each.is_all}
    out: set[int] = set()
    for number, line in enumerate(lines):
        begins = number in links and links[number].is_announced
        heads = number + 1 in wholly and _is_heading(line)
        goes_on = number in wholly and number - 1 in out
        if begins or heads or goes_on:
            out.add(number)
    last = len(lines) - 1
    for number in range(last, max(0, last - _MOST_PROMOTIONS), -1):
        if number in out:
            continue
        targets = links[number].targets if number in wholly else []
        if leads_away is None or not targets or not all(map(leads_away, targets)):
            break
        out.add(number)
    kept = [line for number, line in enumerate(lines) if number not in out]
    return kept, [lines[number] for number in sorted(out)]


def _is_heading(text: str) -> bool:
    text = text.strip(_AROUND)
    return 1 < len(text) <= _LONGEST_HEADING and _HEADING.fullmatch(text) is not None
