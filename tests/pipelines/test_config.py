"""Settings that cannot be are a sentence, whatever is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from newsdesk.answers.settings import misspelt
from newsdesk.cli.errors import expected, sentence
from pipelines.config import CONFIG_ENVIRONMENT_NAME, Settings
from pipelines.written.settings import unknown_variables

FILES = {
    "deep": (b"a = " + b"[" * 5000 + b"]" * 5000, "line 1: is not TOML: its values are nested"),
    "deep table": (b"a = " + b"{b=" * 3000 + b"1" + b"}" * 3000, "is not TOML"),
    "huge number": (b"db_port = " + b"9" * 6000, "is not TOML: Exceeds the limit"),
    "large number": (b"max_jobs = " + b"9" * 400, "NEWSDESK_MAX_JOBS (or max_jobs in"),
    "no UTF-8": ("contact = 'é'".encode("latin-1"), "line 1: is not UTF-8"),
    "no value": (b"\ndelay_seconds =", "line 2, delay_seconds: is not TOML"),
    "a typo": (b"delay_second = 3", "no setting 'delay_second': do you mean delay_seconds?"),
    "nothing like it": (b"zzzz = 3", "There is no setting 'zzzz': remove it from newsdesk.toml."),
    "of a site": (b"[sites.sina]\ndelay = 3", "'sites.sina.delay': do you mean delay_seconds?"),
    "no site": (b"sites = 3", "NEWSDESK_SITES (or sites in newsdesk.toml): "),
    "hours": (b"[sites.sina]\nquiet_hours = '01:00-01:00'", "sites.sina.quiet_hours in newsdesk"),
    "a NUL": (b'data_dir = "/a\\u0000b"', "a path holds no NUL"),
    "infinite": (b"delay_seconds = inf", "less than or equal to 3600"),
    "no number": (b"delay_seconds = nan", "NEWSDESK_DELAY_SECONDS (or delay_seconds in"),
    "of ages": (b"rejects_days = 99999999", "less than or equal to 36500"),
    "a level": (b"log_level = 'loud'", "Input should be 'DEBUG', 'INFO', 'WARNING'"),
}  # fmt: skip
SITES = {
    "{": "NEWSDESK_SITES is no JSON object (Expecting property name",
    "sina": "NEWSDESK_SITES is no JSON object",
    "[" * 100_000: "NEWSDESK_SITES is no JSON object (it is nested too deeply)",
    '{"sina":{"delay_seconds":' + "9" * 5000 + "}}": "NEWSDESK_SITES is no JSON object (Exceeds",
    '{"sina":{"delay_seconds":1e400}}': "sites.sina.delay_seconds in newsdesk.toml",
    '{"sina":{"proxy":"opensesame"}}': "a proxy is written http://host:port",
    "[]": "NEWSDESK_SITES (or sites in newsdesk.toml): Input should be a valid dictionary.",
}


def said() -> str:
    """What is said of the settings that stand in files and environment."""
    with pytest.raises(expected()) as raised:
        Settings()
    text = sentence(raised.value)
    assert len(text.splitlines()) == 1
    assert len(text) < 400
    assert "opensesame" not in text
    return text


@pytest.mark.parametrize("name", FILES)
def test_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = tmp_path / "newsdesk.toml"
    text, expects = FILES[name]
    file.write_bytes(text)
    monkeypatch.setenv(CONFIG_ENVIRONMENT_NAME, str(file))
    assert expects in said()


@pytest.mark.parametrize("value", SITES)
def test_settings_of_sites(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NEWSDESK_SITES", value)
    assert SITES[value] in said()


def test_what_is_written_in_another_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_LOG_LEVEL", "debug ")
    assert Settings().log_level == "DEBUG"


def test_names_that_mean_nothing() -> None:
    environment = {
        "NEWSDESK_DB_PORTT": "1", "NEWSDESK_MAXJOBS": "3", "NEWSDESK_XQ": "", "newsdesk_topic": "x",
        "NEWSDESK_DATABASE": "x", "NEWSDESK_CLOCK": "x", "NEWSDESK_CONFIG": "x", "MONGODB_URI": "x",
    }  # fmt: skip
    assert dict(unknown_variables(environment, Settings.model_fields)) == {
        "NEWSDESK_DB_PORTT": "NEWSDESK_DB_PORT",
        "NEWSDESK_MAXJOBS": "NEWSDESK_MAX_JOBS",
        "NEWSDESK_XQ": None,
        "newsdesk_topic": "NEWSDESK_TOPICS",
    }
    settings = Settings.model_validate({"sites": {"snia": {"delay_seconds": 2}}})
    assert misspelt(settings, {}) == ["sites.snia means nothing: do you mean sina?"]


def test_no_bound_of_a_number_is_missing() -> None:
    """A number without one can be too large for what is reckoned with it."""
    for name, field in Settings.model_fields.items():
        if field.annotation in {int, float, int | None, float | None}:
            with pytest.raises(ValidationError):
                Settings.model_validate({name: 10**30})
