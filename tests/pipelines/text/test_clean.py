"""Clean text: fit for BSON, plain spaces, punctuation as printed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.clean import clean_line, clean_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("　　第一段。", "第一段。"),
        ("第\x00一\ud800段\udfff", "第一段"),
        ("零\u200b宽\ufeff字\u00ad符", "零宽字符"),
        ("一\xa0二\u2003三\t四", "一 二 三 四"),
        ("“引号”——破折号……，。！？《书》·ＡＢ", "“引号”——破折号……，。！？《书》·ＡＢ"),
        ("\u202e倒序\u202c", "倒序"),
        ("芯\u200d片", "芯片"),
        ("一家人👨\u200d👩\u200d👧", "一家人👨\u200d👩\u200d👧"),
        ("一行\n二行", "一行 二行"),
        ("\x85\x1c", ""),
        ("", ""),
    ],
)
def test_clean_line(text: str, clean: str) -> None:
    assert clean_line(text) == clean


def test_clean_text_has_one_paragraph_a_line() -> None:
    text = "　　第一段。\r\n\r\n\u3000\n第二  段。\u2028第三段。\x0b\x00\n"
    assert clean_text(text) == "第一段。\n第二 段。\n第三段。"


texts = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]),
        st.sampled_from("中文，。 \n\u200d\ufe0f😀"),
    )
)


@settings(deadline=None)
@given(texts)
def test_clean_text_is_fit_to_keep(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean_line(clean_line(text)) == clean_line(text)
    clean.encode()
    assert "\x00" not in clean
    assert all(line and line == " ".join(line.split()) for line in clean.splitlines())
    assert set(clean) <= set(text) | {" ", "\n"}
