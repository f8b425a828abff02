"""Read bylines (`采写：某报见习记者 王甲`, `（某新闻 李乙）`) into names, both scripts.

A byline is a row of words of which every one is known: a role, a medium, a name. One word that
is none of these makes the whole text no byline, so a sentence in brackets never gives an author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from attrs import define, field

from crawler.pages.lines.credits.editors import read_editors, usual_editor
from crawler.pages.lines.credits.parts import PLACES, Part, editor_test, is_crew, name_test
from crawler.pages.lines.credits.splitting import split_standing, split_standing_first, words_of
from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import (
    has_standing,
    is_known_name,
    is_likely_name,
    is_name,
    is_name_alone,
    is_sure_name,
    is_surname_first,
)
from crawler.pages.lines.words.nobody import names_nobody
from crawler.pages.lines.words.phrases import (
    is_institution,
    is_phrase,
)
from crawler.pages.lines.words.plain import BULLETS, plain_form
from crawler.pages.lines.words.roles import (
    ALL_ROLES,
    CREW,
    EDITORS,
    GLUED_NAMES,
    GLUED_ROLES,
    LABELS,
    NOBODY,
    PEN_ROLES,
    SHORT,
    SIGNED,
    TOLD,
    TRANSLATORS,
    either,
)
from pipelines.items import Author, Editor
from pipelines.text.fold import fold

LONGEST_BYLINE = 120
_LONGEST_ROW = 60
"""Of media and up to four names without a role."""

_ROLE = re.compile(
    rf"(?:(?<![^\s,;:、/|&+{BULLETS}])(?P<prefix>[^\s,;:、/|()。{BULLETS}]{{0,14}}?)|(?<=[^\s]))"
    rf"(?:(?P<role>{either(ALL_ROLES)})(?:(?P<label>\s?[:/|]\s?)|(?P<space>\s)|$)"
    rf"|(?P<glued>{either(GLUED_NAMES)})(?=\S))"
)
_ROLE_WORD = re.compile(rf"{either(ALL_ROLES - SHORT)}|(?:{either(SHORT)})(?:\s|[:/|])")
"""Every role has one: without it the long search above is in vain."""
_NAME_FIRST = re.compile(
    r"(?P<names>[^:|/]{2,20}?)(?:\s?[/|]\s?|(?P<space>\s))(?P<role>文|图文|文图|编译|译|撰文|采写)"
)
_WITH_PICTURES = re.compile(r"[文图][、,和&+][图文](?=[/:|\s])")
_NAMES_THEN_ROLE = re.compile(
    r"(?P<names>[^/|:,。]{2,24}?)\s?/\s?(?P<role>文|图|摄影|摄|编辑|编译|译|撰文)(?:\s|$)"
)
_NATION = re.compile(
    r"^(?:[\[(（【〔［][一-鿿]{1,5}[\])）】〕］]\s?"
    r"|(?:[美英法德日韩俄]国|日本|俄罗斯|加拿大|澳大利亚|新加坡|印度|意大利|西班牙|巴西)\s+)"
)
_DESK = re.compile(
    r"[一-鿿]{2,6}(?:中心|组|部)\s?/\s?(?P<name>[^\s/]{2,4}?)(?:(?:综合|整理|编译)?报[道导]|综合外电|整理)"
)
_DATED = re.compile(
    r"(?P<medium>本[报网台刊社]|[一-鿿]{3,10}?)(?P<place>[一-鿿]{2,6})?(?:\d{1,2}月)?\d{1,2}日(?:专)?[电讯]\s"
)
_WHO_IS = re.compile(
    r"(?P<name>[一-鿿]{2,4}?)(?:,?\s?(?:系|为|现任|现为|是)|,)\s?(?P<is>[^,。的]{4,40})"
)
_SUPPLIED = re.compile(
    r"(?P<names>[^()]{2,20}?)\s?\((?P<medium>[^()]{2,12}?)[专特]?供?(?:本[报网刊台])?(?:特稿|专稿|专电|供稿)\)"
)
_TALK = re.compile(
    r"告诉|对|向|据|问|接受|有|称|说|请|让|成为|当|随|陪|跟|与|和|给|为|被|同|答|多|名|位|些|这|那|该|的|是|我|关于|等"
)
_SPREAD_ROLE = re.compile(
    rf"({either([f'{role[0]} {role[1]}' for role in ALL_ROLES if len(role) == 2])})(?=\s?[:：|｜/])"
)
_TAIL = re.compile(
    rf"[\s/]?(?:(?:发自)?(?:{PLACES}|[\s/][^\s]{{2,4}}?)?(?:(?:摄影|综合|采访|整理|联合|专题)?报[道导]|"
    r"(?:\d{1,2}月)?\d{1,2}日(?:专)?电)|发自[^\s]{2,6}"
    r"|\s(?:综合|整合|整理|综合整理|编辑整理|编译|汇编|采写))$"
)
_TAIL_ENDS = frozenset("道导电合理译编写")
_LONGEST_TAIL = 16
_PHOTO = re.compile(r"(?:摄影?|供图|制图|绘)$")
_AFTER_NAME = re.compile(
    r"(?:\((?P<in>[^()]{2,40})\)|[,，]\s?(?:系|为|现任)?(?P<out>[^,()。]{3,40}))$"
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

    @property
    def stands_alone(self) -> bool:
        """Whether it is one in brackets, where no word beside it says so: （张家港） is none."""
        names = (plain_form(author.name) for author in self.authors)
        return self.role or bool(self.media) or any(map(is_name_alone, names))


def read_credit(text: str, *, site_names: Collection[str] = ()) -> Credit | None:
    """Read a byline without its brackets; None when any word of it is not a byline's."""
    text = text.strip()
    if len(text) > LONGEST_BYLINE or "://" in text:
        return None
    if " " in text:
        text = _SPREAD_ROLE.sub(_closed_up, text)
    editor = usual_editor(text)
    if editor is not None:
        return Credit(editors=[editor], role=True)
    plain = plain_form(text)
    photo = _PHOTO.search(plain[-2:])
    if photo and len(plain) > 2:
        credit = _read(text[: len(text) - len(photo[0])], site_names)
        return Credit(media=credit.media, crew=True, role=True) if credit else None
    return _read(text, site_names)


