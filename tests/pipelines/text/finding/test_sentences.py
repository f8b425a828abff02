"""A text is its sentences, without what the page or the paper put around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.sentences import sentences
from pipelines.text.fold import fold

NEWS = "渡口今天恢复通航。积压的货轮排队进港，明天可以疏导完毕！调度中心说，后天加开两班。"
PARTS = ["渡口今天恢复通航", "积压的货轮排队进港,明天可以疏导完毕", "调度中心说,后天加开两班"]


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        NEWS.replace("。", "。\n"),
        f"（记者 闻一声）{NEWS}",
        f"本报东港讯（记者 闻一声 通讯员 丁禾）{NEWS}",
        f"江声社东港3月2日电 （记者 闻一声）{NEWS}",
        f"江声网消息（晚间联播）：{NEWS}",
        f"来源：东港晚报\n2026-03-02 10:15\n{NEWS}",
        f"{NEWS}（责任编辑：邹小满）",
        f"{NEWS}\n责任编辑：邹小满\n2026年3月2日",
        f"{NEWS}\n（2026年3月2日 来源：东港晚报）",
        f"{NEWS}\n本文发布于2026年3月2日，更多内容请关注本报客户端。",
        f"{NEWS}\n（原载《港区日报》2026年3月2日第4版）",
        f"{NEWS}\n转载自江声网 2026年3月2日",
        f"{NEWS}（完）",
    ],
)
def test_a_frame_is_no_sentence(text: str) -> None:
    assert [part.strip() for part in sentences(text)] == PARTS


@pytest.mark.parametrize(
    "text",
    [
        "3月2日,渡口恢复通航",
        "编辑部今天搬家,读者可以到新址取报",
        "(渡口原名石矶)新名三月启用",
        "2026年3月2日渡口恢复通航",
        "作者在书里写道,渡口的石阶有一百零八级",
        "风险提示做在了船票背面",
    ],
)
def test_a_sentence_is_no_frame(text: str) -> None:
    """It stands at both edges of the text at once."""
    assert sentences(f"{text}。") == [text]


def test_a_frame_within_a_text_stays() -> None:
    text = "\n".join([NEWS, "来源：东港晚报", NEWS, NEWS])
    assert "来源:东港晚报" in sentences(text)


@given(st.text(max_size=200))
def test_nothing_is_made_up(text: str) -> None:
    for part in sentences(text):
        assert part in fold(text)
