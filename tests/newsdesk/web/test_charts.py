"""Pictures made here: well-formed, escaped, and each state of its own shape."""

from __future__ import annotations

from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from newsdesk.answers.operations.tonight import NightState
from newsdesk.web.charts import Bar, Cell, histogram, sparkline, strip

EVIL = "\"><script>alert('x')</script>"


def read(svg: Markup) -> ET.Element:
    assert "style=" not in svg
    return ET.fromstring(svg)  # noqa: S314 - ours


def test_each_state_has_a_shape_of_its_own() -> None:
    shapes = set()
    for state in get_args(NightState):
        cell = read(strip([Cell(state, "x")], "x"))[0]
        shapes.add("".join(ET.tostring(each, "unicode") for each in cell[2:]))
    assert len(shapes) == len(get_args(NightState))


@pytest.mark.parametrize(
    "drawn",
    [
        strip([Cell("ok", EVIL), Cell("no such state", EVIL, EVIL)], EVIL),
        histogram([Bar(EVIL, 3, href=EVIL), Bar(EVIL, 0), Bar(EVIL, 90, doubtful=True)], EVIL),
        sparkline([1, 2, 3], EVIL),
        sparkline([0], EVIL),
        strip([], EVIL),
        histogram([], EVIL),
    ],
)
def test_what_it_is_given_is_text(drawn: Markup) -> None:
    root = read(drawn)
    assert root.attrib["aria-label"] == EVIL
    assert not [each for each in root.iter() if "script" in str(each.tag)]


def test_what_can_be_clicked_on_is_no_image() -> None:
    assert read(strip([Cell("ok", "x")], "x")).attrib["role"] == "img"
    assert read(strip([Cell("ok", "x", "/")], "x")).attrib["role"] == "group"


def test_a_doubtful_bar_is_hatched() -> None:
    whole, doubtful = (
        list(read(histogram([Bar("x", 9, doubtful=each)], "x")).iter()) for each in (False, True)
    )
    assert len(doubtful) > len(whole)
