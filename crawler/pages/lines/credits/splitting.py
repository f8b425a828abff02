"""Take rows of names and media apart into words."""

from __future__ import annotations

import re

from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import (
    has_standing,
    is_foreign_name,
    is_likely_name,
    is_name,
    is_sure_name,
    is_surname_first,
)
from crawler.pages.lines.words.plain import BULLETS, plain_form
from pipelines.text.fold import fold

_BETWEEN = re.compile(rf"[\s,;、/|&+{BULLETS}]")
_AND = re.compile("(?<=.)和(?=.)")
_SHORTEST_GLUED = 4
_GLUED = re.compile(
    r"(?P<medium>.{1,10}?(?:网|报|社|台|新闻|周刊|日报|客户端|财经|时报))(?P<name>.{2,4})"
)
_SOME = re.compile("[等和与、]")
_INSTITUTION = re.compile(
    r"(?:中国|国家|全国|中央|中共|中科院|世界|国际|北京|上海|天津|重庆|香港|澳门|台湾|河北|山西|辽宁|吉林|黑龙江|"
    r"江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|"
    r"南京|武汉|广州|深圳|成都|西安|杭州|厦门|大连|苏州|长春|哈尔滨|兰州|郑州|清华|北大|复旦|南开|同济|浙大|中山|暨南|"
    r"华东|华中|华南|西南|西北|东北|东南|首都|对外|外交|财政|人民|新华|经济|社科院)"
)


def words_of(text: str) -> list[str]:
    """Words between separators; a name spread out (王 甲) and Latin names stay together."""
    plain = plain_form(text)
    found: list[str] = []
    start = 0
    for match in (*_BETWEEN.finditer(plain), None):
        end = match.start() if match else len(text)
        found += _apart(text[start:end], plain[start:end]) if end > start else []
        start = match.end() if match else end
    return _joined(found)


def split_glued(text: str) -> int | None:
    """Where the name begins in a medium and a name without a space: 某某网王小甲; else None."""
    match = _GLUED.fullmatch(text) if len(text) >= _SHORTEST_GLUED else None
    if match is None or is_medium(text) or not is_sure_name(match["name"]):
        return None
    return match.start("name")


def split_standing(text: str) -> int | None:
    """Where the standing begins behind a name: 王小甲某某大学教授; None if there is no telling.

    A name has three characters unless what stands after two of them begins an institution.
    """
    if not has_standing(text) or _SOME.search(text):
        return None
    lengths = (2, 4, 3) if _INSTITUTION.match(text, 2) else (4, 3, 2)
    for length in lengths:
        is_compound = length != 4 or is_sure_name(text[:4])
        if is_compound and is_surname_first(text[:length]) and len(text) >= length + 4:
            return length
    return None


def split_standing_first(text: str) -> int | None:
    """Where the name begins behind a standing: 某某大学教授王小甲; None if there is no telling."""
    for length in (3, 2, 4):
        start = len(text) - length
        if start >= 2 and has_standing(text[:start]) and is_likely_name(text[start:]):
            return start
    return None


def _apart(word: str, plain: str) -> list[str]:
    """The words of which a word without separators is made: 王甲和李乙 two, 王和平 one."""
    pieces: list[str] = []
    start = 0
    for match in _AND.finditer(plain):
        if is_name(plain[start : match.start()]) and not is_surname_first(plain[start:]):
            pieces.append(word[start : match.start()])
            start = match.end()
    return [*pieces, *_without_medium(word[start:], plain[start:])]


def _without_medium(word: str, plain: str) -> list[str]:
    cut = split_glued(plain)
    return [word[:cut], word[cut:]] if cut else [word]


def _joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        last = joined[-1] if joined else ""
        if len(last) == 1 and len(word) <= 2 and is_surname_first(fold(last + word)):
            joined[-1] = last + word
        elif last and last.isascii() and word.isascii() and is_foreign_name(fold(f"{last} {word}")):
            joined[-1] = f"{last} {word}"
        else:
            joined.append(word)
    return joined
