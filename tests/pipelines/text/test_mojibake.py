"""What was decoded wrongly is told from what is merely rare."""

from __future__ import annotations

import pytest

from pipelines.text.mojibake import is_mojibake

PLAIN = (
    "河湾镇的新码头昨天通过验收，三条支线航道的水深都达到了设计要求。"
    "镇上的老船工说，今后每天都能靠船。"
)
COMPLEX = "河灣鎮的新碼頭昨天通過驗收，三條支線航道的水深都達到了設計要求。"


@pytest.mark.parametrize("text", [PLAIN, COMPLEX, PLAIN[:9]])
@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "gb18030"), ("utf-8", "latin-1"), ("utf-8", "cp1252"), ("gb18030", "latin-1")],
)
def test_every_wrong_way_is_seen(text: str, written: str, read: str) -> None:
    garbled = text.encode(written).decode(read, errors="ignore")
    assert is_mojibake(garbled)
    assert is_mojibake(f"2026 NEWS {garbled} 3.14")


def test_scars() -> None:
    assert is_mojibake(PLAIN[:20] + "锟斤拷锟斤拷" + PLAIN[20:])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain English, 2026.",
        PLAIN,
        COMPLEX,
        "“——”《》！？",
        "法国总统在爱丽舍宫（Palais de l'Élysée）会见了安赫尔·古里亚（José Ángel Gurría）。",
        "ソウルで会談した。",
        "涓€段很长的文章里偶尔出现生僻字：鏂、伴、椈。" + PLAIN,
        "龘靐齉齾爩鱻麤龗灪吁龖厵滟爨癵",
    ],
)
def test_real_text_is_left_alone(text: str) -> None:
    assert not is_mojibake(text)
