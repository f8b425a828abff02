"""Lines that belong to the site and not to the article. All patterns see folded text.

A line goes only where its form and its place say that the site speaks: to its readers, of
itself, or in the words of its controls. A report of such words (文章强调，上述言论不代表…) has
another form: somebody is named who says them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.pages.lines.boilerplate.controls import end_rule, stray_rule
from crawler.pages.lines.boilerplate.notices import is_notice
from crawler.pages.lines.boilerplate.pictures import picture_rule
from crawler.pages.lines.boilerplate.promotions import is_promotion

LONGEST_STRAY = 60
"""A line of the site's in the middle of an article is shorter than this."""
LONGEST_NOTE = 320
"""Near the beginning and the end there are disclaimers, and labels with an original title."""
_LONGEST_PROMOTION = 200
_LONGEST_END = 80
_ARROWS = "↓↑→▼☟👇 "
_SOUNDS_LIKE_IT = re.compile(
    r"不代表|仅代表|免责|投资建议|侵权|不得转载|请勿转载|转载请|谢绝转载|郑重声明|特别声明|版权声明|未经(?:授权|许可)|更多精彩|二维码"
    r"|(?:关注|搜索|订阅|添加)[^,。]{1,20}(?:公众号|微信|微博|视频号|头条号)|下载[^,。]{1,16}(?:app|客户端)"
    r"|^欢迎.{0,12}(?:投稿|爆料|留言|点赞|分享)"
)
_KEYS = (
    *("代表", "免责", "投资建议", "侵权", "转载", "声明", "未经", "更多精彩", "二维码", "关注"),
    *("搜索", "订阅", "添加", "下载", "欢迎"),
)
"""One of them stands in all that sounds like it."""


def boilerplate_rule(
    plain: str,
    *,
    near: bool,
    at_end: bool,
    again: bool = False,
    site_names: Collection[str] = (),
) -> str | None:
    """The rule by which a whole folded line is the site's own words; None if it is none.

    near: the line stands near the beginning or the end; at_end: near the end. again: it was
    none near the beginning; is it one of the end?
    """
    line = plain.rstrip("。.!;,").lstrip(_ARROWS)
    if len(plain) <= LONGEST_STRAY and not again:
        rule = stray_rule(plain.lstrip(_ARROWS), site_names) or picture_rule(plain, site_names)
        if rule:
            return rule
    if not near or len(plain) > LONGEST_NOTE:
        return None
    if at_end:
        rest = line
        if len(line) <= _LONGEST_PROMOTION:
            rule = end_rule(line) if len(line) <= _LONGEST_END else None
            if rule:
                return rule
            rest = _without_promotions(line, site_names)
        if not rest:
            return "promotion"
        if again and rest == line:
            return None
        line = rest
    return "notice" if is_notice(line, site_names) else None


def _without_promotions(line: str, site_names: Collection[str]) -> str:
    """What is left of a line without the sentences that invite its readers."""
    sentences = line.split("。")
    return "。".join(each for each in sentences if each and not is_promotion(each, site_names))


def may_be_boilerplate(plain: str) -> bool:
    """Whether a line that stays sounds like the site's own: somebody should look at it."""
    return any(map(plain.__contains__, _KEYS)) and _SOUNDS_LIKE_IT.search(plain) is not None
