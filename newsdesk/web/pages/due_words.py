"""When a schedule comes due, in Chinese: made of the English words, or left as they are.

Times on these pages are Beijing's, so its zone is not said each time; another one is."""

from __future__ import annotations

import re

HOME = ", Asia/Shanghai"
DAYS = dict(
    zip(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "一二三四五六日",
        strict=True,
    )
)
_DAY = "|".join(DAYS)
_TIME = r"\d\d:\d\d(?:(?:, | and )\d\d:\d\d){0,5}"
_RULES = (
    (rf"^at ({_TIME})$", r"每天 \1"),
    (rf"^at ({_TIME}), ({_DAY}) to ({_DAY})$", r"周\2至周\3 \1"),
    (rf"^at ({_TIME}), ((?:{_DAY})(?:(?:, | and )(?:{_DAY})){{0,6}})$", r"每周\2 \1"),
    (rf"^at ({_TIME}), on day (\d{{1,2}}) of the month$", r"每月 \2 日 \1"),
    (
        r"^at minute (\d{1,2}), during (\d{1,2}) to (\d{1,2}) o'clock$",
        r"\2 至 \3 点，每小时第 \1 分",
    ),
    (r"^every hour at minute (\d{1,2})$", r"每小时第 \1 分"),
    (r"^at minute (\d{1,2}), every (\d{1,2}) hours$", r"每 \2 小时，第 \1 分"),
    (r"^every (\d{1,4}) minutes$", r"每 \1 分钟"),
    (r"^every (\d{1,4}) hours$", r"每 \1 小时"),
    (r"^every (\d{1,4}) days$", r"每 \1 天"),
    (r"^every week at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \2 起每周 \1"),
    (r"^every day at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \2 起每天 \1"),
    (r"^every month at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \2 起每月 \1"),
    (r"^every year at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \2 起每年 \1"),
    (r"^every (\d{1,3}) weeks? at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \3 起每 \1 周 \2"),
    (r"^every (\d{1,3}) days? at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \3 起每 \1 天 \2"),
    (r"^every (\d{1,3}) months? at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \3 起每 \1 个月 \2"),
    (r"^every (\d{1,3}) years? at (\d\d:\d\d) from (\S{1,20}) on$", r"自 \3 起每 \1 年 \2"),
    (r"^when ([\w.-]{1,200}) has ended well$", r"\1 正常结束之后"),
)


def due_words(words: str, language: str) -> str:
    """Returns the words in a language; those of the schedule where there are no others."""
    plain = words.removesuffix(HOME)
    if language != "zh":
        return plain
    for pattern, chinese in _RULES:
        found = re.match(pattern, plain)
        if found is not None:
            text = found.expand(chinese).replace(" and ", "、").replace(", ", "、")
            return re.sub(_DAY, lambda day: DAYS[day[0]], text)
    return words
