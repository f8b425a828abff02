"""Cut lines of labels (`来源：某报 作者：王甲 浏览：33`) into what each label says."""

from __future__ import annotations

import re
from itertools import pairwise

_SOURCE_LABEL = r"(?:本文|文章|信息|稿件|新闻)?(?:[来來]源|稿源|出[处處])"
_LABEL = re.compile(
    rf"{_SOURCE_LABEL}\s?[:：]|(?:本文)?作者\s?[:：]?|(?:[责責]任)?[编編][辑輯]\s?[:：]"
    r"|(?:发布|发表|更新)?(?:时间|日期)\s?[:：]"
    r"|(?:浏览|点击|阅读|人气|评论|字[号体]|分享|打印|我要|关键词|标签|举报|收藏)|(?<![文图])[|｜]"
)
_ALONE = re.compile(r"[^:：]{0,8}[:：]|(?:本文)?作者|[来來]源|(?:[责責]任)?[编編][辑輯]")
_LABELLED = re.compile(r"[^:：\s]{2,6}\s?[:：]\s?\S")
_AROUND = " \u3000|｜·-—/"
_LONGEST_LINE = 80
SOURCE = re.compile(rf"{_SOURCE_LABEL}\s?[:：]\s?(?P<name>[^\s|,，。:：;；<>]{{2,30}})")
SOURCE_LABEL = re.compile(rf"{_SOURCE_LABEL}\s?[:：]?\s?")


def cut_at_labels(text: str) -> list[str]:
    """The text in parts of which each begins with a label; the first may begin without."""
    starts = [0, *(label.start() for label in _LABEL.finditer(text)), len(text)]
    parts = (text[start:end].strip(_AROUND) for start, end in pairwise(starts))
    return [part for part in parts if part]


def is_label(text: str) -> bool:
    """Whether the text is a label whose value stands elsewhere."""
    return _ALONE.fullmatch(text) is not None


def split_labels(line: str) -> list[str]:
    """The labels of a line such as `本文来源：某报责任编辑：王甲`, in which nothing parts them.

    A line that is more than labels stays whole.
    """
    if len(line) > _LONGEST_LINE or "。" in line or not _LABEL.match(line):
        return [line]
    parts = cut_at_labels(line)
    return parts if all(map(_LABELLED.match, parts)) else [line]
