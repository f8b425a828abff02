"""Read bylines (`采写：某报见习记者 王甲`, `（某新闻 李乙）`) into names, both scripts.

A byline is a row of words of which every one is known: a role, a medium, a name. One word that
is none of these makes the whole text no byline, so a sentence in brackets never gives an author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from attrs import define, field

from crawler.pages.lines.names import (
    has_standing,
    is_foreign_name,
    is_medium,
    is_name,
    is_pen_name,
    is_surname_first,
    split_glued,
)
from crawler.pages.lines.plain import plain_form
from crawler.pages.lines.roles import (
    ALL_ROLES,
    CREW,
    EDITORS,
    GLUED_NAMES,
    GLUED_ROLES,
    LABELS,
    SHORT,
    TRANSLATORS,
    either,
    words,
)
from pipelines.items import Author, Editor
from pipelines.text.fold import fold

_ROLE = re.compile(
    r"(?:(?<![^\s,;:、/|&+])(?P<prefix>[^\s,;:、/|()。]{0,14}?)|(?<=[^\s]))"
    rf"(?:(?P<role>{either(ALL_ROLES)})(?:(?P<label>\s*[:/|]\s*)|(?P<space>\s+)|$)"
    rf"|(?P<glued>{either(GLUED_NAMES)})(?=\S))"
)
_ROLE_WORD = re.compile(either(ALL_ROLES))
"""Every role has one: without it the long search above is in vain."""
_NO_PART_OF_A_NAME = re.compile(either(ALL_ROLES | {"绘"}))
_NAME_FIRST = re.compile(
    r"(?P<names>[^:|/]{2,20})\s*[/|]\s*(?P<role>文|图文|文图|编译|译|撰文|采写)"
)
_NOBODY = words("佚名 匿名 不详 未知 无")
_TALK = re.compile(
    r"告诉|对|向|据|问|接受|有|称|说|请|让|成为|当|随|陪|跟|与|和|给|为|被|同|答|多|名|位|些|这|那|该|的|是|我|关于|等"
)
_BETWEEN = re.compile(r"[\s,;、/|&+]+")
_AND = re.compile("(?<=.)和(?=.)")
_SHORTEST_GLUED = 4
_PLACES = (
    "北京|上海|广州|深圳|天津|重庆|香港|澳门|台北|南京|杭州|武汉|成都|西安|沈阳|长春|昆明|东京|首尔|"
    "纽约|华盛顿|伦敦|巴黎|柏林|莫斯科|布鲁塞尔|日内瓦"
)
_TAIL = re.compile(
    rf"[\s/]*(?:(?:发自)?(?:{_PLACES}|[\s/][^\s]{{2,4}}?)?(?:(?:摄影|综合|采访|整理|联合|专题)?报[道导]|"
    rf"(?:\d{{1,2}}月)?\d{{1,2}}日(?:专)?电)|发自[^\s]{{2,6}}|\s综合)$"
)
_TAIL_ENDS = frozenset("道导电合")
_LONGEST_TAIL = 16
_PHOTO = re.compile(r"(?:摄影?|供图|制图|绘)$")
_CODE = re.compile(r"[A-Za-z]{1,4}\d{1,6}")
_USUAL_EDITOR = re.compile(
    r"[责責]任[编編][辑輯][:：] ?(?P<name>[一-鿿]{2,3})(?: (?P<code>[A-Za-z]{1,4}[0-9]{1,6}))?"
)
_EMAIL = re.compile(r"\s*[\w.\-]+@[\w.\-]+")
_CODE_IN_TEXT = re.compile(r"[（(]?\s*(?<![A-Za-z])([A-Za-z]{1,4}\d{1,6})(?!\d)\s*[）)]?")
_AFTER_NAME = re.compile(
    r"\s*(?:\((?P<in>[^()]{2,40})\)|[,，]\s*(?:系|为|现任)?(?P<out>[^,()。]{3,40}))\s*$"
)


@define(kw_only=True)
class Credit:
    """What a byline says.

    media: organisations named in it. crew: it names other staff too. role: it says who did
    what (记者, 文/), it isn't just a row of names.
    """

    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)
    media: list[str] = field(factory=list)
    crew: bool = False
    role: bool = False

    def __bool__(self) -> bool:
        return bool(self.authors or self.editors or self.crew)


@define
class _Part:
    """A role and the text up to the next role, as spans of the byline."""

    role: str
    prefix: str
    said: str
    label: bool
    start: int
    end: int


def read_credit(text: str, *, site_names: Collection[str] = ()) -> Credit | None:
    """Read a byline without its brackets; None when any word of it is not a byline's."""
    text = text.strip()
    editor = _usual_editor(text)
    if editor is not None:
        return Credit(editors=[editor], role=True)
    plain = plain_form(text)
    if "。" in plain[:-_LONGEST_TAIL] and "(" not in plain:
        return None  # a sentence; only what brackets say of somebody may be one
    turned = _NAME_FIRST.fullmatch(plain)
    if turned:
        text = f"{turned['role']}/{text[: turned.end('names')]}"
        plain = plain_form(text)
    photo = _PHOTO.search(plain)
    if photo and photo.start() > 0:
        credit = read_credit(text[: photo.start()], site_names=site_names)
        return Credit(media=credit.media, crew=True, role=True) if credit else None
    text = text[: _length_without_tail(plain)]
    plain = plain[: len(text)]
    parts = list(_roles(plain, text)) if _ROLE_WORD.search(plain) else []
    return _with_roles(text, parts, site_names) if parts else _without_role(text, site_names)


