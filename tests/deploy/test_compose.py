"""compose.yaml, by the schema of Compose and by what we promise of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deployed import DEPLOY, compose, healthcheck, judge

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def test_compose_takes_it() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    code, said = judge("check-jsonschema", *schema, DEPLOY / "compose.yaml")
    assert code == 0, said


def test_it_starts_what_a_house_needs() -> None:
    assert {*SERVICES} == {
        "mongodb", "scheduler-1", "scheduler-2", "console", "rabbitmq", "worker",
    }  # fmt: skip
    assert {name for name, each in SERVICES.items() if each.get("profiles")} == {
        "rabbitmq",
        "worker",
    }


def test_what_is_named_is_declared() -> None:
    whole = compose()
    for service in SERVICES.values():
        for each in service.get("secrets", []):
            assert (each if isinstance(each, str) else each["source"]) in whole["secrets"]
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in whole["volumes"]
        assert {*service.get("depends_on", {})} <= {*SERVICES}


@pytest.mark.parametrize("name", [*SERVICES])
def test_nothing_is_open_to_other_machines_and_all_is_bounded(name: str) -> None:
    service = SERVICES[name]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert {"mem_limit", "restart"} <= service.keys()
    for key in service.get("environment", {}):
        assert not key.endswith(("URI", "URL", "PASSWORD", "KEY"))  # secrets are files


@pytest.mark.parametrize("name", OURS)
def test_newsdesk_runs_with_as_few_rights_as_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mongodb" in service["depends_on"]


def test_the_console_hears_who_is_behind_its_proxy() -> None:
    """Else all of them are one to the login's throttle: Docker stands in between."""
    assert SERVICES["console"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"


def test_each_is_looked_at() -> None:
    """The services by the image's own check, a worker by whether it runs."""
    unlike = {name for name in OURS if "healthcheck" in SERVICES[name]}
    assert unlike == {"console", "worker"}
    assert "/login" in SERVICES["console"]["healthcheck"]["test"][-1]
    assert "/healthz" in healthcheck()[-1]
    assert all("healthcheck" in SERVICES[name] for name in SERVICES if name not in OURS)
