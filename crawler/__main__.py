"""Runs one crawl: `python -m crawler crawl SPIDER [-a NAME=VALUE ...] [-s SETTING=VALUE ...]`.

It does what Scrapy's command of that name does, but starts in two thirds of the time, which the
runner pays for each job. Exit code 1: the crawl could not start.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence

# What is loaded stays, and looking through it again and again is a sixth of the start. The crawl
# turns it on, with thresholds of its own (see `extensions.garbage`).
gc.disable()

# Before all others, and from here: it searches all loaded modules for that of each frame above it.
import scrapy.core.downloader.contextfactory  # noqa: E402, F401
from scrapy.crawler import AsyncCrawlerProcess  # noqa: E402
from scrapy.utils.project import get_project_settings  # noqa: E402

from crawler.exceptions import BrokenSite  # noqa: E402
from crawler.heap import keep_small  # noqa: E402
from crawler.site_places.loading import load_module  # noqa: E402
from crawler.site_places.places import place_of  # noqa: E402


def main(arguments: Sequence[str]) -> int:
    """Crawls with the settings module that SCRAPY_SETTINGS_MODULE names; returns the exit code."""
    asked = _parser().parse_args(arguments)
    keep_small()
    settings = get_project_settings()
    try:
        settings.setdict(modules_of(asked.spider), priority="project")
    except BrokenSite as broken:
        print(broken, file=sys.stderr)  # noqa: T201 - there is no log yet
        return 1
    settings.setdict(dict(asked.set), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(asked.spider, **dict(asked.arguments))
    process.start()
    return int(process.bootstrap_failed)


def modules_of(spider: str) -> dict[str, list[str]]:
    """Returns the settings by which a site's crawl loads no other site; nothing for no site.

    Raises:
        BrokenSite: its declaration cannot be loaded.
    """
    place = place_of(spider)
    if place is None:
        return {}
    load_module(place, place.spider)
    return {
        "SPIDER_MODULES": [place.spider],
        "SCRAPY_POET_DISCOVER": ["crawler.pages", *place.page_modules()],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler", description="Run one crawl.")
    command = parser.add_subparsers(metavar="crawl", required=True).add_parser("crawl")
    command.add_argument("spider")
    command.add_argument(
        "-a", dest="arguments", action="append", default=[], type=_pair, metavar="NAME=VALUE"
    )
    command.add_argument(
        "-s", dest="set", action="append", default=[], type=_pair, metavar="SETTING=VALUE"
    )
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
