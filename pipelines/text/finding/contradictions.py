"""Where two texts say different things in what is otherwise the same sentence.

Only sentences that both texts have are compared: what one of them lost, or added, contradicts
nothing. In such a pair of sentences another number, another name, the opposite direction or a
negation makes two pieces of news of them; another word for the same thing does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache, wraps
from itertools import pairwise, takewhile
from typing import NamedTuple, TypeVar

from pipelines.text.regions.words import wordings
from pipelines.text.segmenter import is_word, tagged

LEAST_SHARED = 0.5
"""Of the pairs of characters of two sentences (Dice): with less they are two sentences."""
MOST_SENTENCES = 60
"""Differing sentences of a text that are looked at."""
LONGEST_SENTENCE = 400
MOST_KEPT = 2_000
"""Sentences, and pairs of them, of which it is kept what was found out: those of some texts and of
their copies."""

_SIGNS = re.compile(r"[^\w.]+|_")
_NUMBER = re.compile(r"\d+(?:\.\d+)*|[零〇○一二三四五六七八九十百千万亿两]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NOT = re.compile("并?[不未没非]有?|无|拒绝|否认|禁止|拒不|从未|尚未")
_LONGEST_ADVERB = 3
LEAST_MISSPELT = 4
"""Characters of an unknown name of which one may be wrong: 张伟 and 张强 are two people."""
_NAMES = ("nr", "ns", "nt", "nz")
"""Tags of the segmenter: people, places, organisations, others."""
_FUNCTION = "updc"
"""Tags of words that name nothing: particles, prepositions, adverbs, conjunctions."""
_NAMED = re.compile(
    "公司|集团|股份|银行|大学|学院|医院|法院|检察院|委员会|协会|基金|科技|控股|证券|航空|汽车|电子|"
    "能源|药业|重工|高科|[队省市县区镇乡村州国岛港湖路站馆厂校所局厅部]"
)
"""How names end, or what follows one."""
_MASK = "某"
_STATES = frozenset("美日俄韩朝英法德印澳加乌以伊叙埃泰越菲土巴欧中台港")
"""Countries by one character, as in 美方, 日军, 韩企."""
_ROWS = """
涨 跌, 升 降, 增 减, 多 少, 高 低, 上调 下调, 上升 下降, 上行 下行, 升值 贬值, 走强 走弱
买 卖, 盈 亏, 流入 流出, 投放 回笼, 进口 出口, 入境 出境, 收购 出售, 扩大 缩小, 加快 放缓
胜 负 败 平, 战胜 不敌 负于, 赢 输, 东 西 南 北 中, 左 右, 前 后, 早 晚, 男 女, 首次 再次
原告 被告 第三人, 上诉人 被上诉人, 支持 反对 弃权, 赞成 反对 弃权, 同意 反对 拒绝, 通过 否决
批准 否决 驳回, 接受 拒绝, 承认 否认, 允许 禁止, 有罪 无罪, 合法 违法 非法, 生效 失效
开放 关闭, 开通 关闭 停运, 恢复 暂停 中止 取消, 启动 终止 停止, 继续 停止, 加强 削弱
好转 恶化, 乐观 悲观, 加入 退出, 当选 落选, 上任 卸任, 就任 辞去, 任命 免去, 登陆 离开
上午 下午 晚上 凌晨, 昨天 今天 明天, 昨日 今日 明日, 蓝色 黄色 橙色 红色
"""
_OPPOSITES = [frozenset(row.split()) for row in re.split(r"[,\n]", _ROWS) if row]
_SIDE = re.compile("|".join(sorted({side for row in _OPPOSITES for side in row})))


Found = TypeVar("Found")


class Contradiction(NamedTuple):
    """What one text says, and what the other says in the same place."""

    one: str
    other: str


class _Word(NamedTuple):
    text: str
    tag: str


def contradictions(one: Sequence[str], other: Sequence[str]) -> Iterator[Contradiction]:
    """Where two texts, given as their folded sentences, contradict each other."""
    bare, others = [*map(_bare, one)], [*map(_bare, other)]
    left, right = _differing(one, bare, others), _differing(other, others, bare)
    taken: set[int] = set()
    for sentence, pairs in left:
        best, place = LEAST_SHARED, -1
        for number, (_other, their) in enumerate(right):
            shared = 2 * _in_both(pairs, their) / (pairs.total() + their.total())
            if shared > best and number not in taken:
                best, place = shared, number
        if place >= 0:
            taken.add(place)
            yield from _in_sentence(sentence, right[place][0])


def _in_both(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> int:
    """How many pairs of characters two sentences share: most share hardly any."""
    return sum(min(one[pair], other[pair]) for pair in one.keys() & other.keys())


def _differing(
    these: Sequence[str], these_bare: Sequence[str], those_bare: Sequence[str]
) -> list[tuple[str, Counter[tuple[str, str]]]]:
    """The sentences that the other text has not, with their pairs of characters. bare: what is
    compared of each sentence."""
    known = Counter(those_bare)
    found = []
    for sentence, bare in zip(these, these_bare, strict=True):
        known[bare] -= 1
        if 1 < len(bare) <= LONGEST_SENTENCE and known[bare] < 0:
            found.append((sentence, Counter(pairwise(bare))))
    return found[:MOST_SENTENCES]


def _kept(ask: Callable[..., Found]) -> Callable[..., Found]:
    """Keeps what was found out of sentences: a text is compared with many that share them."""
    kept = lru_cache(maxsize=MOST_KEPT)(ask)

    @wraps(ask)
    def answer(one: str, *other: str) -> Found:
        is_short = len(one) <= LONGEST_SENTENCE and all(len(it) <= LONGEST_SENTENCE for it in other)
        return kept(one, *other) if is_short else ask(one, *other)

    return answer


@_kept
def _bare(sentence: str) -> str:
    return _SIGNS.sub("", sentence)


@_kept
def _in_sentence(one: str, other: str) -> tuple[Contradiction, ...]:
    return tuple(_between(one, other))


def _between(one: str, other: str) -> Iterator[Contradiction]:
    left, right = _words(one), _words(other)
    texts, others = _texts(left), _texts(right)
    if Counter(texts) == Counter(others):  # the same words in another order
        if _texts(filter(_is_noun, left)) != _texts(filter(_is_noun, right)):
            yield Contradiction(one, other)
        return
    matcher = SequenceMatcher(None, texts, others, autojunk=False)
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind == "equal":
            continue
        piece, other_piece = left[start:end], right[begin:stop]
        said = Contradiction(_joined(piece), _joined(other_piece))
        at_start, at_end = start == begin == 0, end == len(left) and stop == len(right)
        follows = "" if end == len(left) else left[end].text
        if not _is_torn(*said, at_start, at_end) and _contradict(piece, other_piece, follows):
            yield said


def _words(sentence: str) -> list[_Word]:
    found = tagged(_THOUSANDS.sub("", sentence))
    return [_Word(text, tag) for text, tag in found if any(map(str.isalnum, text))]


def _texts(words: Iterable[_Word]) -> list[str]:
    return [word.text for word in words]


def _joined(words: Iterable[_Word]) -> str:
    return "".join(_texts(words))


def _is_torn(one: str, other: str, at_start: bool, at_end: bool) -> bool:
    """Whether one piece is what a cut through the middle of a sentence left of the other."""
    short, long = sorted((one, other), key=len)
    if _NUMBER.fullmatch(long):
        return False
    return (at_end and long.startswith(short)) or (at_start and long.endswith(short))


def _contradict(one: Sequence[_Word], other: Sequence[_Word], follows: str) -> bool:
    """Whether two pieces say different things that stand in the same place of a sentence."""
    left, right = _changed(one, other)
    if _MASK in left or _MASK in right:
        return False
    if not left or not right:
        return bool(_NOT.fullmatch(left or right))
    if _joined(other) in wordings(_joined(one)).of("all"):
        return False
    return (
        _numbers_differ(one, other)
        or _is_denied(left, right)
        or _are_opposite(one, other)
        or _are_states(left, right)
        or (_names_differ(one, other, follows) and not _is_typo(one, other))
    )


def _changed(one: Sequence[_Word], other: Sequence[_Word]) -> tuple[str, str]:
    """The two pieces; of words that were cut differently (铜期货, 铝 期货) what is not in both."""
    left, right = _joined(one), _joined(other)
    before = _equal_length(left, right)
    after = _equal_length(left[before:][::-1], right[before:][::-1])
    short, other_short = (text[before : len(text) - after] for text in (left, right))
    whole = short in _texts(one) or other_short in _texts(other)
    return (short, other_short) if whole else (left, right)


def _equal_length(one: str, other: str) -> int:
    """How many characters are equal from the beginning on."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _is_typo(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    """Whether one piece is a misspelling of the other: a character is wrong, and no known word."""
    left, right = Counter(_joined(one)), Counter(_joined(other))
    length = max(left.total(), right.total())
    if (left & right).total() < length - 1 or length == 1:
        return False
    broken = [any(not _is_known(word.text) for word in words) for words in (one, other)]
    return broken[0] != broken[1] or (all(broken) and length >= LEAST_MISSPELT)


def _is_known(word: str) -> bool:
    return len(word) > 1 and is_word(word)


def _numbers_differ(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    left, right = (Counter(map(_value, _NUMBER.findall(" ".join(_texts(w))))) for w in (one, other))
    return bool(left - right) and bool(right - left)


def _is_denied(left: str, right: str) -> bool:
    """Whether one says no and the other does not, or nothing but that instead of 将 or 已."""
    if bool(_NOT.search(left)) == bool(_NOT.search(right)):
        return False
    adverbs = max(len(left), len(right)) <= _LONGEST_ADVERB
    only_no = bool(_NOT.fullmatch(left)) or bool(_NOT.fullmatch(right))
    return (adverbs and only_no) or _NOT.sub("", left) == _NOT.sub("", right)


def _are_opposite(one: Sequence[_Word], other: Sequence[_Word]) -> bool:
    if not all(any(_SIDE.search(word.text) for word in words) for words in (one, other)):
        return False
    for row in _OPPOSITES:
        sides = [{side for side in row for word in words if side in word.text}
                 for words in (one, other)]  # fmt: skip
        if all(sides) and sides[0].isdisjoint(sides[1]):
            return True
    return False


def _are_states(left: str, right: str) -> bool:
    """Whether they differ in nothing but the characters of countries."""
    changed = {each for pair in zip(left, right, strict=False) if len({*pair}) > 1 for each in pair}
    return len(left) == len(right) and changed <= _STATES


def _names_differ(one: Sequence[_Word], other: Sequence[_Word], follows: str) -> bool:
    left, right = _changed(one, other)
    names = [any(map(_is_name, words)) for words in (one, other)]
    strange = set(left).isdisjoint(right)
    if all(names) or (any(names) and strange and min(len(left), len(right)) > 1):
        return True
    if any(word.tag[0] in _FUNCTION for word in (*one, *other)):
        return False
    if _NAMED.fullmatch(follows) or _end_of_name(left) == _end_of_name(right) != "":
        return True
    return strange and all(any(map(_is_noun, words)) for words in (one, other))


def _is_name(word: _Word) -> bool:
    return word.tag == "eng" or (word.tag.startswith(_NAMES) and len(word.text) > 1)


def _is_noun(word: _Word) -> bool:
    return word.tag[0] in "nj"


def _end_of_name(text: str) -> str:
    found = re.search(rf"(?<=.)(?:{_NAMED.pattern})\Z", text)
    return found[0] if found else ""


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | dict.fromkeys(
    "〇○", 0
)
_DIGITS["两"] = 2
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}


def _value(number: str) -> str:
    """A number as it is compared: 三 is 3, 十二 is 12, 二〇二六 is 2026."""
    if number[0].isdecimal():
        return number
    if all(sign in _DIGITS for sign in number):
        return "".join(str(_DIGITS[sign]) for sign in number)
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
    return str(whole + part + digit)
