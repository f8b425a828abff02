"""A machine of its own for tests that install, with this one's files below: what is written there
lies in memory and goes with it.

It is this machine's tree under an overlay, in namespaces of its own; the network is the same. It
takes root, and a kernel that mounts overlays.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from attrs import define

from tests.support.command import ROOT
from tests.support.deployed import Step
from tests.support.waiting import until_now

SECONDS = 900
BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOUNTS = """
mount -t tmpfs -o mode=755 tmpfs {base}
mkdir {base}/upper {base}/work {base}/root
mount -t overlay -o lowerdir=/,upperdir={base}/upper,workdir={base}/work overlay {base}/root
cd {base}/root
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs run
pivot_root . mnt
umount --lazy /mnt
echo there
exec sleep {seconds}
"""
"""Another root, and not only `chroot`: within that nobody may make namespaces."""
BOOT = """
mount -t proc proc /proc
mount -t tmpfs tmpfs /sys/fs/cgroup
mkdir /sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd \
    || mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=test PATH={path} /lib/systemd/systemd --system --unit={unit}
"""


@define
class Machine:
    """holder: the process that keeps its mounts. init: its systemd, while it is booted."""

    holder: subprocess.Popen[str]
    init: int | None = None

    def _inside(self, *command: str) -> list[str]:
        first = self.init or self.holder.pid
        processes = ["--pid"] if self.init else []
        return ["nsenter", "--target", str(first), "--mount", *processes, "--wd=/", "--", *command]

    def run(
        self, script: str, *, user: int = 0, folder: str = "/", env: Mapping[str, str] | None = None
    ) -> str:
        """What a script prints; it has to succeed."""
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        command = [*become, "sh", "-c", f"cd {folder}\n{script}"]
        ended = subprocess.run(
            self._inside(*command), env={"PATH": BASE_PATH, **(env or {})}, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def write(self, path: str, text: str) -> None:
        """Puts a file there."""
        self.run(f"mkdir -p {Path(path).parent}; cat > {path} <<'END'\n{text}\nEND")

    def copy(self, sources: Sequence[str], folder: str) -> None:
        """Brings files and folders of the checkout, as a builder does: without what is made."""
        words = " ".join(map(shlex.quote, sources))
        self.run(
            f"mkdir -p {folder}; tar -C {ROOT} --exclude=__pycache__ -cf - {words} "
            f"| tar -C {folder} -xf -"
        )

    @contextmanager
    def booted(self, unit: str) -> Iterator[None]:
        """systemd as its first process, started up to a unit, while the block lasts."""
        script = BOOT.format(unit=unit, path=BASE_PATH)
        apart = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork"]
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                self._inside(*apart, "--kill-child=KILL", "sh", "-ec", script),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                until_now(lambda: psutil.Process(process.pid).children())
                self.init = psutil.Process(process.pid).children()[0].pid
                yield
            finally:
                self.init = None
                process.kill()
                process.wait(20)


@contextmanager
def machine() -> Iterator[Machine]:
    """A new one while the block lasts; with this Python in place of an image's."""
    with tempfile.TemporaryDirectory(prefix="newsdesk-machine-") as base:
        script = MOUNTS.format(base=base, seconds=4 * SECONDS)
        holder = subprocess.Popen(
            ["unshare", "--mount", "sh", "-ec", script],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() != "there\n":
                _out, why = holder.communicate(timeout=20)
                pytest.fail(f"a machine of its own takes root and overlays: {why}")
            yield Machine(holder)
        finally:
            holder.kill()
            holder.communicate(timeout=20)


def build(found: Machine, steps: Sequence[Step], arguments: Mapping[str, str]) -> dict[str, str]:
    """Does what a Dockerfile says; returns the variables of its last stage.

    `COPY --from` finds what it copies, since both stages are done on one machine.
    """
    # In place of the image's Python this one, where all users reach it: homes are nobody else's.
    found.run(f"mkdir /usr/python; mount --bind {sys.base_prefix} /usr/python")
    found.run("echo /usr/python/lib > /etc/ld.so.conf.d/00-python.conf; ldconfig")
    python = "/usr/python/bin"
    stage, folder, env = -1, "/", {}
    for step in steps:
        if step.stage != stage:
            stage, folder, env = step.stage, "/", {"PATH": f"{python}:{BASE_PATH}", **_registries()}
        match step.word:
            case "ARG":
                name, _equals, value = step.text.partition("=")
                env[name] = arguments.get(name, value.strip('"'))
            case "ENV":
                for each in shlex.split(step.text):
                    name, _equals, value = each.partition("=")
                    env[name] = value.replace("$PATH", env["PATH"])
            case "WORKDIR":
                folder = step.text
                found.run(f"mkdir -p {folder}")
            case "COPY" if "--from=build" not in step.text:
                found.copy(step.text.split()[:-1], folder)
            case "RUN":
                found.run(step.text, folder=folder, env=env)
    return env


def _registries() -> dict[str, str]:
    """Where this machine gets packages from, if that is said by variables."""
    return {
        name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_"))
    }
