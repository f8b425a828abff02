"""What looks like a person's name. All texts here are folded.

How much it takes depends on what stands before it: after a role (记者 …) any surname will do, a
name that stands alone needs a usual surname and must be no word of the language.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from attrs import define

from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.nobody import names_nobody
from crawler.pages.lines.words.phrases import is_phrase
from crawler.pages.lines.words.sections import read_sections

CHARACTERS = Path(__file__).with_name("characters.txt")
"""Surnames [usual], [rare] and [compound], names without one [whole], and the characters of [given]
names, with their sources."""
ORDINARY = Path(__file__).with_name("ordinary.txt")
"""Sections [never]: no names whatever stands before them; [words]: none that stand alone."""

_HAN = "一-鿿〇㐀-䶿\U00020000-\U0003134f"
_HAN_NAME = re.compile(rf"[{_HAN}]{{2,4}}")
_FOREIGN_NAME = re.compile(rf"[{_HAN}a-z]{{1,8}}(?:[·•・.‧][{_HAN}a-z]{{1,10}}){{1,4}}")
_LATIN_NAME = re.compile(r"[a-zà-ɏ][a-zà-ɏ'’.\-]{1,30}(?: [a-zà-ɏ][a-zà-ɏ'’.\-]{0,30}){0,3}")
_DOT = re.compile("[·•・.‧]")
_HAN_WORD = re.compile(rf"[{_HAN}]+")
_PEN_NAME = re.compile(rf"[{_HAN}]{{2,5}}|(?=.{{0,9}}[a-z·•])[{_HAN}a-z0-9_·•.\-]{{2,10}}")
_NICKNAME = re.compile("[小阿老][一二三四五六七八九]")
_LONGEST_SHORT, _LONGEST_WHOLE = 3, 6
_NO_GIVEN_NAME = re.compile("[您的了是把被们说称很就也都不没什么吗呢吧这那你我他她它]")
_SENTENCE = re.compile(
    r"[着过的了是在把被与对从说称将很也就都又并要会能没不其该此这那你我他她它们什么吗呢吧]"
)
_PLACE = re.compile("[一-鿿]家[港嘴口界庄峡湾沱沟屯村桥坪坝岭寨营集铺堡河湖塘渡窑洼坡坳洲沙滩崖]")


@define(frozen=True)
class _Characters:
    usual: frozenset[str]
    rare: frozenset[str]
    compound: frozenset[str]
    whole: frozenset[str]
    given: frozenset[str]


def is_name(text: str) -> bool:
    """A Chinese name by its surname, a foreign one, or one of those without a surname."""
    return is_surname_first(text) or is_foreign_name(text) or _is_whole(text)


def _is_whole(text: str) -> bool:
    """多吉, 阿依古丽: of one or two known parts."""
    whole = _characters().whole
    ends = range(2, len(text) - 1) if len(text) <= _LONGEST_WHOLE else ()
    return text in whole or any(text[:end] in whole and text[end:] in whole for end in ends)


def is_surname_first(text: str) -> bool:
    """A Chinese name of two or three characters (four after a surname of two): 王小甲."""
    if not _HAN_NAME.fullmatch(text) or names_nobody(text):
        return False
    surnames = _characters()
    if text[:2] in surnames.compound and len(text) > 2:
        return not is_medium(text)
    has_surname = text[0] in surnames.usual or text[0] in surnames.rare
    return has_surname and len(text) <= 3 and _is_given(text[1:]) and not is_medium(text)


def _is_given(text: str) -> bool:
    return not _NO_GIVEN_NAME.search(text)


def is_sure_name(text: str) -> bool:
    """A Chinese name that needs no role beside it: likely, with a character of given names."""
    return is_likely_name(text) and not _characters().given.isdisjoint(text[1:])


def is_name_alone(text: str) -> bool:
    """A name that nothing stands beside: every character is one of names, and no place is it."""
    given = text[2:] if text[:2] in _characters().compound else text[1:]
    return is_sure_name(text) and _characters().given.issuperset(given) and not _PLACE.match(text)


def is_likely_name(text: str) -> bool:
    """A Chinese name beside other names: it has a usual surname and is no word."""
    known = _characters()
    is_compound = len(text) > 2 and text[:2] in known.compound
    return (
        (is_compound or text[:1] in known.usual)
        and is_surname_first(text)
        and not _SENTENCE.search(text[1:])
        and not is_ordinary(text)
    )


def is_known_name(text: str) -> bool:
    """A name that is one whatever stands before it, Chinese or foreign."""
    return is_sure_name(text) or is_foreign_name(text)


def is_foreign_name(text: str) -> bool:
    """卡洛斯·马丁内斯, Martin Jacques; not 某某晚报·某某派."""
    if _FOREIGN_NAME.fullmatch(text):
        is_han = any(character > "一" for character in text)
        return is_han and not any(is_medium(part) for part in _DOT.split(text))
    if not _LATIN_NAME.fullmatch(text):
        return False
    return not is_medium(text) and not names_nobody(text)


def is_plain_name(text: str) -> bool:
    """A name, and neither a word of the language nor a phrase: what staff are called."""
    if is_foreign_name(text) or _is_whole(text):
        return True
    return is_surname_first(text) and not _SENTENCE.search(text[1:]) and not is_ordinary(text)


def is_short_pen_name(text: str) -> bool:
    """A pen name of two or three characters, or one with a dot or Latin letters in it."""
    is_short = len(text) <= _LONGEST_SHORT or not _HAN_WORD.fullmatch(text)
    return is_name(text) or (is_short and is_pen_name(text))


def is_pen_name(text: str) -> bool:
    """What may stand after a label (`文｜补壹刀`): a short word, no medium, no sentence."""
    if names_nobody(text) or is_medium(text) or text.isdigit() or has_standing(text):
        return False
    is_called = _NICKNAME.fullmatch(text) or not is_phrase(text)
    return is_name(text) or bool(_PEN_NAME.fullmatch(text) and is_called)


_STANDING = re.compile(
    r"(?:教授|研究员|院士|主任|博士|硕士|分析师|专家|律师|学者|作家|作者|评论员|记者|所长|院长|会长|大使|总裁|"
    r"部长|处长|局长|司长|理事长|校长|馆长|书记|主编|首席|团队|研究部|研究室|经济学家|讲师|学院|研究所|研究院|大学|中心|研究生|博士生|博士后|教师|医生|工程师|主席|秘书长|主笔|委员|顾问)$"
)
_LONGEST_STANDING = 60
_WHOSE = re.compile("[他她我你]|^等")


def has_standing(text: str) -> bool:
    """复旦大学教授, 首席分析师: what somebody is, not who."""
    if len(text) > _LONGEST_STANDING or _WHOSE.search(text):
        return False
    return _STANDING.search(text) is not None


def is_ordinary(text: str) -> bool:
    """Whether it is a word of the language."""
    return text in _ordinary()


@cache
def _characters() -> _Characters:
    sections = read_sections(CHARACTERS)
    return _Characters(
        usual=frozenset("".join(sections["usual"].split())),
        rare=frozenset("".join(sections["rare"].split())),
        compound=frozenset(sections["compound"].split()),
        whole=frozenset(sections["whole"].split()),
        given=frozenset("".join(sections["given"].split())),
    )


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(read_sections(ORDINARY)["words"].split())
