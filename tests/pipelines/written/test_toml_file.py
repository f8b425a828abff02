"""TOML files: on which line each key stands, and what is wrong with a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.written.toml_file import NoToml, parse_toml, read_text

TEXT = """\
top = 1
[ night . "first" ]
cron = "0 3 * * *"
'quoted' . key = 2
terms = [
  "芯片",
  '晶圆',
]
[[many]]
x = 1
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("top", 1),
        ("night.first", 2),
        ("night.first.cron", 3),
        ("night.first.quoted.key", 4),
        ("night.first.none", 2),
        ("nowhere.at.all", 1),
        ("", 1),
    ],
)
def test_the_line_of_a_key_or_of_the_table_around_it(key: str, line: int) -> None:
    assert parse_toml(TEXT).line_of(key) == line


@pytest.mark.parametrize(("value", "line"), [("芯片", 6), ("晶圆", 7), ("none", 5), (5, 5)])
def test_the_line_of_a_value_in_a_list(value: object, line: int) -> None:
    assert parse_toml(TEXT).line_of("night.first.terms", value) == line


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a = 1\nb = ", 2, "b"),
        ("[t]\na = [1\n", 2, "t.a"),
        ("[t]\na = 1\na = 2\n", 3, "t.a"),
        ("a = " + "[" * 100_000, 1, ""),
        ("a = " + "9" * 10_000, 1, ""),
        (" " * 200_000 + "[" + " " * 200_000 + "x = 1", 1, ""),
    ],
)
def test_what_is_no_toml(text: str, line: int, key: str) -> None:
    with pytest.raises(NoToml, match="is not TOML") as caught:
        parse_toml(text)
    assert caught.value.line == line
    assert caught.value.key == key


def test_a_byte_order_mark_is_no_key() -> None:
    assert parse_toml("\ufeffa = 1").values == {"a": 1}


def test_a_file_that_is_missing_or_of_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(NoToml, match="cannot be read: No such file"):
        read_text(tmp_path / "none.toml")
    path = tmp_path / "gbk.toml"
    path.write_bytes("a = 1\n# 集成电路\n".encode("gbk"))
    with pytest.raises(NoToml, match="line 2: is not UTF-8"):
        read_text(path)