def _closed_up(role: re.Match[str]) -> str:
    """监 制 as 监制."""
    return role[0].replace(" ", "")


def _read(text: str, site_names: Collection[str]) -> Credit | None:
    text = _role_first(text)
    plain = plain_form(text)
    if "。" in plain[:-_LONGEST_TAIL] and "(" not in plain:
        return None  # a sentence; only what brackets say of somebody may be one
    desk = _DESK.fullmatch(plain)
    if desk:
        return _of_desk(text[slice(*desk.span("name"))])
    dated = _DATED.match(plain)
    if dated and is_medium(dated["medium"], site_names):
        credit = _read(text[dated.end() :], site_names)
        return credit if credit and credit.role else None
    supplied = _SUPPLIED.fullmatch(plain)
    if supplied:
        text = f"{text[slice(*supplied.span('medium'))]} {text[: supplied.end('names')]}"
        plain = plain_form(text)
    turned = _NAME_FIRST.fullmatch(plain)
    if turned and (not turned["space"] or all(map(is_known_name, words_of(turned["names"])))):
        text = f"{turned['role']}/{text[: turned.end('names')]}"
        plain = plain_form(text)
    text = text[: _length_without_tail(plain)]
    plain = plain[: len(text)]
    parts = list(_roles(plain, text)) if _ROLE_WORD.search(plain) else []
    return _with_roles(text, parts, site_names) if parts else _without_role(text, site_names)


