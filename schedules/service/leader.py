"""Which service leads: one of all that run on a database, until it is gone."""

from __future__ import annotations

from attrs import define

from pipelines.storage.operations.repositories import NightStore
from schedules.jobs.identity import host

LEADER_SECONDS = 20.0
"""A leader that was not heard of for so long is followed by another."""
RENEW_SECONDS = 5.0


@define
class Leader:
    """Keeps this service's lease, and the lead if it is free. Blocks.

    Leading spares work; it is not what makes a due time run once. Slots and jobs are taken one by
    one, each by one service alone.

    runner: the service's name. address: where it answers over HTTP, for people. stands: whether
    it would lead.
    """

    runner: str
    address: str = ""
    leads: bool = False
    stands: bool = True

    def is_at(self, address: str) -> None:
        """Note where the service answers."""
        self.address = address

    def renew(self, night: NightStore) -> bool:
        """Keep both leases for a while longer; gives whether this service leads."""
        where = f"on {host()}" + (f", {self.address}" if self.address else "")
        night.leases.take(f"service/{self.runner}", self.runner, LEADER_SECONDS, where)
        held = self.stands and night.leases.take("leader", self.runner, LEADER_SECONDS, where)
        self.leads = bool(held and held["owner"] == self.runner)
        return self.leads

    def step_down(self, night: NightStore) -> None:
        """Let another service lead from now on."""
        self.stands = self.leads = False
        night.leases.give_back("leader", self.runner)

    def leave(self, night: NightStore) -> None:
        """Give back what is left: this service ends."""
        self.step_down(night)
        night.leases.give_back(f"service/{self.runner}", self.runner)
