"""Rows of data as lines: every value stays in its column."""

from __future__ import annotations

import pytest

from crawler.pages.blocks import read_blocks
from crawler.pages.html import find, parse
from tests.crawler.pages.blocks.reading import BASE, read


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><th>公司<th>一季<th>二季<tr><td>甲<td><td>3万<tr><td>乙<td>2万<td>",
         ["公司 一季 二季", "甲 – 3万", "乙 2万 –"]),
        ("<tr><td>甲<td>&nbsp;<td>3<tr><td>乙<td>2<td>　", ["甲 – 3", "乙 2 –"]),
        ("<tr><th>地区<th>省<th>量<tr><td rowspan=2>华东<td>甲省<td>1<tr><td>乙省<td>2"
         "<tr><td>华北<td>丙省<td>3", ["地区 省 量", "华东 甲省 1", "华东 乙省 2", "华北 丙省 3"]),
        ("<tr><th rowspan=2>公司<th colspan=2>上半年<tr><th>一季<th>二季<tr><td>甲<td>1<td>2",
         ["公司 上半年 上半年", "公司 一季 二季", "甲 1 2"]),
        ("<tr><td>甲<td rowspan=3><td>1<tr><td>乙<td>2<tr><td>丙<td>3", ["甲 1", "乙 2", "丙 3"]),
        ("<tr><td colspan=3>表一<tr><td>甲<td><td>1<tr><td>乙<td>2<td>",
         ["表一", "甲 – 1", "乙 2 –"]),
        ("<tr><td rowspan=2>甲<td>1<tr><td>2", ["甲 1", "甲 2"]),
        ("<tr><td><td><tr><td>甲<td>1", ["甲 1"]),
        ("<tr><td><img src=/1.jpg><td>图旁的字", ["图旁的字"]),
        ("<tr><td><script>x()</script>甲<td><p>1</p><p>2</p>", ["甲 1 2"]),
        ("<tr><td>甲<td hidden>去<td>1<tr><td>乙<td hidden>去<td>2", ["甲 1", "乙 2"]),
        ("<tr><td>甲<td><table><tr><td>1<td>2</table><td>3", ["甲 1 2 3"]),
        ("<tr><td colspan=9999>甲<td>1", [" ".join(["甲"] * 60) + " 1"]),
        ("<tr><td rowspan=0>甲<td>1<tr><td>2<tr><td>3", ["甲 1", "甲 2", "甲 3"]),
        ("<tr><td colspan=0>甲<td>1", ["甲 1"]),
        ("<tr><td colspan=x rowspan=-1>甲<td>1", ["甲 1"]),
        ("<tr><td><p>段一</p><p>段二</p><table><tr><td>甲<td>1<tr><td>乙<td></table>",
         ["段一", "段二", "甲 1", "乙 –"]),
    ],
)  # fmt: skip
def test_values_stay_in_their_columns(rows: str, lines: list[str]) -> None:
    assert read(f"<table>{rows}</table>").lines == lines


def test_a_row_without_its_table_is_read() -> None:
    root = parse("<table><tr><td>甲<td>1</tr></table>")
    assert read_blocks(find(root, "//tr"), base_url=BASE).lines == ["甲 1"]


def test_a_caption_in_a_row_of_data_is_no_cell() -> None:
    blocks = read('<table><tr><td><img src="/1.jpg"><td>甲<b class="caption">图</b>乙</table>')
    assert blocks.lines == ["甲乙"]
    assert [image.caption for image in blocks.images] == ["图"]
