from __future__ import annotations

import pytest

from crawler.pages.blocks import read_blocks
from crawler.pages.html import parse

TEXT = [
    "湿地公园本周迎来第一批候鸟，管理处清点到四百多只，其中不少是第一次落脚的鹤类。",
    "沿湖步道将在候鸟停留期间分段开放，最窄的一段每小时只放进三十人，周末要预约。",
    "附近居民可以在三处观鸟台观看，入园不收费，周末另有志愿者讲解，遇雨顺延到下周。",
]


def page(below: str, text: list[str] = TEXT) -> str:
    first, *others = text
    rest = "".join(f"<p>{line}</p>" for line in others)
    return f'<div><p>{first}</p><p><img src="/1.jpg"></p><p>{below}</p>{rest}</div>'


@pytest.mark.parametrize(
    ("below", "caption"),
    [
        ("图为湿地公园北岸的观鸟台。", None),
        ("▲湿地公园北岸的观鸟台", "湿地公园北岸的观鸟台"),
        ("资料图：湿地公园北岸。", None),
        ("湿地公园北岸的观鸟台。澄湖日报记者 王小明 摄", None),
        ("湿地公园北岸的观鸟台。（王小明摄）", None),
        ("湿地公园北岸的观鸟台。 受访者供图", None),
        ("湿地公园北岸的观鸟台。视觉中国 资料", None),
        ("湿地公园北岸的观鸟台 资料图", None),
    ],
)
def test_what_says_itself_that_it_is_of_the_picture_goes_to_it(
    below: str, caption: str | None
) -> None:
    blocks = read_blocks(parse(page(below)), base_url="https://www.example.cn/")
    assert blocks.lines == TEXT
    assert [image.caption for image in blocks.images] == [caption or below]


@pytest.mark.parametrize(
    "below",
    [
        "湿地公园北岸的观鸟台。",
        "展览将持续到周日。这些照片全部由志愿者拍摄",
        "他在湖边守了四年，作品都是自己拍摄。",
        "公园下周闭园检修，为此向市民致歉。有人为他摄",
    ],
)
def test_a_sentence_below_a_picture_stays(below: str) -> None:
    blocks = read_blocks(parse(page(below)), base_url="https://www.example.cn/")
    assert blocks.lines == [TEXT[0], below, *TEXT[1:]]
    assert [image.caption for image in blocks.images] == [None]


def test_a_story_told_by_pictures_keeps_its_words() -> None:
    told = "".join(
        f'<p><img src="/{n}.jpg"></p><p>{line}新华社记者 王小明 摄</p>'
        for n, line in enumerate(TEXT)
    )
    blocks = read_blocks(parse(f"<div>{told}</div>"), base_url="https://www.example.cn/")
    assert len(blocks.lines) == len(TEXT)
    assert {image.caption for image in blocks.images} == {None}


def test_a_box_to_vote_in_is_no_text() -> None:
    box = '<div class="vote"><p>你支持吗</p><input type="radio">支持<button>投票</button></div>'
    told = '<div class="vote-story"><p>投票今天结束，结果周五公布。</p></div>'
    blocks = read_blocks(parse(f"<div>{box}{told}</div>"), base_url="https://www.example.cn/")
    assert blocks.lines == ["投票今天结束，结果周五公布。"]
