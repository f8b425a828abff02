"""The manifests, by Kubernetes' own schemas and by what they name of each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.deployed import DEPLOY, judge, manifests, pods

FOLDER = DEPLOY / "kubernetes"
PORTS = {"scheduler": 8117, "console": 8118}


def kustomization(folder: Path) -> dict[str, Any]:
    text = (folder / "kustomization.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_kubernetes_takes_them() -> None:
    paths = [path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml"]
    code, said = judge("kubernetes-validate", "--strict", *paths)
    assert code == 0, said
    assert said.count(" passed ") == len([*manifests()])


@pytest.mark.parametrize("name", ["base", "cluster"])
def test_a_kustomization_takes_all_but_the_example(name: str) -> None:
    folder = FOLDER / name
    inside = {path.name for path in folder.glob("*.yaml")}
    inside -= {"kustomization.yaml", "secret.example.yaml"}
    named = {each for each in kustomization(folder)["resources"] if each.endswith(".yaml")}
    assert named == inside
    others = {*kustomization(folder)["resources"]} - named
    assert all((folder / each / "kustomization.yaml").is_file() for each in others)


def test_the_example_of_the_secret_holds_none() -> None:
    (secret,) = (each for each in manifests() if each["kind"] == "Secret")
    (text,) = secret["stringData"].values()
    assert all(line.startswith("# ") and line.endswith('""') for line in text.splitlines())


@pytest.mark.parametrize("name", [*pods()])
def test_a_pod_has_few_rights_and_bounds(name: str) -> None:
    pod = pods()[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {*container["resources"]["limits"]} == {"cpu", "memory"}
        # What is written to is a disk or memory: nothing else may be.
        written = {
            each["mountPath"] for each in container["volumeMounts"] if "readOnly" not in each
        }
        assert written == {"/var/lib/newsdesk", "/tmp"}  # noqa: S108 - a path in the pod


@pytest.mark.parametrize("name", [*PORTS])
def test_a_pod_that_answers_is_probed_where_it_answers(name: str) -> None:
    (container,) = pods()[name]["containers"]
    (port,) = container["ports"]
    assert port == {"name": "http", "containerPort": PORTS[name]}
    for probe in ("livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] == "http"


def test_what_is_named_is_there() -> None:
    there = {(each["kind"], each["metadata"]["name"]) for each in manifests()}
    for each in manifests():
        if each["kind"] == "StatefulSet":
            claims = {claim["metadata"]["name"] for claim in each["spec"]["volumeClaimTemplates"]}
        elif each["kind"] == "Deployment":
            claims = set()
        else:
            continue
        pod = each["spec"]["template"]["spec"]
        volumes = {volume["name"] for volume in pod["volumes"]} | claims
        (container,) = pod["containers"]
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes
        assert ("ConfigMap", container["envFrom"][0]["configMapRef"]["name"]) in there
        for volume in pod["volumes"]:
            if "secret" in volume:
                assert ("Secret", volume["secret"]["secretName"]) in there
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                assert ("PersistentVolumeClaim", claim) in there


def test_the_network_is_closed_but_for_what_is_named() -> None:
    policies = {
        e["metadata"]["name"]: e["spec"] for e in manifests() if e["kind"] == "NetworkPolicy"
    }
    assert policies["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies["to-the-console"]["ingress"][0]["ports"] == [{"port": PORTS["console"]}]
    assert policies["to-the-services"]["ingress"][0]["ports"] == [{"port": PORTS["scheduler"]}]
    public = [to["ipBlock"] for to in policies["to-the-sites"]["egress"][0]["to"]]
    assert all("10.0.0.0/8" in block["except"] for block in public if block["cidr"] == "0.0.0.0/0")
