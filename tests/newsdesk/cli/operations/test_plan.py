"""`newsdesk plan` tells what a number of sites takes; it asks no MongoDB."""

from __future__ import annotations

from pydantic import SecretStr

from pipelines.config import Settings
from tests.support.command import Desk

NOWHERE = Desk(Settings(mongodb_uri=SecretStr("mongodb://127.0.0.1:1/")))


def test_a_plan_is_a_table_that_grows_with_the_sites() -> None:
    few, many = (
        NOWHERE.call("plan", "--sites", sites, "--json").json for sites in ("100", "10000")
    )
    assert many["articles"] == 100 * few["articles"]
    assert many["cores"] > few["cores"]
    lines = NOWHERE.call("plan", "--sites", "10000").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[-1] for line in lines if line.startswith("articles a day")] == ["300,000"]


def test_no_site_is_no_plan() -> None:
    said = NOWHERE.call("plan", "--sites", "0")
    assert said.code == 2
    assert "--sites" in said.err
