"""What looks like a medium (新华社, 某某晚报) and not like a person. All texts here are folded."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from crawler.pages.lines.words.sections import read_sections

_SHORTEST, _LONGEST = 2, 24
_PAPER = (
    r"报|网|社|台|电视|卫视|新闻|客户端|周刊|周报|杂志|月刊|广播|通讯|快讯|在线|传媒|媒体|公众号|微信号|头条|频道|"
    r"出版社|编辑部|评论部|工作室"
)
_OTHER = (
    r"财经|观察|智库|资讯|证券|科技|视频|经济报道|每日电讯|微博|发布|研究院|栏目|经纬|中国|天下|"
    r"研究中心|app|com|cn|net"
)
_PART = r"(?:部|版|室|组|号|中心|频道|栏目|专栏|端|团队|微信|官微|微博|评论|特稿)"
_MEDIUM_END = re.compile(
    rf"(?:{_PAPER}|{_OTHER})(?:号|\)|微信|官微|版)?$|(?:{_PAPER})[一-鿿]{{0,4}}{_PART}$"
)
_SURE_END = re.compile(
    r"(?:日报|晚报|早报|晨报|时报|商报|都市报|青年报|[一-鿿]报|新闻网?|在线|[一-鿿]网|通讯社|[一-鿿]社|电视台|卫视|电台|经济报道|每日电讯|"
    r"广播|客户端|周刊|杂志|月刊)(?:社|客户端|微信|微信公众号|公众号|官微|海外版|[一-鿿]{0,2}版)?$"
)
"""Both are searched from the second character on: never the whole of it."""
_WORD = (
    r"新华|央视|观察者|新浪|澎湃|上观|财新|界面|总台|中新|南都|路透|彭博|法新|美联|综合|网络|本报|本网|本刊|本台|"
    r"cctv|bbc|cnn|微信"
)
_MEDIUM_WORD = re.compile(rf"(?:{_WORD})(?:[一-鿿]{{0,4}}{_PART}|国际|军事|体育|财经|微博)?")
_NO_MEDIUM = re.compile(
    r"[,。!?;:]|\d日|^[一两三四五六七八九十几每这那哪多][家分张本个种档场位名座]|(?:平台|舞台|站台|讲台|柜台|前台|后台|互联网|物联网|因特网|局域网|电网|路网|管网|官网|上网|联网|"
    r"(?<!交)通报|情报|海报|预报|申报|(?<!文)汇报|举报|捷报|(?<!大)公报|简报|财报|(?<![青少老])年报|季报|警报|回报|"
    r"合作社|旅行社|公社|会社|(?<![日晚早晨时商京年])报社|(?:新品|产品|信息|数据)发布)$"
)
_REPORTS = re.compile(r"(?:综合|独家|专题)?(?:(?<!经济)报道|报导|(?<!每日电)讯|消息|专电|电)$")
_REPORTS_END = frozenset("道导讯息电")
_ITSELF = re.compile(
    r"(?:本[报网刊台社站]|综合|网络|互联网|微信|[融全新自]?媒体|(?:微信)?公众号|客户端|编辑部|评论部|工作室|频道|网站|报社|新闻)"
    r"(?:融媒体|全媒体|新媒体)?(?:中心|报道组|报道部|编辑部|评论部|工作室|[部组])?"
)
_DOT = re.compile("[·•・.‧]")


@cache
def _known() -> frozenset[str]:
    """Names that nothing but the name itself shows to be a medium's: 南方周末, 36氪."""
    return frozenset(read_sections(Path(__file__).with_name("media.txt"))["names"].split())


def is_medium(text: str, site_names: Collection[str] = ()) -> bool:
    """新华社, 上观新闻, 环球时报综合报道, 某某日报海外版, 某某晚报·某某派."""
    if text in site_names or text in _known():
        return True
    if not _SHORTEST <= len(text) <= _LONGEST or _NO_MEDIUM.search(text):
        return False
    name = text[: length_of_medium(text)]
    if _MEDIUM_END.search(name, 1) or _MEDIUM_WORD.fullmatch(name):
        return True
    parts = _DOT.split(name)
    return len(parts) > 1 and any(_MEDIUM_END.search(part, 1) for part in parts)


def is_sure_medium(text: str, site_names: Collection[str] = ()) -> bool:
    """A medium that is known without any word beside it: no 发布 or 科技, which end much else."""
    is_one = is_medium(text, site_names) and not names_itself(text)
    return is_one and (
        text in site_names
        or text in _known()
        or bool(_SURE_END.search(text, 1) or _MEDIUM_WORD.fullmatch(text))
    )


def names_itself(text: str) -> bool:
    """本报, 综合, 融媒体中心: stands for a medium without naming one."""
    return _ITSELF.fullmatch(text) is not None


def length_of_medium(text: str) -> int:
    """How much of 环球时报综合报道 is the medium's name."""
    if text in _known():  # 参考消息
        return len(text)
    report = _REPORTS.search(text[-8:]) if text[-1:] in _REPORTS_END else None
    start = len(text[:-8]) + report.start() if report else 0
    return start if start >= _SHORTEST else len(text)
