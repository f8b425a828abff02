"""The sentences of a text, without what frames it: dateline, source, editor, day of the print.

A frame tells of the page and not of the news: two copies of one text have different ones.
"""

from __future__ import annotations

import re

from pipelines.text.fold import fold

_END = re.compile(r"[。!?;\n]+")
_AT_HEAD, _AT_TAIL = 2, 3
"""Sentences at either end of a text among which a frame is looked for."""
_LONGEST_FRAME = 60
_FRAMING = re.compile(
    "来源|编辑|责编|记者|作者|通讯员|原标题|供稿|供图|稿源|审核|校对|摄影|图片|"
    "转载|转自|载于|原载|刊载|刊发|刊登|首发|摘自|投稿|关注|公众号|客户端|"
    "版权|声明|免责|风险|讯|电$|报道|更新时间|发布时间|完[)】]"
)
_DATE = r"(?:(?:19|20)\d\d(?:年|-|/|\.))?\d{1,2}(?:月|-|/|\.)\d{1,2}日?"
_ONLY_DATES = re.compile(r"[\d\s年月日时分秒:./()\[\]【】-]*+")
_DATED = re.compile(
    rf"\A(?:\W{{0,20}}+(?:本文)?(?:首发|发布|更新|刊发|原载|转载|载|刊|写)[于自].*+|\W{{0,20}}+{_DATE}[^,]*+|"
    rf"[^,]{{0,40}}?{_DATE}\W{{0,20}})"
)
_LABEL = re.compile(
    r"\s{0,9}+[(\[【]?+(?:文章|本文|稿件)?(?:来源|责任编辑|编辑|责编|作者|记者|发布时间|更新时间|"
    r"原标题|稿源|审核|校对|值班编委|通讯员|供图|摄影?|文|图)\s?[:/]"
)
_BRACKET = r"[(\[【][^()\[\]【】]{0,60}+[)\]】]"
_HEAD_BRACKET = re.compile(rf"\s{{0,9}}+({_BRACKET})\s{{0,9}}+")
_TAIL_BRACKET = re.compile(rf"\s{{0,9}}+({_BRACKET})\s{{0,9}}+\Z")
_DATELINE = re.compile(
    rf"[^,。:]{{0,30}}?(?:电|讯|消息|报道)(?:(?:{_BRACKET})?+[,:\s]+|(?=[(\[【]))"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, folded, in its order, frames left out."""
    found = [part for part in _END.split(fold(text)) if part.strip()]
    if not found:
        return found
    found[0] = _without_head(found[0])
    found[-1] = _without_tail(found[-1])
    edge = {*range(_AT_HEAD), *range(len(found) - _AT_TAIL, len(found))}
    return [part for number, part in enumerate(found) if number not in edge or not _frames(part)]


def _frames(part: str) -> bool:
    """Whether a sentence at the edge of a text says nothing but who printed it, and when."""
    plain = part.strip()
    if len(plain) > _LONGEST_FRAME:
        return False
    if _ONLY_DATES.fullmatch(plain) or _LABEL.match(plain):
        return True
    if _HEAD_BRACKET.fullmatch(plain) or _DATED.fullmatch(plain):
        return bool(_FRAMING.search(plain))
    return False


def _without_head(part: str) -> str:
    for _bracket in range(2):
        bracket = _HEAD_BRACKET.match(part)
        if bracket and _FRAMING.search(bracket[1]):
            part = part[bracket.end() :]
        dateline = _DATELINE.match(part)
        if dateline:
            part = part[dateline.end() :]
    return part


def _without_tail(part: str) -> str:
    bracket = _TAIL_BRACKET.search(part)
    return part[: bracket.start()] if bracket and _FRAMING.search(bracket[1]) else part