def _usual_editor(text: str) -> Editor | None:
    """The one editor of `责任编辑：王甲 SN225`, which ends most articles; else None."""
    match = _USUAL_EDITOR.fullmatch(text)
    if match is None:
        return None
    name = fold(match["name"])
    if name[-1] in _TAIL_ENDS or _NO_PART_OF_A_NAME.search(name) or not is_pen_name(name):
        return None
    return Editor(name=match["name"], code=match["code"])


def _length_without_tail(plain: str) -> int:
    if plain[-1:] in _TAIL_ENDS or "发自" in plain:
        tail = _TAIL.search(plain)
        if tail and tail.start() > 0:
            return tail.start()
    return len(plain)


def _with_roles(text: str, parts: Sequence[_Part], site_names: Collection[str]) -> Credit | None:
    """`某报记者 王甲 摄影/李乙`: media first, then roles with the names that each stands for."""
    credit = Credit(role=True)
    before = _words(text[: parts[0].start]) if parts[0].start else []
    if not all(is_medium(fold(word), site_names) for word in before):
        return None
    credit.media += before
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        rest = text[part.end : following.start if following else len(text)]
        if not rest.strip() and following and (part.label or part.role in LABELS):
            continue  # 采写：某报记者 王甲
        if not _take_part(part, rest, credit, site_names):
            return None
    return credit or None


def _roles(plain: str, text: str) -> Iterator[_Part]:
    for match in _ROLE.finditer(plain):
        role, prefix = match["role"] or match["glued"], match["prefix"]
        label = match["label"] is not None
        at_start = match.start() == 0 and match["space"] is not None
        if role in SHORT and not label and not (at_start and not prefix):
            continue
        if prefix is None and role not in GLUED_ROLES:
            continue
        if prefix and (_TALK.search(prefix) or is_name(prefix)):
            continue
        group = "role" if match["role"] else "glued"
        start = match.start() if prefix is not None else match.start(group)
        yield _Part(role, prefix or "", text[start : match.end(group)], label, start, match.end())


