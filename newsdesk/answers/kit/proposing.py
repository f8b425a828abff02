"""Proposes the file of a new site, and new selectors for one whose pages look different now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import define

from crawler.kit.links.addresses import is_on
from crawler.kit.page import Page
from crawler.kit.survey import Survey, domain_of, survey
from crawler.kit.writing import NAMES, ORDER, site_text, with_layout
from crawler.site import Site
from crawler.site_places.places import KEY, place_of
from crawler.site_places.trust import distrust
from crawler.urls import ArticleUrl
from crawler.urls.parts import web_address
from newsdesk.answers.kit.looking import (
    Looked,
    archived,
    look,
    with_recorded_data,
)
from newsdesk.answers.kit.stored import by_page, evidence_pages, stored_articles
from newsdesk.answers.kit.trying import Tried, pages_unlike, try_rules
from newsdesk.answers.sites import load_site, sound_sites
from newsdesk.exceptions import BadSite, NoProposal, SiteIsThere
from pipelines.config import Settings, settings_file
from pipelines.timing.clock import now

ARCHIVE = "archive"
"""What stands in the place of a recording's folder where the archive is meant."""
FOLDER = "sites"
_NO_KEY = re.compile(r"[^a-z0-9]+")
_NEEDED = ("title", "published_at")


@define(frozen=True, kw_only=True)
class Proposed:
    """A proposal that was written. tried: what the pages give when they are read by it. lost:
    fields that another look of the pages has, and this one does not."""

    key: str
    path: Path
    survey: Survey
    looked: Looked
    tried: Tried
    since: date | None = None
    lost: Sequence[str] = ()

    @property
    def why_not_loaded(self) -> str | None:
        """Why the file will not be loaded where it stands; None if it will."""
        return distrust(self.path)

    @property
    def is_shipped(self) -> bool:
        """Whether the file comes with Newsdesk."""
        place = place_of(self.key)
        return place is not None and place.shipped


def propose_new(
    settings: Settings,
    url: str,
    *,
    key: str | None = None,
    title: str | None = None,
    replay: str | None = None,
    force: bool = False,
    begin: Callable[[], None] = lambda: None,
) -> Proposed:
    """Looks at a site from an address on and writes its file. begin: called before the look.

    Raises:
        BadSite: the address or the key cannot be used.
        SiteIsThere: a site of this key or its file is there; `force` replaces the file alone.
        NotSeen: no page came. NoProposal: nothing that looks like articles did.
    """
    start, domain = _start_of(url)
    key = _checked_key(key or _key_of(domain))
    path = _target(settings, key, force=force)
    _check_new(start, key)
    begin()
    looked = _pages(settings, key=key, domains=[domain], start=start, replay=replay)
    found = survey(start, domain, looked.pages)
    _check(found, looked)
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    text = site_text(found, title=title or found.title, day=today)
    tried = try_rules(text, path, key, looked.pages, {})
    _write(path, text)
    return Proposed(key=key, path=path, survey=found, looked=looked, tried=tried)


def propose_layout(
    settings: Settings,
    key: str,
    *,
    since: date | None = None,
    replay: str | None = None,
    begin: Callable[[], None] = lambda: None,
) -> Proposed:
    """Adds a dated look of its pages to a site's file, by where its stored articles stand now.

    Raises:
        UnknownSite, BadSite: there is no such site, or it is none of a TOML file of one's own.
        NoProposal: none of the stored articles was found on the pages.
    """
    site = load_site(key)
    path = _own_file(key)
    stored = stored_articles(settings, key)
    if not stored:
        raise NoProposal(
            f"No article of {key} is stored: newsdesk site new {site.home} --key {key}"
        )
    begin()
    failed = evidence_pages(settings, key)
    urls = [*dict.fromkeys([*stored, *(page.url for page in failed)])]
    looked = _pages(settings, key=key, domains=list(site.domains), urls=urls, replay=replay)
    pages = [*looked.pages, *_others(failed, looked.pages)]
    known = by_page(site, pages, stored)
    pages = pages_unlike(path, key, pages, known)
    if not pages:
        raise NoProposal(
            f"The rules of {key} read all {len(looked.pages)} pages that came as they are stored: "
            "there is nothing to mend."
        )
    found = survey(
        site.home,
        site.domains[0],
        pages,
        known,
        is_known=lambda url: isinstance(site.identify(url), ArticleUrl),
    )
    _check_fields(found)
    if since is None:
        since = _first_seen(failed, site)
    old = path.read_text(encoding="utf-8")
    text = with_layout(old, found, since)
    tried = try_rules(text, path, key, pages, known)
    _write(path, text)
    return Proposed(
        key=key,
        path=path,
        survey=found,
        looked=looked,
        tried=tried,
        since=since,
        lost=_lost(old, found),
    )


