"""Read lines that say whence a text is: 原标题, 来源, 本文来自, 原创; and the credits in them."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.pages.lines.credits.bylines import read_credit
from crawler.pages.lines.notes import LineNote
from crawler.pages.lines.words.media import is_medium, is_sure_medium
from crawler.pages.lines.words.names import is_name, is_pen_name
from crawler.pages.lines.words.phrases import is_phrase, may_be_named
from crawler.pages.lines.words.plain import plain_form
from pipelines.items import Author, Source

_LONGEST_SOURCE = 40
_LABEL_WORDS = (
    *("原标题", "原题", "原文标题", "来源", "稿源", "转自", "转载自", "来自", "源自", "摘自"),
    *("首发", "原载", "原创", "综合自", "刊于", "刊载于", "发表于"),
)
"""One of them stands in every such line; looking for each by itself is fastest."""
_LABEL = re.compile(
    r"(?:^|(?<=[\s;,、|()]))(?:"
    r"(?P<title>(?:[一-鿿]{0,8}注\s?:\s?)?(?:本文|文章|英文)?(?:原标题|原题|原文标题)(?P<is>为|是)?"
    r"(?:\s?[:|/]\s?|(?=[《“「\"])|(?<=[题为是])\s)|[\[【(]原标题[\]】)]\s?)"
    r"|(?P<source>(?:(?P<own>文章|本文)|信息|新闻|稿件|内容|文字)?(?:来源|稿源|转自|转载自|综合自)\s?[:|/]\s?))"
)
_CREDIT_LABEL = re.compile(
    r"\s(?:(?=(?:作者|记者|编辑|责任编辑|责编|文|采写|撰文|执笔人?|校对|审核)\s?[:|/\s])|(?=\S{0,12}记者(?:\s|[一-鿿]{2,4}$)))"
    r"|(?<=[^\s(])(?=(?:作者|记者|责任编辑|(?<!责任)编辑|责编)\s?[:|])"
    r"|[,、]\s?(?=(?:本报)?(?:记者|通讯员|作者|编辑)\s?\S{2,12}$)"
)
_CREDIT_BEHIND = re.compile(r"\)?[\s(\[【]{1,3}(?=(?:作者|记者|责任编辑|编辑|责编)\s?[:|])")
_IN_BRACKETS = re.compile(r"\s?\((?P<credit>[^()]{2,60})\)?$")
_BETWEEN = re.compile(r"[、,/&|;\s\-]|和(?=..)|及(?=..)")
_PLAIN_LABELS = ("来源", "文章来源", "本文来源", "转自", "转载自")
"""Those that stand before the names of media; 信息来源 and 稿源 begin headings, too."""
_TOGETHER = re.compile("^(?:综合|据|来自)|(?<=..)(?:综合|整理|编译)$")
_PROBLEM = re.compile(
    "^(?:已知|下面|鸡兔|求|设|若|如图|如果|如下|证明|计算|解|下列|请|某|小[明红华刚]|甲乙|一[个只条辆座块])|[=≥≤∠△√?]"
)
"""How a task begins, the other thing that 原题 stands before."""
_YEAR = re.compile(r"(?:19|20)\d{2}[-年/.]")
_TIME = re.compile(r"(?:发布时间[:：]\s?)?(?:19|20)\d{2}[-年/.][\d\-年月日/.:：\s]{0,24}")
_DAY = re.compile(r"(?:19|20)\d{2}[-年/.]\d{1,2}[-月/.]\d{1,2}日?")
_EDITION = re.compile(
    r"\(?《\s?(?P<name>[^《》]{2,20})》\s?[(,\s]\s?(?:19|20)\d{2}年\s?\d{1,2}月\s?\d{1,2}日\s?,?\s?"
    r"第?\s?\d{0,3}\s?版?\s?\){0,2}"
)
_SENTENCE = re.compile(r"[。！？!?]")
_KEYWORDS = re.compile(r"[【\[]?(?:本文|文章)?(?:标签|关键[词字]|tags?)[】\]]?\s?[:|]\s?")
_BETWEEN_WORDS = re.compile("[\\s,;、|#/，；｜＃]+")
_MOST_KEYWORDS, _LONGEST_KEYWORD = 12, 16
_CLOSING = frozenset(")）")
_OPENING = re.compile("[(（]")
_UNKNOWN = frozenset({"不明", "未知", "不详", "无", "暂无", "null", "none", "undefined"})
_ACCOUNT_ID = re.compile(
    r"\s?\((?:(?:微信)?(?:id|公众号|微信号|微信)\s?[:：]?[^()]{0,40}|[a-z][a-z0-9_\-]{2,30})\)?$"
)
_ACCOUNT = r"(?:微信)?(?:公众号|微信号|订阅号|官方微博|微博|客户端)"
_QUOTED = re.compile(
    rf"(?P<mark>[“「《【\"])(?P<name>[^”」》】\"]{{2,30}})[”」》】\"]\s?(?P<account>{_ACCOUNT})?"
    r"(?:\s?\(?(?:19|20)\d{2}(?:年第?|[-/.])\d{1,2}[^,。]{0,10}\)?)?"
)
"""A name in its marks, what it is, and the number of the journal: the marks of
来自“星星”的孩子 end no name."""
_ORIGIN = re.compile(
    r"(?P<self>(?:本文|原文|文章|稿件)(?:系|为)?)?"
    r"(?P<verb>来自于?|来源于|源自|转自|转载自|摘自|原载于?|原载自|首发于|首发自|综合自|原?刊[载登]?于|发表于)"
    rf"(?P<account>(?:{_ACCOUNT})?)(?P<colon>\s?:?\s?)"
    r"(?P<name>[^,。:;!?]{2,30}(?:\((?:微信)?(?:id|公众号|微信号)\s?:?[^()]{0,40}\))?)(?:,(?P<rest>(?:作者|编辑|记者|文|原标题).{1,80})|(?P<app>,(?:欢迎下载|更多).{1,40})|,(?:内容|文字)?(?:略?有|有所)(?:删[节减改]|改动|增删))?"
)
_COMES = frozenset({"来自", "来自于", "来源于", "源自"})
_FROM_LIFE = _COMES - {"源自"}
_SHORTEST_UNKNOWN = 2
_ACCOUNT_BEHIND = re.compile(rf"\s{_ACCOUNT}$")
_NO_WORD = re.compile(r"[\W_]*")
_BEGINS_AS_ACCOUNT = re.compile(rf"{_ACCOUNT}\s?[:：]?\s?")
_ENDS_AS_ACCOUNT = re.compile(rf"(?:{_ACCOUNT})$")
_NO_NAME = re.compile("[的了是在把被说对从这那]")
_OWN_WORK = re.compile(r"原创(?:\s?[:|]\s?|(?P<space>\s))(?P<rest>\S.{1,60})")
_WORK = re.compile(r"(?P<name>\S{2,8}?)(?P<what>编译|翻译|整理)")
_MARKS = ' “”「」《》"()'
_AROUND = " ;；,，|｜"


def read_labels(text: str, names: Collection[str], *, bracketed: bool = False) -> LineNote | None:
    """What a line of labels says; None if it says anything else besides.

    bracketed: it stands in brackets, as no heading does.
    """
    if not any(map(plain_form(text).__contains__, _LABEL_WORDS)):
        return None
    return (
        _read_origin(text, names)
        or _read_fields(text, names, sure=bracketed)
        or _read_own_work(text, names)
    )


def read_edition(text: str, names: Collection[str]) -> LineNote | None:
    """`《某某报》（2024年05月10日 04版）`: the paper in which the text was printed."""
    edition = _EDITION.fullmatch(plain_form(text)) if "《" in text[:2] else None
    if edition is None or not is_medium(edition["name"].strip(), names):
        return None
    return LineNote(rule="source", source=Source(name=text[slice(*edition.span("name"))].strip()))


def read_keywords(text: str) -> LineNote | None:
    """`标签：湿地 候鸟`: words without a sentence among them."""
    plain = plain_form(text)
    label = _KEYWORDS.match(plain)
    if label is None:
        return None
    said = [word for word in _BETWEEN_WORDS.split(plain[label.end() :]) if word]
    if not said or len(said) > _MOST_KEYWORDS or any(len(word) > _LONGEST_KEYWORD for word in said):
        return None
    if _SENTENCE.search(plain) or (len(said) == 1 and is_phrase(said[0])):
        return None
    words = _BETWEEN_WORDS.split(text[label.end() :])
    return LineNote(rule="label", keywords=[word for word in words if word])


def read_dated_source(text: str, names: Collection[str]) -> LineNote | None:
    """`2005年8月25日（来源：某某报）`: a source, and the day of a notice, which stays."""
    if text[-1:] not in _CLOSING:
        return None
    plain = plain_form(text)
    day = _DAY.match(plain)
    if day is None or plain[day.end() :].lstrip()[:1] != "(":
        return None
    note = _read_fields(text[plain.index("(") + 1 : -1], names, sure=True)
    if note is not None:
        note.kept = text[: day.end()]
    return note


def _read_origin(text: str, names: Collection[str]) -> LineNote | None:
    """`本文来自微信公众号：某某，作者：王甲`. Without 本文 or a colon only a medium is believed."""
    plain = plain_form(text.rstrip("。. "))
    origin = _ORIGIN.fullmatch(plain)
    if origin is None:
        return None
    start, end = origin.span("name")
    quoted = _QUOTED.fullmatch(plain, start, end)
    start, end = _bare_name(plain, start, end)
    name = plain[start:end]
    is_said = origin["account"] or ":" in origin["colon"] or origin["app"]
    if not is_said and (start, end) != origin.span("name"):
        is_book = quoted is not None and quoted["mark"] == "《" and origin["verb"] not in _COMES
        is_said = quoted is None or origin["self"] or quoted["account"] or is_book
    is_known = is_medium(name, names) and (origin["self"] or is_sure_medium(name, names))
    is_known = is_known or _is_own_origin(origin, name)
    is_called = bool(origin["self"] or origin["account"] or origin["app"])
    is_said = is_said and (is_called or ":" not in origin["colon"] or may_be_named(name))
    if not is_known and (not is_said or _NO_NAME.search(name)):
        return None
    note = LineNote(rule="source", source=Source(name=text[start:end].strip()))
    if origin["rest"] is None:
        return note
    rest = text[origin.start("rest") : origin.end("rest")]
    more = _read_fields(rest, names, sure=True)
    if more is not None:
        note.original_title = more.original_title
    elif not _add_credit(note, rest, names):
        return None
    return note


def _is_own_origin(origin: re.Match[str], name: str) -> bool:
    """本文源自某某界: a name nobody knows, if the text says of itself that it is from there."""
    is_printed = origin["self"] is not None and origin["verb"] not in _FROM_LIFE
    return is_printed and len(name) > _SHORTEST_UNKNOWN and may_be_named(name)


def _bare_name(plain: str, start: int, end: int) -> tuple[int, int]:
    """The name in its quotation marks, and without the words for an account behind it."""
    account = _ACCOUNT_ID.search(plain, start, end)
    end = account.start() if account else end
    quoted = _QUOTED.fullmatch(plain, start, end)
    if quoted:
        return quoted.span("name")
    ending = _ENDS_AS_ACCOUNT.search(plain, start, end)
    return (start, ending.start()) if ending and ending.start() > start + 1 else (start, end)


def _read_fields(text: str, names: Collection[str], *, sure: bool) -> LineNote | None:
    """`原标题：… 来源：…`, `作者：… 来源：…`: labelled fields that fill the whole line.

    sure: it is a line of labels; else one label alone may stand before a heading.
    """
    plain = plain_form(text)
    labels = list(_LABEL.finditer(plain))
    if not labels:
        return None
    note = LineNote(rule="label")
    before = text[: labels[0].start()].strip(_AROUND + "()（）[]【】")
    if before and not _TIME.fullmatch(before) and not _add_credit(note, before, names):
        return None
    sure = sure or bool(before) or len(labels) > 1
    for index, label in enumerate(labels):
        until = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        value = text[label.end() : until].strip(_AROUND).rstrip("(（ ")
        if label["source"] is not None:
            is_sure = sure or label["own"] is not None
            short = label["source"].startswith(_PLAIN_LABELS)
            if not _add_source(note, value, names, sure=is_sure, short=short):
                return None
        elif not _add_title(note, value, names, label):
            return None
    return note


def _add_title(note: LineNote, value: str, names: Collection[str], label: re.Match[str]) -> bool:
    """The original title, out of its marks; what stands behind those must be a credit."""
    if label["title"].strip(":| /") == "原题" and _PROBLEM.search(plain_form(value)):
        return False
    value = _without_credit(note, value, names)
    if value[:1] == "《" and "》" in value:
        value, _, rest = value[1:].rpartition("》")
        rest = rest.strip(_AROUND + "。")
        if rest and not _add_credit(note, rest, names):
            return False
    elif label["is"] and (quoted := _QUOTED.fullmatch(value)):
        value = quoted["name"]
    elif value[-1:] in _CLOSING and not _OPENING.search(value):
        value = value[:-1]
    note.original_title = value or None
    return True


def _without_credit(note: LineNote, title: str, names: Collection[str]) -> str:
    """`… 编辑：王甲`, `…）（编辑：王甲）`: the title alone, if those words are a credit."""
    behind = _CREDIT_BEHIND.search(plain_form(title), 2)
    if behind and _add_credit(note, title[behind.end() :].rstrip(")）]】"), names):
        return title[: behind.start()]
    return title


def _add_source(
    note: LineNote, value: str, names: Collection[str], *, sure: bool, short: bool
) -> bool:
    """The source and what stands behind it; False for what names none.

    sure: nothing but a phrase is refused. short: a short word may be the name of any account.
    """
    credit = _CREDIT_LABEL.search(plain_form(value), 2)
    if credit:
        if not _add_credit(note, value[credit.end() :], names):
            return False
        value, sure = value[: credit.start()], True
    within = _IN_BRACKETS.search(plain_form(value), 2)
    if within and _add_credit(note, value[within.start("credit") : within.end("credit")], names):
        value, sure = value[: within.start()], True
    year = _YEAR.search(plain_form(value))
    said = (value[: year.start()] if year else value).strip(_AROUND)
    value = account_name(said).strip("()（）" + _AROUND)
    sure = sure or year is not None or len(value) < len(said)
    if len(value) > _LONGEST_SOURCE or (said and not value) or _SENTENCE.search(value):
        return False
    if not _are_sources(plain_form(value), names, sure=sure, short=short):
        return False
    note.source = Source(name=value) if value else None
    return True


def _are_sources(plain: str, names: Collection[str], *, sure: bool, short: bool) -> bool:
    """Whether each part is a medium's name or may be one: 来源：水从哪里来 is a heading."""
    if not plain or is_medium(plain, names):
        return True
    parts = [each.strip(_MARKS) for each in _BETWEEN.split(_TOGETHER.sub("", plain))]
    return all(
        is_medium(part, names) or (not is_phrase(part) if sure else may_be_named(part, short=short))
        for part in parts
        if part
    )


