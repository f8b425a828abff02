"""Lines of labels, cut where a label begins."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.labels import cut_at_labels, is_label, split_labels


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("来源：某报 作者：王甲", ["来源：某报", "作者：王甲"]),
        ("2024-03-05 09:10来源：某报作者：王甲", ["2024-03-05 09:10", "来源：某报", "作者：王甲"]),
        ("本文来源：某报责任编辑：王甲_AB12", ["本文来源：某报", "责任编辑：王甲_AB12"]),
        ("来源某报| 0 条评论| 作者王甲", ["来源某报", "0 条", "评论", "作者王甲"]),
        ("文｜某报 王甲", ["文｜某报 王甲"]),
        ("没有冒号的一行", ["没有冒号的一行"]),
        ("", []),
    ],
)
def test_a_line_is_cut_where_a_label_begins(line: str, parts: list[str]) -> None:
    assert cut_at_labels(line) == parts


@pytest.mark.parametrize("text", ["来源：", "作者", "责任编辑:", "发布时间："])
def test_a_label_waits_for_its_value(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize("text", ["来源：某报", "王甲", "记者", ""])
def test_what_has_a_value_is_no_bare_label(text: str) -> None:
    assert not is_label(text)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("本文来源：某报责任编辑：王甲", ["本文来源：某报", "责任编辑：王甲"]),
        ("作者：王甲 编辑：李乙", ["作者：王甲", "编辑：李乙"]),
        ("来源：某报", ["来源：某报"]),
    ],
)
def test_a_line_of_labels_becomes_several(line: str, lines: list[str]) -> None:
    assert split_labels(line) == lines


@pytest.mark.parametrize(
    "line",
    [
        "作者：一位编辑：他写了三十年。",
        "他说来源：谁也不知道",
        "来源：" + "很长" * 50,
        "编辑：打印机卡纸了怎么办",
    ],
)
def test_a_line_that_is_more_than_labels_stays_whole(line: str) -> None:
    assert split_labels(line) == [line]