def _start_of(url: str) -> tuple[str, str]:
    address = web_address(url if "://" in url else f"https://{url}")
    if address is None or "." not in address.host:
        raise BadSite(f"{url!r} is no address of a site: write one as https://news.example.com/")
    query = f"?{address.query}" if address.query else ""
    start = f"{address.scheme}://{address.host}{address.path}{query}"
    return start, domain_of(start)


def _key_of(domain: str) -> str:
    return _NO_KEY.sub("_", domain.partition(".")[0].lower()).strip("_")


def _checked_key(key: str) -> str:
    if not KEY.fullmatch(key):
        raise BadSite(
            f"{key!r} is no key of a site: write one such as jiangwan (--key), of lower-case "
            "letters, digits and _"
        )
    return key


def _target(settings: Settings, key: str, *, force: bool) -> Path:
    """Where the file of a new site goes."""
    if settings.site_paths:
        folder = settings.site_paths[0]
    elif settings_file().is_file():
        folder = settings_file().absolute().parent / FOLDER
    else:
        raise BadSite(
            f"Sites of your own stand in {FOLDER}/ beside newsdesk.toml, and there is no "
            f"{settings_file()} here: make one (an empty file will do), or name a folder in "
            "NEWSDESK_SITE_FOLDERS."
        )
    path, there = folder / f"{key}.toml", place_of(key)
    if there is not None and there.path != path:
        raise SiteIsThere(f"The site {key!r} is there, {there.path}: choose another --key.")
    if path.exists() and not force:
        raise SiteIsThere(
            f"{path} is there: --force replaces it; newsdesk site new --from-stored {key} adds "
            "how its pages look now."
        )
    return path


def _check_new(start: str, key: str) -> None:
    """Refuses a site of which another one has the pages already: each page has one reader."""
    for site in sound_sites().values():
        if site.key != key and any(is_on(start, domain) for domain in site.domains):
            raise SiteIsThere(
                f"{start} belongs to the site {site.key!r} ({', '.join(site.domains)}), which "
                "reads its pages already."
            )


def _own_file(key: str) -> Path:
    place = place_of(key)
    if place is None or place.form != "TOML":
        raise BadSite(
            f"The site {key!r} is written in Python, not in a TOML file: its page objects are "
            "changed by hand (CONTRIBUTING.md)."
        )
    return place.path


def _pages(
    settings: Settings,
    *,
    key: str,
    domains: Sequence[str],
    replay: str | None,
    start: str = "",
    urls: Sequence[str] = (),
) -> Looked:
    if replay == ARCHIVE:
        return archived(settings, domains)
    folder = Path(replay) if replay else None
    looked = look(settings, key=key, domains=domains, start=start, urls=urls, replay=folder)
    return with_recorded_data(looked, folder, domains) if folder and start else looked


def _lost(old: str, found: Survey) -> list[str]:
    """The fields that the file had a place for and the new look has none."""
    known = {NAMES.get(name, name) for name in ORDER}
    had = {name for name in known if re.search(rf"^{name}\s*=", old, re.MULTILINE)}
    return sorted(had - {NAMES.get(name, name) for name in found.fields} - {"title"})


def _others(pages: Sequence[Page], known: Sequence[Page]) -> list[Page]:
    had = {page.url for page in known}
    return [page for page in pages if page.url not in had]


def _check(found: Survey, looked: Looked) -> None:
    """Refuses to write what could not be used."""
    if not found.patterns or not (found.lists or found.link_pages or found.feeds or found.data):
        what = "no list" if found.patterns else "no addresses that look like articles'"
        raise NoProposal(f"{len(looked.pages)} pages came and {what} in them: begin at a list.")
    _check_fields(found)


def _check_fields(found: Survey) -> None:
    lacking = [name for name in _NEEDED if name not in found.fields]
    lacking += ["body"] if found.body is None else []
    if lacking:
        reasons = "; ".join(f"{url}: {why}" for url, why in [*found.refused.items()][:3])
        raise NoProposal(
            f"{found.read} articles could be read, and no place for {', '.join(lacking)} was found "
            f"in them. {reasons}"
        )


def _first_seen(failed: Sequence[Page], site: Site) -> date:
    """The day from which on pages look so: when the first of them came that could not be read."""
    moments: list[datetime] = [page.fetched_at for page in failed if page.fetched_at]
    return min(moments, default=now()).astimezone(ZoneInfo(site.zone)).date()


def _write(path: Path, text: str) -> None:
    """Writes a file as a whole, or not at all; others may not write it, else it is not loaded."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    scratch = path.with_suffix(".toml.new")
    scratch.write_text(text, encoding="utf-8")
    scratch.chmod(0o644)
    scratch.replace(path)
