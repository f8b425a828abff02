"""The words that items use are all explained."""

from __future__ import annotations

from typing import get_args

from pipelines.items import FLAGS, Flag


def test_every_flag_has_its_meaning() -> None:
    flags = {word for part in get_args(Flag) for word in get_args(part) or (part,)}
    assert len(flags) > 25
    assert set(FLAGS) == flags
    assert all("|" not in meaning for meaning in FLAGS.values()), "it would end a cell of the table"
