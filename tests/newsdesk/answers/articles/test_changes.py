"""What changed between two states of an article."""

from __future__ import annotations

import pytest

from newsdesk.answers.articles.changes import field_change
from tests.support.samples import MORNING


def marked(before: object, after: object) -> list[str]:
    """The changed lines, with signs."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    change = field_change("body", {"body": before}, {"body": after})
    return [
        "".join(signs[piece.mark].format(piece.text) for piece in line) for line in change.lines
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("三月开工", "四月开工", ["[-三-]{+四+}月开工"]),
        ("甲段。\n乙段。", "甲段。\n乙段。\n又补一句。", ["{+又补一句。+}"]),
        ("甲段。\n乙段。", "乙段。", ["[-甲段。-]"]),
        ("全然另一句话", "别的", ["[-全然另一句话-]", "{+别的+}"]),
        (None, MORNING, ["{+2026-03-02 09:30:00 (Beijing)+}"]),
        ([{"name": "林知秋", "code": None}], [], ["[-林知秋-]"]),
        (
            MORNING,
            MORNING.replace(day=3),
            ["[-2026-03-02 09:30:00 (Beijing)-]", "{+2026-03-03 09:30:00 (Beijing)+}"],
        ),
        (
            {"visible": "3月1日", "zone": "+8"},
            {"visible": "3月2日", "zone": "+8"},
            ["[-visible 3月1日-]", "{+visible 3月2日+}"],
        ),
        (["芯片", "出口"], ["芯片", "进口"], ["[-出口-]", "{+进口+}"]),
        ("长" * 5_000, "短" * 5_000, ["[-" + "长" * 5_000 + "-]", "{+" + "短" * 5_000 + "+}"]),
    ],
)
def test_changes_are_marked(before: object, after: object, lines: list[str]) -> None:
    assert marked(before, after) == lines
