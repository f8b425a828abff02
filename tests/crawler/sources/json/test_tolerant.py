"""JSON with slips: what is read, what is said of it, what stays an error."""

from __future__ import annotations

import json
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sources.json.tolerant import LONGEST, loads


@pytest.mark.parametrize(
    ("text", "data", "slips"),
    [
        ('{"a": "甲\t乙"}', {"a": "甲\t乙"}, {"control character": 1}),
        ('{"a": "甲\r\n乙"}', {"a": "甲\r\n乙"}, {"control character": 2}),
        ('{"a": "\x00\x1f"}', {"a": "\x00\x1f"}, {"control character": 2}),
        (r"""{"a": "it\'s"}""", {"a": "it's"}, {"escape": 1}),
        (r'{"a": "\x41\x4a"}', {"a": "AJ"}, {"escape": 2}),
        (r'{"a": "D:\quan\文件"}', {"a": r"D:\quan\文件"}, {"escape": 2}),
        (r'{"a": "\u12"}', {"a": r"\u12"}, {"escape": 1}),
        ('{"a": "\\\n"}', {"a": "\\\n"}, {"escape": 1}),
        ('{"a": [1, 2,],}', {"a": [1, 2]}, {"stray comma": 2}),
        ("[1,, 2]", [1, 2], {"stray comma": 1}),
        ("[, 1]", [1], {"stray comma": 1}),
        ('{"a": 1 /* x */, // y\n "b": 2}', {"a": 1, "b": 2}, {"comment": 2}),
        ('{"u": "http://h//p", /**/}', {"u": "http://h//p"}, {"comment": 1, "stray comma": 1}),
        ('{"a": "说"好"啊"}', {"a": '说"好"啊'}, {"quote": 2}),
        ('{"a": "说"好",走了", "b": 1}', {"a": '说"好",走了', "b": 1}, {"quote": 2}),
        ("{'a': 'x\"y'}", {"a": 'x"y'}, {"single quotes": 2}),
        ("{a: 1}", {"a": 1}, {"name without quotes": 1}),
        ('{"a": undefined, "b": None, "c": True}', {"a": None, "b": None, "c": True}, {"name": 3}),
        ('{"a": "x" "b": 1}', {"a": "x", "b": 1}, {"missing comma": 1}),
        ('[{"a": 1} {"a": 2}]', [{"a": 1}, {"a": 2}], {"missing comma": 1}),
        ("[007, +5, .5, 5., -.5]", [7, 5, 0.5, 5.0, -0.5], {"number": 5}),
        ('{\u3000"a":\u00a01}', {"a": 1}, {"control character": 2}),
        (
            '{"a": "x"，"b": 1；"c": 2;"d": 3、"e": 4}',
            {"a": "x", "b": 1, "c": 2, "d": 3, "e": 4},
            {"another comma": 4},
        ),
        (
            '{"a"= "x", "b"：1, c = 2}',
            {"a": "x", "b": 1, "c": 2},
            {"another colon": 3, "name without quotes": 1},
        ),
        ('{"a":, "b": }', {"a": None, "b": None}, {"empty value": 2}),
        ("{`a`: `it's`}", {"a": "it's"}, {"backticks": 2}),
        ("[0x1F, 0XfF]", [31, 255], {"number": 2}),
        ("[1,<!-- a --> 2, # b\n 3]", [1, 2, 3], {"comment": 2}),
        ('{"a": %s}' % ("9" * 5000), {"a": None}, {"number": 1}),
    ],
)
def test_a_slip_is_mended_and_named(text: str, data: object, slips: dict[str, int]) -> None:
    assert loads(text) == (data, slips)


