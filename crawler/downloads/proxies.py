"""Chooses the HTTP proxy of a site: by the operator's settings, else by the environment."""

from __future__ import annotations

from urllib.request import getproxies

from crawler.site import Site
from pipelines.config import Settings
from pipelines.written.of_sites import SiteSettings

DIRECT = "direct"


def proxies_for(site: Site, settings: Settings) -> dict[str, str]:
    """Returns proxy URLs by scheme ("http", "https"), with user and password: never log them.

    The site's own setting goes before that for all sites, and that before the environment. The
    caller leaves out hosts in `no_proxy` (`urllib.request.proxy_bypass`).
    """
    own = settings.sites.get(site.key, SiteSettings()).proxy
    chosen = own or settings.proxy
    if site.proxy == "never" or (own and own.get_secret_value() == DIRECT):
        return {}
    if chosen is not None:
        return dict.fromkeys(("http", "https"), chosen.get_secret_value())
    return {scheme: url for scheme, url in getproxies().items() if scheme in {"http", "https"}}
