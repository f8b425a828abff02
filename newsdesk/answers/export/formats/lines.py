"""JSONL: a whole document a line, as MongoDB holds it. The last line says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from newsdesk.answers.export.formats.base import FileWriter


class JsonLines(FileWriter):
    """Whole articles. The last line has only `_export`, and no `_id`."""

    @classmethod
    def lines(cls, documents: list[dict[str, Any]]) -> bytes:
        return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in documents)

    @classmethod
    def last_line(cls, about: Mapping[str, Any]) -> bytes:
        return orjson.dumps({"_export": about}, option=orjson.OPT_APPEND_NEWLINE)
