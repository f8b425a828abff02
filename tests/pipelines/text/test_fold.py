"""Folding: equal for both scripts, same length, stable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text import fold_table
from pipelines.text.fold import TABLE, fold, read_table

PAIRS = """
    集成電路 集成电路|半導體產業 半导体产业|光刻機 光刻机|晶圓廠 晶圆厂
    著力推進 着力推进|看著 看着|瞭解情況 了解情况|乾淨 干净|幹部 干部|樹幹 树干
    顛覆 颠覆|答覆 答复|重複 重复|覆蓋 覆盖|臺灣 台湾|台灣 台湾|颱風 台风
    後面 后面|皇后 皇后|里程 里程|裡面 里面|裏面 里面|計畫 计划|計劃 计划
    繪畫 绘画|頭髮 头发|發展 发展|麵粉 面粉|見面 见面|週末 周末|周圍 周围
    佔領 占领|佈局 布局|彙報 汇报|匯率 汇率|製造 制造|制度 制度|準備 准备
    批准 批准|鬆開 松开|松樹 松树|歷史 历史|日曆 日历|關係 关系|聯繫 联系
    鐘錶 钟表|鍾情 钟情|姓鍾 姓钟|徵求 征求|長征 长征|身分證 身份证|部份 部分
    帳戶 账户|賬單 账单|藉口 借口|群眾 群众|羣衆 群众|為了 为了|爲了 为了
    說明 说明|説明 说明|閱讀 阅读|閲讀 阅读|衛生 卫生|衞生 卫生|戶口 户口
    戸口 户口|汙染 污染|污染 污染|強調 强调|淨化 净化|啟動 启动|啓動 启动
    線路 线路|綫路 线路|曬乾 晒干|遊戲 游戏|游泳 游泳|閒置 闲置|餘額 余额
    雲計算 云计算|人云亦云 人云亦云|嚐試 尝试|嘗試 尝试|讚賞 赞赏|誌願 志愿
    癥狀 症状|鬥爭 斗争|北斗 北斗|迴避 回避|儘管 尽管|盡力 尽力|隻身 只身
    只有 只有|薑黃 姜黄|姓姜 姓姜|穀物 谷物|山谷 山谷|傢具 家具|僱員 雇员
    週邊 周边|祕密 秘密|羅馬 罗马|韌性 韧性|靭性 韧性|驗證 验证|鄰居 邻居
    鉅額 巨额|慾望 欲望|採訪 采访|煙草 烟草|菸草 烟草|妳們 你们|牠們 它们
    舖設 铺设
""".replace("\n", "|").split("|")
WIDTHS = [
    ("ＡＩ芯片，５Ｇ", "ai芯片,5g"),
    ("（Ａ股）：涨！", "(a股):涨!"),
    ("ASML　TSMC", "asml tsmc"),
    ("Ⓐ①½…℃Ⅲ", "a1½…℃Ⅲ".lower()),
]


@pytest.mark.parametrize("pair", [pair.strip() for pair in PAIRS if pair.strip()])
def test_both_scripts_fold_alike(pair: str) -> None:
    traditional, simplified = pair.split(" ")
    assert fold(traditional) == fold(simplified)


@pytest.mark.parametrize(("text", "folded"), WIDTHS)
def test_width_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_different_words_stay_different() -> None:
    assert fold("集成电路") != fold("集成线路")
    assert fold("中国") != fold("中图")


def test_every_character_keeps_its_length_and_settles() -> None:
    characters = "".join(
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Co")
    )
    once = fold(characters)
    assert len(once) == len(characters)
    assert fold(once) == once


def test_the_table_is_what_opencc_and_unicode_say() -> None:
    """If it is not, FOLD_VERSION goes up with the table that `fold_table` writes. (A younger
    Python may know more characters than the one that made it.)"""
    kept, made = read_table(), fold_table.changes()
    assert {code: made.get(code) for code in kept} == kept
    if unicodedata.unidata_version == "14.0.0":
        assert made == kept
    assert fold_table.text_of(kept) == TABLE.read_text(encoding="utf-8")


@settings(deadline=None)
@given(st.text(max_size=600))
def test_offsets_in_the_folded_text_are_those_of_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert folded == "".join(fold(character) for character in text)
