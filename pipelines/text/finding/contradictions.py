"""Where two texts say different things in what is otherwise the same sentence.

Only sentences that both texts have are compared: what one of them lost, or added, contradicts
nothing. In such a pair of sentences another number, another name, the opposite direction or a
negation makes two pieces of news of them; another word for the same thing does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from os.path import commonprefix
from typing import NamedTuple

import rjieba

LEAST_SHARED = 0.5
"""Of the pairs of characters of two sentences (Dice): with less they are two sentences."""
MOST_SENTENCES = 60
"""Differing sentences of a text that are looked at."""
_LONGEST_SENTENCE = 400
_LONGEST_ADVERB = 3

_NUMBER = re.compile(r"\d+(?:\.\d+)*|[零〇○一二三四五六七八九十百千万亿两]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NOT = re.compile("并?[不未没非]有?|无|拒绝|否认|禁止|拒不|从未|尚未")
_NAMES = ("nr", "ns", "nt", "nz")
_SUFFIXES = [
    "公司",
    "集团",
    "股份",
    "银行",
    "大学",
    "学院",
    "医院",
    "法院",
    "检察院",
    "委员会",
    "协会",
    "基金",
    "队",
    "省",
    "市",
    "县",
    "区",
    "镇",
    "乡",
    "村",
    "州",
    "国",
    "岛",
    "港",
    "湖",
    "路",
    "站",
    "馆",
    "厂",
    "校",
    "所",
    "局",
    "厅",
    "部",
    "科技",
    "控股",
    "证券",
    "航空",
    "汽车",
    "电子",
    "能源",
    "药业",
    "重工",
    "高科",
]
_MASK = "某"
_OPPOSITES = tuple(
    frozenset(row.split())
    for row in (
        "涨 跌",
        "升 降",
        "增 减",
        "多 少",
        "高 低",
        "上调 下调",
        "上升 下降",
        "上行 下行",
        "流入 流出",
        "投放 回笼",
        "升值 贬值",
        "走强 走弱",
        "买 卖",
        "进口 出口",
        "入境 出境",
        "盈 亏",
        "胜 负 败 平",
        "战胜 不敌 负于",
        "赢 输",
        "东 西 南 北 中",
        "左 右",
        "原告 被告 第三人",
        "上诉人 被上诉人",
        "支持 反对 弃权",
        "赞成 反对 弃权",
        "同意 反对 拒绝",
        "通过 否决",
        "批准 否决 驳回",
        "接受 拒绝",
        "承认 否认",
        "开放 关闭",
        "开通 关闭 停运",
        "恢复 暂停 中止 取消",
        "启动 终止 停止",
        "继续 停止",
        "允许 禁止",
        "加强 削弱",
        "扩大 缩小",
        "加快 放缓",
        "好转 恶化",
        "乐观 悲观",
        "有罪 无罪",
        "合法 违法 非法",
        "生效 失效",
        "加入 退出",
        "当选 落选",
        "上任 卸任",
        "就任 辞去",
        "任命 免去",
        "收购 出售",
        "发射 回收",
        "登陆 离开",
        "男 女",
        "首次 再次",
        "前 后",
        "早 晚",
        "上午 下午 晚上 凌晨",
        "昨天 今天 明天",
        "昨日 今日 明日",
        "蓝色 黄色 橙色 红色",
    )
)
_STATES = frozenset("美日俄韩朝英法德印澳加乌以伊叙埃泰越菲土巴欧中台港澳")
"""Countries by one character, as in 美方, 日军, 韩企."""


class Contradiction(NamedTuple):
    """What one text says, and what the other says in the same place."""

    one: str
    other: str


class _Word(NamedTuple):
    text: str
    tag: str


def contradictions(one: Sequence[str], other: Sequence[str]) -> Iterator[Contradiction]:
    """Where two texts, given as their folded sentences, contradict each other."""
    left, right = _differing(one, other), _differing(other, one)
    taken: set[int] = set()
    for sentence, pairs in left:
        best, place = LEAST_SHARED, -1
        for number, (_other, others) in enumerate(right):
            shared = 2 * (pairs & others).total() / (pairs.total() + others.total())
            if shared > best and number not in taken:
                best, place = shared, number
        if place >= 0:
            taken.add(place)
            yield from _in_sentence(sentence, right[place][0])


def _differing(these: Sequence[str], those: Sequence[str]) -> list[tuple[str, Counter[str]]]:
    """The sentences that the other text has not, with their pairs of characters."""
    known = Counter(map(_bare, those))
    found = []
    for sentence in these:
        bare = _bare(sentence)
        known[bare] -= 1
        if 1 < len(bare) <= _LONGEST_SENTENCE and known[bare] < 0:
            found.append((sentence, Counter(map("".join, zip(bare, bare[1:], strict=False)))))
    return found[:MOST_SENTENCES]


def _bare(sentence: str) -> str:
    return re.sub(r"[^\w.]+|_", "", sentence)


def _in_sentence(one: str, other: str) -> Iterator[Contradiction]:
    left, right = _words(one), _words(other)
    texts = [[word.text for word in words] for words in (left, right)]
    if Counter(texts[0]) == Counter(texts[1]):
        if _nouns(left) != _nouns(right):
            yield Contradiction(one, other)
        return
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind == "equal":
            continue
        follows = left[end].text if end < len(left) else ""
        edges = (start == begin == 0, end == len(left) and stop == len(right))
        if not _is_torn(_text(left[start:end]), _text(right[begin:stop]), *edges) and _contradict(
            left[start:end], right[begin:stop], follows
        ):
            yield Contradiction(_text(left[start:end]), _text(right[begin:stop]))


def _is_torn(one: str, other: str, at_start: bool, at_end: bool) -> bool:
    """Whether one piece is what a cut through the middle of a sentence left of the other."""
    short, long = sorted((one, other), key=len)
    if _NUMBER.fullmatch(long):
        return False
    return (at_end and long.startswith(short)) or (at_start and long.endswith(short))


def _words(sentence: str) -> list[_Word]:
    tagged = rjieba.tag(_THOUSANDS.sub("", sentence))
    return [_Word(text, tag) for text, tag in tagged if any(map(str.isalnum, text))]


def _text(words: Sequence[_Word]) -> str:
    return "".join(word.text for word in words)


def _contradict(one: Sequence[_Word], other: Sequence[_Word], follows: str) -> bool:
    """Whether two pieces say different things that stand in the same place of a sentence."""
    left, right = _changed(one, other)
    if _MASK in left or _MASK in right:
        return False
    if not left or not right:
        return bool(_NOT.fullmatch(left or right))
    return (
        _numbers_differ(one, other)
        or _denied(left, right)
        or _are_opposite(one, other)
        or _names_differ(one, other, follows)
    )


def _changed(one: Sequence[_Word], other: Sequence[_Word]) -> tuple[str, str]:
    """The two pieces; of words that were cut differently (铜期货, 铝 期货) what is not in both."""
    left, right = _text(one), _text(other)
    before = len(commonprefix([left, right]))
    after = len(commonprefix([left[before:][::-1], right[before:][::-1]]))
    short_left, short_right = (text[before : len(text) - after] for text in (left, right))
    own = any(word.text == short_left for word in one) or any(
        word.text == short_right for word in other
    )
    return (short_left, short_right) if own else (left, right)


def _denied(left: str, right: str) -> bool:
    """Whether one says no and the other does not, or nothing but that instead of 将 or 已."""
    if bool(_NOT.search(left)) == bool(_NOT.search(right)):
        return False
    short = max(len(left), len(right)) <= _LONGEST_ADVERB
    said = {left, right} - {each for each in (left, right) if _NOT.fullmatch(each)}
    return (len(said) == 1 and short) or _NOT.sub("", left) == _NOT.sub("", right)


def _numbers_differ(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    left, right = map(_numbers, (one, other))
    return bool(left - right) and bool(right - left)


def _numbers(words: Sequence[_Word]) -> Counter[str]:
    return Counter(map(_value, _NUMBER.findall(" ".join(word.text for word in words))))


def _value(number: str) -> str:
    """A number as it is compared: 三 is 3, and 十二 is 12."""
    if number[0].isdigit():
        return number
    return str(_read(number))


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}


def _read(number: str) -> int:
    if not any(sign in _UNITS or sign in _MYRIADS for sign in number):
        return int("".join(str(_DIGITS[sign]) for sign in number))
    whole = part = digit = 0
    for sign in number:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            part += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            whole = (whole + part + digit) * _MYRIADS[sign]
            part = digit = 0
    return whole + part + digit


def _are_opposite(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    return any(
        _sides(left.text, row) and _sides(right.text, row)
        and _sides(left.text, row).isdisjoint(_sides(right.text, row))
        for left in one
        for right in other
        for row in _OPPOSITES
    )  # fmt: skip


def _sides(word: str, row: frozenset[str]) -> set[str]:
    return {side for side in row if side in word}


def _names_differ(one: Sequence[_Word], other: Sequence[_Word], follows: str) -> bool:
    left, right = _changed(one, other)
    if _is_state(left, right):
        return True
    names = [any(map(_is_name, words)) for words in (one, other)]
    strange = set(left).isdisjoint(right)
    if all(names) or (any(names) and strange and min(len(left), len(right)) > 1):
        return True
    named = follows in _SUFFIXES or (_suffix(left) and _suffix(left) == _suffix(right))
    nouns = any(map(_is_noun, one)) and any(map(_is_noun, other))
    return bool(named) or (nouns and strange)


def _is_state(left: str, right: str) -> bool:
    if len(left) != len(right):
        return False
    changed = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return all(a in _STATES and b in _STATES for a, b in changed)


def _is_name(word: _Word) -> bool:
    return word.tag == "eng" or (word.tag.startswith(_NAMES) and len(word.text) > 1)


def _nouns(words: Sequence[_Word]) -> list[str]:
    return [word.text for word in words if _is_noun(word)]


def _is_noun(word: _Word) -> bool:
    return word.tag[0] in "nj"


def _suffix(name: str) -> str:
    return next((each for each in _SUFFIXES if name.endswith(each) and name != each), "")
