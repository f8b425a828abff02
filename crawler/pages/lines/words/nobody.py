"""What stands where a name should and names nobody: 海外版, 国际部, 小编, admin. All is folded."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from crawler.pages.lines.words.roles import words
from crawler.pages.lines.words.sections import read_sections

_PART = re.compile(
    r"(?:.[版部号室组处局厅栏稿刊报网站社院馆所店队县市省镇]|中心|频道|栏目|专栏|客户端|公众号|基地|团队|小组|平台|媒体|官微|官网)$"
)
"""Parts of a house, editions of a paper, kinds of a text."""
_SOMEBODY = re.compile(
    r"(?:[小总主责美副]编|主播|编辑|编委|记者|通讯员|评论员|撰稿人|作者|网友|读者|用户|听众|观众|粉丝|楼主|版主|群主|站长|博主|"
    r"机器人|实习生|分析师|助手|客服|人士|市民|村民|居民|^.{1,4}[员者]|来信|投稿)$"
)
"""Somebody of a kind, whoever it is."""
_KIND = re.compile(
    r"^(?:来源|转自|转载|源自).{0,4}$|(?:[快锐短社述时酷热微影书乐军体财]评|社论|快讯|简讯|短讯|消息|报[道导]|转[载发]|整理|编译|综合|直播|原创|独家|汇编|编写|摘编|采编)$"
)
_LONGEST = 10
_LATIN = words(
    """
    admin administrator root test user guest editor system webmaster anonymous unknown null none
    undefined author default office ai bot
    """
)


@cache
def _listed() -> frozenset[str]:
    return frozenset(read_sections(Path(__file__).with_name("ordinary.txt"))["never"].split())


def names_nobody(text: str) -> bool:
    """Whether a word that stands for an author is a department, an edition, a kind or anybody."""
    if len(text) > _LONGEST:
        return False
    return (
        text in _listed()
        or text in _LATIN
        or any(pattern.search(text) for pattern in (_PART, _SOMEBODY, _KIND))
    )
