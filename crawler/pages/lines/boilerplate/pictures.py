"""Credits of pictures, on lines of their own and behind what a picture shows. All is folded."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.pages.lines.credits.bylines import read_credit
from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import is_name
from crawler.pages.lines.words.phrases import (
    gives_pictures,
    is_organisation,
    is_phrase,
    may_be_named,
)

_QUOTES = ' “”"「」『』《》'
_ASKS = re.compile("[谁哪何怎]")
_GIVERS = re.compile(r"[,、/|&;\s\-]|及|和")
_PICTURE = r"(?:图|图片|素材|配图|文中图片|本文图片|题图|封面图|封面|头图|图表|制图|视频|图文|音频)"
_WHERE = "(?:本文|文中|文内|封面|首图|以上)?"
_RIGHTS = r"(?:[,;\s]{1,2}(?:侵权?[即必]?删|版权作品|请勿转载|未经.{0,6}(?:许可|授权).{0,8})){0,3}"
_FROM = r"(?:来自于?|来源于?|源自|源|自|据)"
_PICTURE_LABEL = re.compile(
    rf"\(?{_WHERE}{_PICTURE}(?:均|皆|都)?{_FROM}\s?(?P<sign>[:/|@])\s?(?P<name>[^。!?]{{2,24}}?){_RIGHTS}\)?"
)
_PICTURE_FROM = re.compile(
    rf"\(?{_WHERE}{_PICTURE}(?:均|皆|都)?{_FROM}\s?(?P<name>[^,。!?:的]{{2,20}}?){_RIGHTS}\)?"
)
_SUPPLIED = re.compile(
    r"(?P<name>[^,。!?:;]{2,20}?)(?:供图|提供图片|\s图)"
    rf"|{_WHERE}(?:图片?|照片|配图|视频)(?:均|皆|都)?由(?P<giver>[^,。!?:;]{{2,20}}?)"
    r"(?:提供|拍摄|供图)"
)
_OFF_THE_NET = re.compile(
    r"(?:本文|文中|文内)?(?:部分)?(?:(?:图片?|素材|内容|文字|资料|视频)[和与、/]?){1,3}(?:除[^,。]{2,12}外,?)?(?:均|都|皆)?"
    r"(?:来自于?|来源于?|取自|摘自|源自)(?:网络|互联网)"
)
_KIND = re.compile(
    "资料(?:图片?|照片?)|(?:视频|网络|网页|直播|微博)(?:截图|图片?)|图文无关|(?:资料)?图片?[,与]?(?:图文|内容|文)无关"
)
_TAKEN = re.compile("(?P<sent>.{2,8}发)?[(\\s]{0,2}(?P<who>.{2,40}?)(?:翻?摄)\\)?")
_SHOWS = re.compile(r"[▲△↑]|图为|(?:资料|示意)?图\d{0,2}:|图说:")
_CREDIT_AT_END = re.compile(
    r"(?:[。!?”)\s(](?P<credit>[^。!?,()]{2,30}(?:摄|供图|\s图|\s资料))"
    r"|\s(?:资料图片?|资料照片?|视频截图|网络截图|截图|网络图片?))\)?。?$"
)
LONGEST_CAPTION, _LONGEST_CREDIT = 200, 40
_POINTERS = "▲△↑▼↓"


def picture_rule(plain: str, site_names: Collection[str]) -> str | None:
    """ "picture" for a line that says whose the pictures are, wherever it stands.

    Without a colon the giver must be a medium or a usual one: 视频自动生成技术走红 is a heading.
    With one it must be somebody: 图片来源：谁在替人工智能打工 is one, too.
    """
    plain = plain.lstrip(_POINTERS)
    if _KIND.fullmatch(plain.strip("().。")) or _OFF_THE_NET.fullmatch(plain.strip("()。")):
        return "picture"
    if _is_taken(plain.strip("。")):
        return "picture"
    supplied = _SUPPLIED.fullmatch(plain.strip("()"))
    if supplied and _is_supplier(supplied["name"] or supplied["giver"], site_names):
        return "picture"
    labelled = _PICTURE_LABEL.fullmatch(plain.rstrip("。") if plain[:1] != "(" else plain)
    if labelled:
        is_credit = labelled["sign"] != ":" or plain[:1] == "("
        givers = [each for each in _GIVERS.split(labelled["name"]) if each]
        is_named = all(_is_giver(each, site_names, sure=is_credit) for each in givers)
        return "picture" if givers and is_named else None
    credit = _PICTURE_FROM.fullmatch(plain.rstrip("。"))
    if credit is None:
        return None
    name = credit["name"]
    is_giver = is_medium(name, site_names) or gives_pictures(name)
    return "picture" if is_giver else None


def _is_giver(name: str, site_names: Collection[str], *, sure: bool = False) -> bool:
    name = name.strip(_QUOTES)
    if _ASKS.search(name):
        return False
    if is_medium(name, site_names) or gives_pictures(name) or is_name(name):
        return True
    return not is_phrase(name) if sure else may_be_named(name)


def is_caption(plain: str) -> bool:
    """Whether a line just below a picture says what it shows: 图为…, ▲…, …。某某社记者 王甲 摄."""
    if len(plain) > LONGEST_CAPTION:
        return False
    if _SHOWS.match(plain):
        return True
    end = _CREDIT_AT_END.search(plain, max(1, len(plain) - _LONGEST_CREDIT))
    return end is not None and (end["credit"] is None or _is_credit(end["credit"].strip()))


def _is_credit(text: str) -> bool:
    """Whether words behind a sentence say whose a picture is: no …由志愿者拍摄."""
    if text.endswith("供图"):
        return not is_phrase(text)
    if text.endswith("摄"):
        return _is_taken(text)
    return (
        picture_rule(f"{text.removesuffix('图').removesuffix('资料').strip()} 图", ()) is not None
    )


def _is_taken(plain: str) -> bool:
    """新华社记者 王甲 摄, 新华社发（王甲摄）."""
    taken = _TAKEN.fullmatch(plain) if plain.rstrip(")")[-1:] == "摄" else None
    if taken is None:
        return False
    credit = read_credit(plain.strip("()")) if not taken["sent"] else read_credit(taken["who"])
    return credit is not None and (bool(taken["sent"]) or credit.crew)


def _is_supplier(name: str, site_names: Collection[str]) -> bool:
    name = name.strip(_QUOTES)
    if _ASKS.search(name):
        return False
    is_one = is_medium(name, site_names) or is_organisation(name) or is_name(name)
    return is_one or gives_pictures(name)
