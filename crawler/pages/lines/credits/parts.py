"""The parts of a byline, a role with who stands for it each, and how certain these must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from attrs import define

from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import (
    is_known_name,
    is_likely_name,
    is_name,
    is_ordinary,
    is_pen_name,
    is_plain_name,
    is_short_pen_name,
)
from crawler.pages.lines.words.phrases import gives_pictures, is_organisation
from crawler.pages.lines.words.roles import (
    PEN_ROLES,
    PEOPLE,
    PICTURES,
    STAFF,
    THINGS,
    TURNS,
)
from pipelines.text.fold import fold

PLACES = (
    "北京|上海|天津|重庆|香港|澳门|广州|深圳|南京|杭州|武汉|成都|西安|沈阳|长春|昆明|石家庄|太原|呼和浩特|哈尔滨|"
    "合肥|福州|南昌|济南|郑州|长沙|南宁|海口|贵阳|拉萨|兰州|西宁|银川|乌鲁木齐|大连|青岛|宁波|厦门|苏州|"
    "(?:台北|新北|桃园|台中|台南|高雄|基隆|新竹|嘉义|苗栗|彰化|南投|云林|屏东|宜兰|花莲|台东|澎湖|金门)[市县]?|"
    "东京|首尔|纽约|华盛顿|伦敦|巴黎|柏林|莫斯科|布鲁塞尔|日内瓦|新加坡|曼谷|河内|新德里|开罗|联合国"
)


@define
class Part:
    """A role and the text up to the next role, as spans of the byline.

    label: the sign behind the role that makes it a label, or nothing. in_row: the byline has other
    labels, so that it is no heading (`校对：错一个字扣五十`). of_crew: the role stands behind the
    label of another (`摄影：本报记者 王甲`).
    """

    role: str
    prefix: str
    said: str
    label: str
    start: int
    end: int
    in_row: bool = False
    of_crew: bool = False


def name_test(part: Part, *, after_medium: bool) -> Callable[[str], bool]:
    """How certain a name must be after this role."""
    if not part.label or part.role in TURNS:
        return is_name if part.role in PEOPLE else is_known_name
    if after_medium:
        return _may_sign if part.role == "文" and part.label != ":" else is_known_name
    if part.in_row:
        return is_pen_name
    if part.role in PEN_ROLES or (part.role == "文" and part.label != ":"):
        return is_pen_name
    if part.label != ":" and part.role not in STAFF:
        return is_short_pen_name
    return is_known_name if part.role in THINGS else is_plain_name


def _may_sign(text: str) -> bool:
    """文/某某网 小河: a pen name, where a place or a word may stand, too."""
    is_short = is_short_pen_name(text) and not re.fullmatch(PLACES, text)
    return is_known_name(text) or (is_short and not is_ordinary(text))


def editor_test(part: Part) -> Callable[[str], bool]:
    """How certain an editor's name must be after this role."""
    if not part.label:
        return is_likely_name
    return is_pen_name if part.in_row else is_short_pen_name


def is_crew(word: str, part: Part, site_names: Collection[str]) -> bool:
    """Whether a word behind the role of other staff is somebody, and no heading's."""
    if is_medium(fold(word), site_names):
        return True
    if part.of_crew:
        return is_name(word)
    if not part.label or part.role in TURNS:
        return is_likely_name(word)
    if is_organisation(word) or (part.role in PICTURES and gives_pictures(word)):
        return True
    if part.in_row:
        return is_pen_name(word)
    return is_known_name(word) if part.role in THINGS else is_plain_name(word)