def _role_first(text: str) -> str:
    """`文、图/王甲` as `文/图/王甲`, `王甲/文 李乙/图` as `文/王甲 图/李乙`."""
    plain = plain_form(text)
    if plain[:1] in "文图" and _WITH_PICTURES.match(plain):
        return f"{text[0]}/{text[2:]}"
    if "/" not in plain:
        return text
    parts = list(_NAMES_THEN_ROLE.finditer(plain))
    if len(parts) < 2 or "".join(part[0] for part in parts) != plain:
        return text
    spans = ((part.span("role"), part.span("names")) for part in parts)
    return " ".join(f"{text[slice(*role)]}/{text[slice(*names)]}" for role, names in spans)


def _of_desk(name: str) -> Credit | None:
    """`国际中心/王甲报导`, `政治中心/台北报导`: who wrote it, or where."""
    if re.fullmatch(rf"{PLACES}|综合", plain_form(name)):
        return Credit(crew=True, role=True)
    is_one = is_sure_name(plain_form(name))
    return Credit(authors=[Author(name=name)], role=True) if is_one else None


def _length_without_tail(plain: str) -> int:
    if plain[-1:] in _TAIL_ENDS or "发自" in plain:
        begin = max(0, len(plain) - _LONGEST_TAIL)
        tail = _TAIL.search(plain, begin)
        if tail and tail.start() > 0:
            return tail.start()
    return len(plain)


def _with_roles(text: str, parts: Sequence[Part], site_names: Collection[str]) -> Credit | None:
    """`某报记者 王甲 摄影/李乙`: media first, then roles with the names that each stands for."""
    credit = Credit(role=True)
    before = words_of(text[: parts[0].start]) if parts[0].start else []
    if not all(is_medium(fold(word), site_names) for word in before):
        return None
    credit.media += before
    in_row = sum(bool(part.label) for part in parts) > 1
    for index, part in enumerate(parts):
        part.in_row = in_row
        following = parts[index + 1] if index + 1 < len(parts) else None
        rest = text[part.end : following.start if following else len(text)]
        if not rest.strip() and following and (part.label or part.role in LABELS):
            following.of_crew = part.role in CREW
            continue  # 采写：某报记者 王甲
        if not _take_part(part, rest, credit, site_names):
            return None
    return credit or None


def _roles(plain: str, text: str) -> Iterator[Part]:
    for match in _ROLE.finditer(plain):
        role, prefix = match["role"] or match["glued"], match["prefix"]
        label = (match["label"] or "").strip()
        at_start = match.start() == 0 and match["space"] is not None
        if role in SHORT and not label and not (at_start and not prefix):
            continue
        if prefix is None and not label and role not in GLUED_ROLES:
            continue
        if prefix and (_TALK.search(prefix) or is_name(prefix)):
            continue
        group = "role" if match["role"] else "glued"
        start = match.start() if prefix is not None else match.start(group)
        yield Part(role, prefix or "", text[start : match.end(group)], label, start, match.end())


def _take_part(part: Part, rest: str, credit: Credit, site_names: Collection[str]) -> bool:
    rest = _NATION.sub("", rest.strip(" ,，;；、/|｜" + BULLETS))
    if part.label and part.role in PEN_ROLES | LABELS and _is_house(rest, site_names):
        credit.authors.append(Author(name=rest))
        return True
    if part.label and _is_nobody(part.role, fold(rest)) and not is_medium(fold(rest), site_names):
        credit.crew = True
        return True
    if part.role in EDITORS:
        editors = read_editors(rest, accepts=editor_test(part))
        credit.editors += editors
        return bool(editors)
    words = words_of(rest)
    if part.role in CREW or part.of_crew:
        credit.crew = bool(words) and (part.in_row or part.role not in TOLD)
        return credit.crew and all(is_crew(plain_form(w), part, site_names) for w in words)
    media, words = _leading_media(words, site_names)
    credit.media += media
    if part.label and media and all(map(names_nobody, map(fold, words))):
        credit.crew = True
        return True
    authors = _authors(rest, words, part, after_medium=bool(media))
    credit.authors += authors
    return bool(authors)


def _is_nobody(role: str, text: str) -> bool:
    return text in NOBODY or (role in SIGNED and names_nobody(text) and not is_phrase(text))


