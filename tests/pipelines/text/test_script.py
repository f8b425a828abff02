"""Which script a text is in."""

from __future__ import annotations

import pytest

from pipelines.text.script import script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("国产芯片的产量继续增长", "hans"),
        ("國產晶片的產量繼續增長", "hant"),
        ("他引用了“國產”一词，说这个词很旧，应该换成别的说法", "hans"),
        ("著力推動產業發展，後續還有計劃", "hant"),
        ("皇后里程台干", None),
        ("AI 2021", None),
        ("", None),
    ],
)
def test_script(text: str, script: str | None) -> None:
    assert script_of(text) == script