@pytest.mark.parametrize(
    "broken",
    [
        '{"url": 2, "title": "缺引号}',
        '{"url": 2, "title": = }',
        r'{"url": 2, "title": "D:\"}',
        '{"url": 2, "images": [{"u": 1} "x" = ]}',
        '{"url": 2, "title"}',
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_entry_beyond_mending_costs_itself_alone(broken: str, place: int) -> None:
    good = ['{"url": 1, "images": [{"u": 1}, {"u": 2}]}', '{"url": 3, "title": "丙"}']
    entries = [*good[:place], broken, *good[place:]]
    data, slips = loads(f'{{"status": {{"code": 0}}, "data": [{",".join(entries)}], "total": 3}}')
    wanted: list[object] = [json.loads(each) for each in good]
    wanted.insert(place, None)
    assert data == {"status": {"code": 0}, "data": wanted, "total": 3}
    assert slips["unreadable entry"] == 1


@pytest.mark.parametrize("junk", ["oops", "…", "...", "function(){}", "@@,@@"])
@pytest.mark.parametrize("quote", ['"', "'", ""])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_no_entry_costs_no_neighbour(junk: str, quote: str, place: int) -> None:
    entries = [f"{{{quote}url{quote}: 1, {quote}b{quote}: {{}}}}", f"{{{quote}url{quote}: 2}}"]
    data, slips = loads(f'{{"data": [{",".join([*entries[:place], junk, *entries[place:]])}]}}')
    wanted: list[object] = [{"url": 1, "b": {}}, {"url": 2}]
    wanted.insert(place, None)
    assert data == {"data": wanted}
    assert slips["unreadable entry"] == 1


@pytest.mark.parametrize("mark", [".", "|", "，，", "：", "->"])
def test_a_member_is_not_read_into_the_one_before_it(mark: str) -> None:
    text = f'{{"data": [{{"url": "a"{mark}"title": "甲"}}, {{"url": "b", "title": "乙"}}]}}'
    data, _ = loads(text)
    assert isinstance(data, dict)
    assert data["data"][0] in (None, {"url": "a", "title": "甲"})
    assert data["data"][1] == {"url": "b", "title": "乙"}


def test_no_entry_is_read_into_its_neighbour() -> None:
    text = '{"data": [{"url": "a", "title": "缺引号}, {"url": "b", "title": "乙"}]}'
    assert loads(text)[0] == {"data": [None, {"url": "b", "title": "乙"}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sorry, no list.",
        '{"data": [{"url": "a"}, {"url": "b", "ti',
        '{"data": [{"url": "a"}, {"url": "b"}',
        '{"a": 1} and more',
        "{" * 1000,
        '{"data": [' + '{"url": "a", "x": = },' * 100 + '{"url": "b"}]}',
        '{"a": "' + "x" * LONGEST + '\t"}',
    ],
)
def test_what_is_cut_off_or_no_json_stays_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="column"):
        loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"' + 'x"y ' * 120_000,
        "{" * 490_000,
        '{"a":"' + '" ' * 240_000,
        "[1" + "," * 490_000,
        '{"a":1' + "/*" * 240_000,
        '{"data":[' + '{"url":"a","x":=},' * 25_000 + '{"url":1}]}',
        "'" * 490_000,
        "[" + "1," * 240_000 + "=",
        '{"data":[{"a":1,"x":=' + "}]" * 160_000,
        '{"a":"' + '\\"' * 240_000,
        '{"a":"b"' + " " * 490_000 + '"',
    ],
)
def test_a_hostile_text_is_given_up_soon(text: str) -> None:
    started = thread_time()
    with pytest.raises(ValueError, match="column"):
        loads(text)
    assert thread_time() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_strict_json_with_a_trailing_comma_loses_nothing(data: object) -> None:
    assert loads(f"[{json.dumps(data, ensure_ascii=False)},]")[0] == [data]


@settings(deadline=None)
@given(st.text(alphabet="{}[]\",:'\\/*ab1 \t\n=", max_size=60))
def test_any_text_is_read_or_an_error(text: str) -> None:
    try:
        data, _ = loads(text)
    except ValueError:
        return
    json.dumps(data)
