"""Headlines as the head of a page gives them, without the names of site and section behind."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from crawler.pages.lines.words.plain import plain_form

_LAST_PART = re.compile(
    r"[\s_|｜\-–—－]{1,6}(?P<name>[^\s_|｜\-–—－]{1,20})[\s.…]{0,3}$"
    r"|\s{0,2}[,·•«»]\s{0,2}(?P<site>[^\s_|｜\-–—－,·•«»]{1,20})\s{0,3}$"
)
_REACH = 30
_MOST_PARTS = 8
_SECTION = (
    "时政|政治|国际|国内|社会|民生|财经|经济|金融|产经|宏观|证券|股票|股市|美股|港股|A股|基金|期货|外汇|债券|理财|银行"
    "|保险|科技|互联网|IT|数码|通信|手机|军事|体育|娱乐|文化|历史|评论|观点|专栏|教育|健康|医药|汽车|房产|旅游|时尚"
    "|女性|生活|法治|法制|传媒|公益|农业|能源|工业|产业|科学|视频|图片|图集|滚动|要闻|头条|快讯|热点|焦点|综合|地方"
    "|城市|台湾|港澳|两岸|中国|世界|全球|环球|大陆|首页|资讯|新闻|频道|正文|中心|公司|市场|行业|消费|商业|创业|管理"
    "|人物|访谈|专题|报道|独家|原创|深度|风闻"
)
_SECTION_NAME = re.compile(rf"(?:{_SECTION}){{1,3}}")
_BEHIND_NAME = rf"(?:{_SECTION}|网|社区|客户端|APP|官网|博客|微博){{0,2}}"


def without_site(title: str, site_names: Collection[str]) -> str:
    """`某事发生-时政-某某网` -> `某事发生`: without the site's names and, before these, sections.

    A name with words of its own behind (某某网专访王五) is none; a section alone stays.
    """
    own = _own_name(tuple(site_names))
    has_site = False
    for _part in range(_MOST_PARTS):
        last = _LAST_PART.search(title, max(0, len(title) - _REACH))
        if last is None or last.start() == 0:
            break
        name = plain_form(last["name"] or last["site"])
        is_site = own.fullmatch(name) is not None
        if not is_site and not (has_site and last["name"] and _SECTION_NAME.fullmatch(name)):
            break
        has_site = True
        title = title[: last.start()]
    return title.strip()


def is_section(name: str) -> bool:
    """Whether it is the name of a section of a site, such as 国际新闻."""
    return _SECTION_NAME.fullmatch(name) is not None


@lru_cache(maxsize=16)
def _own_name(site_names: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(plain_form(name)) for name in site_names)
    return re.compile(rf"(?:手机)?(?:{names}){_BEHIND_NAME}", re.IGNORECASE)
