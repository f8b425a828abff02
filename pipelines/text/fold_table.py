"""Makes the table of `fold`: which character becomes which. `python -m pipelines.text.fold_table`.

The table is a file of the package: a crawl need not ask OpenCC for a hundred thousand characters
before its first page, and neither a newer OpenCC nor a newer Python changes what is stored.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict

import opencc

from pipelines.text.fold import TABLE

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
_LAST_HAN = 0x323AF


def changes() -> dict[int, str]:
    """Code point -> what it becomes, for all that change, by this OpenCC and this Python."""
    characters = [
        chr(code)
        for code in range(ord("A"), _LAST_HAN + 1)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Cc", "Co")
    ]
    simplified = _single_characters("".join(characters))
    classes = {ord(other): row[0] for row in _VARIANTS.split() for other in row[1:]}
    found: dict[int, str] = {}
    for character, simple in zip(characters, simplified, strict=True):
        folded = character
        for _ in range(4):  # NFKC, case and variants can each open the way for another
            before, folded = folded, _plain(folded if folded != character else simple, classes)
            if folded == before:
                break
        if folded != character:
            found[ord(character)] = folded
    return _settled(found)


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


def text_of(table: dict[int, str]) -> str:
    """The file that holds a table."""
    lines = defaultdict(list)
    for code, character in sorted(table.items()):
        lines[character].append(chr(code))
    return "".join(f"{character}{''.join(lines[character])}\n" for character in sorted(lines))


if __name__ == "__main__":
    TABLE.write_text(text_of(changes()), encoding="utf-8")