def _take_part(part: _Part, rest: str, credit: Credit, site_names: Collection[str]) -> bool:
    rest = rest.strip(" ,，;；、/|｜")
    if part.label and rest in _NOBODY:
        credit.crew = True
        return True
    if part.role in EDITORS:
        editors = _editors(rest)
        credit.editors += editors
        return bool(editors)
    words = _words(rest)
    if part.role in CREW:
        credit.crew = bool(words)
        return bool(words) and all(
            is_pen_name(plain_form(w)) or is_medium(fold(w), site_names) for w in words
        )
    says_who = part.prefix not in ("", "本文") or part.role not in LABELS
    description = part.said if says_who else None
    if part.role in TRANSLATORS:
        description = "编译" if part.role == "编译" else "译者"
    media, words = _leading_media(words, site_names)
    credit.media += media
    if part.label and media and not words:
        credit.crew = True
        return True
    authors = _authors(rest, words, part, description)
    credit.authors += authors
    return bool(authors)


def _leading_media(
    words: Sequence[str], site_names: Collection[str]
) -> tuple[list[str], list[str]]:
    count = 0
    while count < len(words) and is_medium(fold(words[count]), site_names):
        count += 1
    return list(words[:count]), list(words[count:])


def _authors(rest: str, words: list[str], part: _Part, description: str | None) -> list[Author]:
    """The names after a role; none at all if one word is no name."""
    after = _AFTER_NAME.search(plain_form(rest)) if part.label else None
    if after and (after["in"] or has_standing(after["out"] or "")):
        group = "in" if after["in"] else "out"
        description = rest[after.start(group) : after.end(group)].strip()
        words = _words(rest[: after.start()])
    if len(words) > 1 and has_standing(fold(words[0])):
        description, words = words[0], words[1:]
    accepts = is_pen_name if part.label else is_name
    if not all(accepts(fold(word)) for word in words):
        return []
    return [Author(name=word, description=description) for word in words]


def _words(text: str) -> list[str]:
    """Words between separators; a name spread out (王 甲) and Latin names stay together."""
    plain = plain_form(text)
    words: list[str] = []
    start = 0
    for match in (*_BETWEEN.finditer(plain), None):
        end = match.start() if match else len(text)
        words += _apart(text[start:end], plain[start:end])
        start = match.end() if match else end
    return _joined([word for word in words if word])


def _apart(word: str, plain: str) -> list[str]:
    """The words of which a word without separators is made: 王甲和李乙 two, 王和平 one."""
    if "和" in plain and not is_surname_first(plain):
        both = _AND.search(plain)
        if both:
            first, rest = slice(both.start()), slice(both.end(), None)
            return [*_apart(word[first], plain[first]), *_apart(word[rest], plain[rest])]
    cut = split_glued(plain) if len(plain) >= _SHORTEST_GLUED else None
    return [word[:cut], word[cut:]] if cut else [word]


def _joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        last = joined[-1] if joined else ""
        if last and len(last) == len(word) == 1 and is_surname_first(fold(last + word)):
            joined[-1] = last + word
        elif last and last.isascii() and word.isascii() and is_foreign_name(fold(f"{last} {word}")):
            joined[-1] = f"{last} {word}"
        else:
            joined.append(word)
    return joined


def _editors(rest: str) -> list[Editor]:
    """`王甲 SN225`, `王甲、李乙`, `王甲（SF099）`; empty if a word is neither name nor code."""
    editors: list[Editor] = []
    if "@" in rest:
        rest = _EMAIL.sub("", rest)
    for word in _words(_CODE_IN_TEXT.sub(_set_apart, rest)):
        if _CODE.fullmatch(word):
            if editors and editors[-1].code is None:
                editors[-1].code = word
            else:
                editors.append(Editor(name=word, code=word))
        elif is_pen_name(fold(word)):
            editors.append(Editor(name=word))
        else:
            return []
    return editors


def _set_apart(code: re.Match[str]) -> str:
    return f" {code[1]} "


def _without_role(text: str, site_names: Collection[str]) -> Credit | None:
    """`某新闻 李乙`, `李乙`, `李乙 王甲`: media first, then names of the usual shape."""
    media, names = _leading_media(_words(text), site_names)
    if not 1 <= len(names) <= 4 or not all(is_surname_first(fold(name)) for name in names):
        return None
    return Credit(authors=[Author(name=name) for name in names], media=media)
