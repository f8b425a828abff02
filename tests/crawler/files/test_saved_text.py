"""Saved page texts: all sections of the form in both scripts, and what is no such text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.exceptions import PageError
from crawler.files.saved_text import read_saved_text
from pipelines.items import Author, Editor, HotArticle, RelatedArticle, Source

TRADITIONAL = """-
望川市長走訪封測企業,把車間當成考場
關鍵字: 封裝測試據望川新聞消息,望川市長溫以行3月1日走訪封裝測試企業,看了三個車間。
本文圖均自望川新聞
在凈化車間外,溫以行詢問了設備國產化的進度。企業負責人說,封裝測試的四十臺機臺中,有二十七臺來自本地。
隨后召開的座談會上,六家企業談到了人才、用電和運輸三件事。
(望川新聞 葉知秋)
- 原標題:溫以行走訪封裝測試企業
- 責任編輯:徐望舒
- 最后更新: 2026-03-01 21:44:12
-
書店門口排起了長隊 只為一本舊辭典
2026-03-01 20:43 -
兩家船廠合用一座船塢
2026-03-01 16:57 大公司 -
一臺舊電腦的第三次上崗
2026-03-01 09:13
相關推薦 -
“路燈交給了學生” 評論 70三國漁船互相讓路 評論 113最新聞 Hot
-
“路燈交給了學生”
-
春茶還沒采,訂單先滿了
-
三國漁船互相讓路
-"""
SIMPLIFIED = """澄湖边的零部件清洗厂：一滴水用七遍
分享到：
37
2026-03-01 15:10:53
字号：A- A A+
来源：临澄日报
沿着澄湖东岸往南走，会看到一排没有烟囱的厂房。
去年，这家厂的回用率达到91.6%。
标签 节水 零部件
本文仅代表作者个人观点。
责任编辑: 唐晚
相关推荐
一家胶水厂为什么要自己发电
2026-03-01 08:57
浅礁上的三面旗
2026-02-28 21:20 国际
最新闻 Hot
这座小城把路灯交给了学生"""


def test_traditional() -> None:
    item = read_saved_text(TRADITIONAL)
    assert item.title == "望川市長走訪封測企業,把車間當成考場"
    assert item.keywords == ["封裝測試"]
    assert item.body.split("\n") == [
        "據望川新聞消息,望川市長溫以行3月1日走訪封裝測試企業,看了三個車間。",
        "在凈化車間外,溫以行詢問了設備國產化的進度。"
        "企業負責人說,封裝測試的四十臺機臺中,有二十七臺來自本地。",
        "隨后召開的座談會上,六家企業談到了人才、用電和運輸三件事。",
    ]
    assert item.authors == [Author(name="葉知秋")]
    assert item.source == Source(name="望川新聞")
    assert item.editors == [Editor(name="徐望舒")]
    assert item.original_title == "溫以行走訪封裝測試企業"
    assert item.times.updated == "2026-03-01 21:44:12"
    assert item.updated_at == item.published_at == datetime(2026, 3, 1, 13, 44, 12, tzinfo=UTC)
    assert item.extraction.flags == ["published_from_updated"]
    assert item.related == [
        RelatedArticle(title=title, published_at=at, section=section)
        for title, at, section in (
            ("書店門口排起了長隊 只為一本舊辭典", datetime(2026, 3, 1, 12, 43, tzinfo=UTC), None),
            ("兩家船廠合用一座船塢", datetime(2026, 3, 1, 8, 57, tzinfo=UTC), "大公司"),
            ("一臺舊電腦的第三次上崗", datetime(2026, 3, 1, 1, 13, tzinfo=UTC), None),
        )
    ]
    assert item.hot == [
        HotArticle(title="“路燈交給了學生”", rank=1, comment_count=70),
        HotArticle(title="春茶還沒采,訂單先滿了", rank=2),
        HotArticle(title="三國漁船互相讓路", rank=3, comment_count=113),
    ]


def test_simplified_with_the_time_below_the_title() -> None:
    item = read_saved_text(SIMPLIFIED.replace("\n", "\r\n"))
    assert item.keywords == ["节水", "零部件"]
    assert item.body.split("\n") == [
        "沿着澄湖东岸往南走，会看到一排没有烟囱的厂房。",
        "去年，这家厂的回用率达到91.6%。",
    ]
    assert item.source == Source(name="临澄日报")
    assert item.editors == [Editor(name="唐晚")]
    assert item.times.visible == "2026-03-01 15:10:53"
    assert item.published_at == datetime(2026, 3, 1, 7, 10, 53, tzinfo=UTC)
    assert item.updated_at is None
    assert [row.section for row in item.related] == [None, "国际"]
    assert [row.title for row in item.hot] == ["这座小城把路灯交给了学生"]
    assert item.extraction.flags == []


def test_the_same_text_has_the_same_key() -> None:
    item, again = read_saved_text(TRADITIONAL), read_saved_text("\n\n" + TRADITIONAL + "\n")
    assert item.key == again.key
    assert item.key.startswith("import-")
    assert len(item.key) >= len("import-") + 12
    assert item.url == f"urn:newsdesk:import:{item.key}"
    other_list = read_saved_text(TRADITIONAL.replace("春茶還沒采", "夏茶還沒采"))
    assert other_list.key == item.key
    assert read_saved_text(TRADITIONAL.replace("三個車間", "四個車間")).key != item.key


@pytest.mark.parametrize(
    ("glued", "keywords", "first_line", "guessed"),
    [
        (
            "芯片 封裝測試據某報消息,今天開工。",
            ["芯片", "封裝測試"],
            "據某報消息,今天開工。",
            False,
        ),
        ("封裝測試企業今天開工,芯片將量產。", ["封裝測試"], "企業今天開工,芯片將量產。", True),
        ("封裝測試 芯片", ["封裝測試", "芯片"], "在車間里,芯片排成行,封裝測試的人不多。", False),
        ("光子糖近日上市,甜而不膩。", [], "光子糖近日上市,甜而不膩。", True),
        ("", [], "在車間里,芯片排成行,封裝測試的人不多。", False),
    ],
)
def test_keywords_glued_to_the_first_sentence(
    glued: str, keywords: list[str], first_line: str, guessed: bool
) -> None:
    item = read_saved_text(
        f"封裝測試與芯片\n關鍵字: {glued}\n在車間里,芯片排成行,封裝測試的人不多。\n"
        "封裝測試的訂單滿了。\n- 責任編輯:徐望舒\n- 最后更新: 2026-03-01 21:44:12\n"
    )
    assert item.keywords == keywords
    assert item.body.split("\n")[0] == first_line
    assert ("keywords_guessed" in item.extraction.flags) is guessed


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", "no text"),
        ("-\n\n-\n", "no text"),
        ("只有一行", "no line 最后更新"),
        ("题\n正文。\n责任编辑: 唐晚", "no line 最后更新"),
        ("题\n2026-03-01 15:10:53\n正文。", "责任编辑"),
        ("题\n正文。\n最后更新: 2026-13-41 21:44:12", "no such time as 2026-13-41"),
        ("题\n责任编辑: 唐晚\n最后更新: 2026-03-01 21:44:12", "no body"),
        ("---\ntitle: 'x'\ndate: Sat, 25 Sep 2021 14:07:50 GMT\n---\n<div>文</div>", "no line"),
        ("\x00\ud800" * 99, "no"),
    ],
)
def test_what_is_no_saved_page(text: str, missing: str) -> None:
    with pytest.raises(PageError, match=missing) as caught:
        read_saved_text(text)
    assert caught.value.reason == "not_a_saved_page"


def test_what_is_left_out_of_the_body_is_kept_apart() -> None:
    def removed(text: str) -> list[tuple[str, str]]:
        return [(each.line, each.rule) for each in read_saved_text(text).extraction.removed]

    assert removed(TRADITIONAL) == [
        ("本文圖均自望川新聞", "picture"),
        ("(望川新聞 葉知秋)", "byline"),
    ]
    assert removed(SIMPLIFIED) == [
        ("分享到：", "control"),
        ("37", "control"),
        ("字号：A- A A+", "control"),
        ("本文仅代表作者个人观点。", "notice"),
    ]


def test_a_line_without_any_count_takes_no_time() -> None:
    long = TRADITIONAL.replace("“路燈交給了學生” 評論 70", "燈" * 60_000 + "評論 70")
    assert read_saved_text(long).hot[0].comment_count is None