def _is_house(text: str, site_names: Collection[str]) -> bool:
    """作者：某某研究院: a body that signs as one, and no medium."""
    return is_institution(fold(text)) and not is_medium(fold(text), site_names)


def _leading_media(
    words: Sequence[str], site_names: Collection[str]
) -> tuple[list[str], list[str]]:
    count = 0
    while count < len(words) and is_medium(fold(words[count]), site_names):
        count += 1
    return list(words[:count]), list(words[count:])


def _authors(rest: str, words: list[str], part: Part, *, after_medium: bool) -> list[Author]:
    """The names after a role; none at all if one word is no name.

    Pen names stand after a label alone: after a medium as well there are 海外版 and 评论部.
    """
    description = _description(part)
    after = _AFTER_NAME.search(plain_form(rest)) if part.label else None
    if after and (after["in"] or has_standing(after["out"] or "")):
        group = "in" if after["in"] else "out"
        description = rest[after.start(group) : after.end(group)].strip()
        words = words_of(rest[: after.start()])
    who = _WHO_IS.fullmatch(plain_form(rest)) if part.role == "作者" else None
    if who and is_surname_first(who["name"]) and has_standing(who["is"]):
        description = rest[slice(*who.span("is"))]
        words = [rest[: who.end("name")]]
    else:
        description, words = _without_standing(words, rest, description, labelled=bool(part.label))
    accepts = name_test(part, after_medium=after_medium)
    if not all(accepts(fold(word)) for word in words):
        return []
    return [Author(name=word, description=description) for word in words]


def _without_standing(
    words: list[str], rest: str, description: str | None, *, labelled: bool
) -> tuple[str | None, list[str]]:
    """The names apart from what they are: a word of its own, or glued to the only name."""
    start = split_standing_first(fold(words[-1])) if words and labelled else None
    if start is not None and all(has_standing(fold(word)) for word in words[:-1]):
        last = words[-1]
        return rest[: len(rest) - len(last) + start].strip(), [last[start:]]
    if len(words) > 1 and has_standing(fold(words[0])):
        return words[0], words[1:]
    if len(words) > 1 and has_standing(fold(words[-1])):
        return words[-1], words[:-1]
    cut = split_standing(fold(words[0])) if len(words) == 1 and labelled else None
    return (words[0][cut:], [words[0][:cut]]) if cut else (description, words)


def _description(part: Part) -> str | None:
    """What the role says of the author, if it says more than "by"."""
    if part.role in TRANSLATORS:
        return "编译" if part.role == "编译" else "译者"
    says_who = part.prefix not in ("", "本文") or part.role not in LABELS
    return part.said if says_who else None


def _is_somebody(who: re.Match[str]) -> bool:
    return is_likely_name(who["name"]) and has_standing(who["is"])


def _without_role(text: str, site_names: Collection[str]) -> Credit | None:
    """`某新闻 李乙`, `李乙`, `李乙 王甲`: media first, then names that need no role.

    `王甲，某某大学教授` is one, too: a name and what that one is.
    """
    if len(text) > _LONGEST_ROW:
        return None
    who = _WHO_IS.fullmatch(plain_form(text))
    if who and "," in plain_form(text) and has_standing(who["is"]) and is_name_alone(who["name"]):
        return Credit(
            authors=[Author(name=text[: who.end("name")], description=text[slice(*who.span("is"))])]
        )
    several = [_WHO_IS.fullmatch(each) for each in re.split("[,;]", plain_form(text))]
    if len(several) > 1 and all(each and _is_somebody(each) for each in several):
        return Credit(
            authors=[Author(name=each["name"], description=each["is"]) for each in several if each]
        )
    media, names = _leading_media(words_of(text), site_names)
    plain = [fold(name) for name in names]
    if not 1 <= len(names) <= 4 or not all(map(is_likely_name, plain)):
        return None
    if not any(map(is_sure_name, plain)):
        return None
    return Credit(authors=[Author(name=name) for name in names], media=media)
