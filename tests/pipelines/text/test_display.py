"""Simplified copies for reading."""

from __future__ import annotations

from pipelines.text.display import simplified
from pipelines.text.fold import fold


def test_a_copy_keeps_words_and_what_only_folding_merges() -> None:
    assert simplified("積體電路與計程車") == "积体电路与计程车"
    assert simplified("乾隆年間，乾淨") == "乾隆年间，干净"
    assert simplified("已是简体，ＡＩ") == "已是简体，ＡＩ"
    assert fold("乾隆") == fold("干隆")