def account_name(text: str) -> str:
    """The name in 微信公众号“某某观察”, “某某观察”微信公众号, 微信公众号：某某观察（ID：…）.

    Nothing for what names nobody: --, 未知.
    """
    plain = plain_form(text)
    known = _ACCOUNT_ID.search(plain) or _ACCOUNT_BEHIND.search(plain)
    end = known.start() if known else len(plain)
    begun = _BEGINS_AS_ACCOUNT.match(plain, 0, end)
    start = begun.end() if begun and begun.end() < end - 1 else 0
    quoted = _QUOTED.fullmatch(plain, start, end)
    if quoted and (start or quoted["account"]):
        start, end = quoted.span("name")
    name = text[start:end].strip()
    return "" if name in _UNKNOWN or _NO_WORD.fullmatch(name) else name


def _add_credit(note: LineNote, text: str, names: Collection[str]) -> bool:
    credit = read_credit(text.strip(_AROUND), site_names=names)
    if credit is None:
        return False
    note.authors += credit.authors
    note.editors += credit.editors
    return True


def _read_own_work(text: str, names: Collection[str]) -> LineNote | None:
    """`原创： 王甲编译 某某观察室`: writer and account, as copied from WeChat."""
    plain = plain_form(text)
    work = _OWN_WORK.fullmatch(plain)
    if work is None:
        return None
    words = text[work.start("rest") :].split()
    account = words.pop() if len(words) > 1 and not is_name(plain_form(words[-1])) else None
    if work["space"] and not (account and is_medium(plain_form(account), names)):
        return None
    note = LineNote(rule="byline", source=Source(name=account) if account else None)
    for word in words:
        made = _WORK.fullmatch(plain_form(word))
        name = word[: made.end("name")] if made else word
        is_one = is_name(plain_form(name)) or (account and is_pen_name(plain_form(name)))
        if not is_one or len(words) > 4:
            return None
        note.authors.append(Author(name=name, description=made["what"] if made else None))
    return note
