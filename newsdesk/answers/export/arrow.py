"""Arrow tables of what is stored. Needs the extra `export`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from newsdesk.answers.export.columns import Column, Kind, rows

TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "number": pa.int64(),
    "share": pa.float64(),
    "time": pa.timestamp("ms", tz="UTC"),
    "json": pa.string(),
}


def schema(columns: Sequence[Column]) -> pa.Schema:
    """The types of a table; the same whatever is stored."""
    return pa.schema([(column.name, TYPES[column.kind]) for column in columns])


def batch(documents: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.RecordBatch:
    """Some documents as a part of a table."""
    return pa.RecordBatch.from_pylist(rows(documents, columns), schema=schema(columns))
