"""One form for comparing Chinese text: Simplified, half-width, lower case, same length.

Folding is character by character, so an offset in the folded text is the same offset in the
original. It is for matching and fingerprints, never for showing: 着, 乾, 覆 lose their meaning.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

FOLD_VERSION = 1
"""Goes up whenever `fold` changes for any text: stored fingerprints depend on it."""

_VARIANTS = (
    # Characters that one script or region merges and another keeps apart.
    "着著 了瞭 复覆 借藉 划画 分份 账帐 台枱 宁甯 征徵 痹痺 昵暱 佑祐 榨搾 "
    # Same word, another way to write it, left apart by OpenCC's single characters.
    "卫衞 户戸 污汙 并竝 叙敍 苏甦 赞讃 钟锺 斗鬪鬭 只衹 克尅 回囘 你妳 它牠 侄姪 岩巌 "
    "抵觝 昆崐 炮砲 琅瑯 豆荳 果菓 麻蔴 乃迺 遁遯 韧靭 值値 慎愼 姐姊 步歩 德徳 每毎 达逹 "
    "准凖 惠恵 概槪 溉漑 样様 焰燄 愈瘉 研硏 颓穨 妆粧 粽糭 罚罸 胸胷 蕊蘂 杂襍 睹覩 仇讐雠 "
    "软輭 乡鄕 闹閙 堤隄 邻隣 袜韈 俯頫 驮駄 验騐 鹅鵞 秋龝 兔兎 吴呉 娱娯 卷巻 咒呪 妒妬 岛嶋 "
    "厩廐 惭慙 戏戯 携擕 驱敺 晰晳 映暎 敛歛 岁歳 莅涖 渴渇 涩澁 阔濶 暖煖 略畧 疏疎 痫癎 "
    "砖磗 算祘 窗窓窻 奇竒 策筴 帚箒 藤籐 总縂 纤纎 樽罇 聯聨 联聨 肠膓 萌萠 总総 欣訢 哗譁 "
    "赃賍 趁趂 躲躱 耽躭 体軆 村邨 酬酧 铅鈆 衔啣 锁鏁 铁鐡 关闗関 狭陿 腮顋 驼駞 高髙 鬓鬂 黑黒 "
    "庞龎 青靑 清淸 冰氷 皋臯 佛彿 荐薦"
)
_BASIC_PLANE = 0x10000
_LAST_HAN = 0x323AF
_USUAL = (("，", ","), ("：", ":"), ("（", "("), ("）", ")"))
"""Most of what changes in a text of today."""
_SHORT = 24
_LONG = 256
_HEAD = 64


def fold(text: str) -> str:
    """Fold both sides of a comparison with this. `len(fold(text)) == len(text)`, idempotent.

    Results are kept for a while: bylines are made of the same words, and the pipelines fold the
    same body for topics and for the fingerprint.
    """
    return _fold_line(text) if len(text) < _LONG else _fold_body(text)


def _fold(text: str) -> str:
    """Change single characters while they are few; translating looks every one of them up."""
    tables = _tables()
    if len(text) >= _SHORT and tables.few_changes(text):
        for written, folded in _USUAL:
            text = text.replace(written, folded)
        most = 2 + len(text) // 32
        text, count = tables.changing.subn(tables.changed, text, most)
        if count < most:
            return text
    text = text.translate(tables.basic)
    return text.translate(tables.beyond) if _reaches_beyond_basic(text) else text


def _reaches_beyond_basic(text: str) -> bool:
    """Whether a text has characters that UTF-16 writes in two units; ten times as fast as to
    search for one."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


_fold_line = lru_cache(maxsize=1024)(_fold)
_fold_body = lru_cache(maxsize=4)(_fold)


class _Tables:
    """What becomes of which character.

    basic: the basic plane as a list (twice as fast as a dict); beyond: changes in the rest;
    changing: finds a character that changes, or lies beyond the basic plane.
    """

    def __init__(self, changes: dict[int, str]) -> None:
        self._changes = {chr(code): folded for code, folded in changes.items()}
        self.basic = [changes.get(code, chr(code)) for code in range(_BASIC_PLANE)]
        self.beyond = {code: folded for code, folded in changes.items() if code >= _BASIC_PLANE}
        basic = (re.escape(chr(code)) for code in changes if code < _BASIC_PLANE)
        self.changing = re.compile(f"[{''.join(basic)}\U00010000-\U0010ffff]")

    def few_changes(self, text: str) -> bool:
        """Whether the beginning promises that most of a text stays as it is."""
        return len(self.changing.findall(text, 0, _HEAD)) <= _HEAD // 8

    def changed(self, match: re.Match[str]) -> str:
        return self._changes.get(match[0], match[0])


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables(_changes())


def _changes() -> dict[int, str]:
    characters = [
        chr(code)
        for code in range(ord("A"), _LAST_HAN + 1)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Cc", "Co")
    ]
    simplified = _single_characters("".join(characters))
    classes = {ord(other): row[0] for row in _VARIANTS.split() for other in row[1:]}
    changes: dict[int, str] = {}
    for character, simple in zip(characters, simplified, strict=True):
        folded = character
        for _ in range(4):  # NFKC, case and variants can each open the way for another
            before, folded = folded, _plain(folded if folded != character else simple, classes)
            if folded == before:
                break
        if folded != character:
            changes[ord(character)] = folded
    return _settled(changes)


def _single_characters(characters: str) -> list[str]:
    """Each character in Simplified script; line breaks keep OpenCC from seeing phrases."""
    converted: list[str] = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return [
        simple if len(simple) == 1 else character
        for character, simple in zip(characters, converted, strict=True)
    ]


def _plain(character: str, classes: dict[int, str]) -> str:
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) == 1:
        character = compatible
    lower = character.lower()
    if len(lower) == 1:
        character = lower
    return classes.get(ord(character), character)


def _settled(changes: dict[int, str]) -> dict[int, str]:
    """Follow chains to their end, so that folding twice changes nothing."""
    return {code: _last(character, changes) for code, character in changes.items()}


def _last(character: str, changes: dict[int, str]) -> str:
    for _ in range(8):
        following = changes.get(ord(character), character)
        if following == character:
            break
        character = following
    return character
