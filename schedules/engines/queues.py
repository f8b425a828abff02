"""Names of the broker's queues. Each stands for what a worker must be able to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from attrs import define

from pipelines.config import Settings

ANYWHERE = "any"
PLAIN, BROWSER = "plain", "browser"


@define(frozen=True)
class Needs:
    """What a job needs: a browser, a worker in a region ("any": wherever it is)."""

    browser: bool = False
    region: str = ANYWHERE

    def queue(self, database: str) -> str:
        """Returns the queue of such jobs: "newsdesk.DATABASE.REGION.plain"."""
        return f"newsdesk.{database}.{self.region}.{BROWSER if self.browser else PLAIN}"

    def __str__(self) -> str:
        """The options of a worker for them: "--browser --region cn"."""
        region = "" if self.region == ANYWHERE else f" --region {self.region}"
        return f"{' --browser' if self.browser else ''}{region}".strip()


def shown_broker(address: str) -> str:
    """Returns the address of a broker without user, password and options."""
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    return f"{scheme}://{host}" if re.fullmatch(r"[\w.:\[\]-]*", host) else f"{scheme}://***"


def needs_of(site: str, settings: Settings, with_browser: Collection[str]) -> Needs:
    """Returns what a crawl of a site needs. with_browser: sites that declare rendered pages."""
    set_ = settings.sites.get(site)
    region = set_.region if set_ is not None and set_.region else ANYWHERE
    return Needs(browser=site in with_browser, region=region)


def queues_of(database: str, *, browser: bool, regions: Collection[str]) -> list[str]:
    """Returns the queues that a worker takes from: those of all that it can do."""
    browsers = (False, True) if browser else (False,)
    places = dict.fromkeys((*regions, ANYWHERE))
    return [Needs(each, region).queue(database) for region in places for each in browsers]


def places_of(workers: Collection[Mapping[str, object]]) -> dict[str, int]:
    """Returns by queue how many jobs the workers that take from it run at the same time."""
    found: dict[str, int] = {}
    for lease in workers:
        offers = lease.get("offers")
        if isinstance(offers, Mapping):
            for queue in offers.get("queues") or ():
                found[queue] = found.get(queue, 0) + int(offers.get("places") or 0)
    return found
