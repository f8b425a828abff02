"""Read the names of editors, with the staff codes printed beside them."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.pages.lines.credits.splitting import words_of
from crawler.pages.lines.words.names import is_pen_name
from crawler.pages.lines.words.roles import ALL_ROLES, NOBODY, either
from pipelines.items import Editor
from pipelines.text.fold import fold

_CODE = re.compile(r"[A-Za-z]{1,4}\d{1,6}")
_USUAL_EDITOR = re.compile(
    r"[责責]任[编編][辑輯][:：] ?(?P<name>[一-鿿]{2,3})(?:[ _](?P<code>[A-Za-z]{1,4}[0-9]{1,6}))?"
)
_NO_PART_OF_A_NAME = re.compile(either(ALL_ROLES | {"绘"}))
_NO_LAST_CHARACTER = frozenset("道导电合")
_EMAIL = re.compile(r"\s?[\w.\-]{1,40}@[\w.\-]{1,40}")
_CODE_IN_TEXT = re.compile(r"[（(_]?\s?(?<![A-Za-z])([A-Za-z]{1,4}\d{1,6})(?!\d)\s?[）)]?")


def usual_editor(text: str) -> Editor | None:
    """The one editor of `责任编辑：王甲 SN225`, which ends most articles; else None."""
    match = _USUAL_EDITOR.fullmatch(text)
    if match is None:
        return None
    name = fold(match["name"])
    if (
        name in NOBODY
        or name[-1] in _NO_LAST_CHARACTER
        or _NO_PART_OF_A_NAME.search(name)
        or not is_pen_name(name)
    ):
        return None
    return Editor(name=match["name"], code=match["code"])


def read_editors(rest: str, *, accepts: Callable[[str], bool]) -> list[Editor]:
    """`王甲 SN225`, `王甲、李乙`, `王甲（SF099）`, `王甲_AB12`; empty if a word is no such thing.

    accepts: how certain a name must be.
    """
    editors: list[Editor] = []
    if "@" in rest:
        rest = _EMAIL.sub("", rest)
    for word in words_of(_CODE_IN_TEXT.sub(_set_apart, rest)):
        if _CODE.fullmatch(word):
            if editors and editors[-1].code is None:
                editors[-1].code = word
            else:
                editors.append(Editor(name=word, code=word))
        elif accepts(fold(word)):
            editors.append(Editor(name=word))
        else:
            return []
    return editors


def _set_apart(code: re.Match[str]) -> str:
    return f" {code[1]} "
