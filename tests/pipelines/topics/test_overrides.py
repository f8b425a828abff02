"""The file's topics, and over them what operators decided."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.topics.overrides import Override, with_overrides
from pipelines.topics.topics import Topic, Topics

CHIPS = Topic(name="chips", title="芯片", terms=("芯片",), query="光刻 NEAR/5 机")
PORTS = Topic(name="ports", title="港口", terms=("泊位",))
FILE = Topics((CHIPS, PORTS))


def test_without_overrides_the_file_is_in_force() -> None:
    state = with_overrides(FILE, [])
    assert (state.topics, state.notes, state.problems) == (FILE, [], [])


def test_what_was_set_replaces_terms_and_query_together() -> None:
    (chips, ports) = with_overrides(FILE, [Override(name="chips", terms=("晶圆", "晶圓"))]).topics
    assert chips == Topic(name="chips", title="芯片", terms=("晶圆",), origin="override")
    assert ports is PORTS
    (chips, _) = with_overrides(FILE, [Override(name="chips", query="晶圆")]).topics
    assert chips == Topic(name="chips", title="芯片", query="晶圆", origin="override")


def test_a_title_alone_leaves_what_the_topic_is_found_by() -> None:
    state = with_overrides(FILE, [Override(name="chips", title="半导体")])
    (chips, _) = state.topics
    assert (chips.title, chips.terms, chips.query) == ("半导体", CHIPS.terms, CHIPS.query)
    assert state.notes == ["chips is defined by the file, with the operators' title."]


def test_topics_are_switched_off_and_added() -> None:
    state = with_overrides(
        FILE,
        [
            Override(
                name="chips",
                enabled=False,
                query="broken (",
                note="too many",
                updated_at=datetime(2026, 3, 1, tzinfo=UTC),
                updated_by="desk",
            ),
            Override(name="rail", terms=("高铁",)),
        ],
    )
    assert [topic.name for topic in state.topics] == ["ports", "rail"]
    assert state.notes == [
        "chips is switched off (2026-03-01, desk: too many).",
        "rail is the operators' own topic.",
    ]
    assert state.problems == []


def test_what_is_no_topic_changes_nothing_and_is_said() -> None:
    overrides = [
        Override(name="chips", query="芯片 AND"),
        Override(name="rail", title="铁路"),
        Override(name="ports", terms=("港",)),
    ]
    state = with_overrides(FILE, overrides)
    assert state.topics == FILE
    assert len(state.problems) == 3
    assert "chips cannot be used (query: column 7" in state.problems[0]
    assert "the file's topic stays in force" in state.problems[0]
    assert "there is no such topic now" in state.problems[1]
    assert "newsdesk topics unset ports" in state.problems[2]
