"""Lists of links that a page puts into its text: 相关新闻, 此前报道, and promotions at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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
class Line:
    """A line and what of it stands in links. outside: the words that do not, without marks."""

    text: str
    outside: str = ""
    links: list[str] = field(factory=list)

    @property
    def is_linked(self) -> bool:
        """Whether all its words lead elsewhere."""
        return bool(self.links) and not self.outside

    @property
    def is_heading(self) -> bool:
        """Whether it announces links and says nothing else."""
        return _is_heading(self.text)

    @property
    def is_labelled_link(self) -> bool:
        """Whether all that is not a link announces the link: 此前报道：…"""
        return bool(self.links) and _is_heading(self.outside)


def words_outside(text: str) -> str:
    """What of a line stands in no link, if it is more than marks, numbers and a date."""
    return "" if _NO_WORDS.fullmatch(text) else text.strip()


def without_link_lists(
    lines: Sequence[Line], leads_away: Callable[[str], bool] | None
) -> tuple[list[str], list[str]]:
    """The lines of the text, and those that are lists of links.

    leads_away: whether a link leads to a page of the site that is no article; lines at the end
    of which all links do are promotions.
    """
    kept: list[Line] = []
    removed: list[str] = []
    in_list = False
    for number, line in enumerate(lines):
        follows = number + 1 < len(lines) and lines[number + 1].is_linked
        if line.is_labelled_link or (line.is_heading and follows):
            in_list = True
        elif not (in_list and line.is_linked):
            in_list = False
        (removed.append(line.text) if in_list else kept.append(line))
    if leads_away is not None:
        for _ in range(_MOST_PROMOTIONS):
            if not (len(kept) > 1 and kept[-1].is_linked and all(map(leads_away, kept[-1].links))):
                break
            removed.append(kept.pop().text)
    return [line.text for line in kept], removed


def _is_heading(text: str) -> bool:
    text = text.strip(_AROUND)
    return 1 < len(text) <= _LONGEST_HEADING and _HEADING.fullmatch(text) is not None
