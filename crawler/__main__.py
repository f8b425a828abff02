"""`python -m crawler crawl SPIDER [-a NAME=VALUE ...] [-s SETTING=VALUE ...]`: one crawl.

It does what Scrapy's command of that name does and begins in two thirds of the time: the runner
starts a process for each job. Exit code 1: the crawl could not begin.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence

# What is imported stays: looking through it again and again is a tenth of the start. The crawl
# has thresholds of its own (see `extensions.garbage`).
gc.set_threshold(100_000, 20, 20)

# First, and from here: it looks up the module of every frame above it, among all that are loaded.
import scrapy.core.downloader.contextfactory  # noqa: E402, F401
from scrapy.crawler import AsyncCrawlerProcess  # noqa: E402
from scrapy.utils.project import get_project_settings  # noqa: E402

from crawler.heap import keep_small  # noqa: E402


def main(arguments: Sequence[str]) -> int:
    """Crawl with the settings module that SCRAPY_SETTINGS_MODULE names; returns the exit code."""
    asked = _parser().parse_args(arguments)
    keep_small()
    settings = get_project_settings()
    settings.setdict(dict(asked.set), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(asked.spider, **dict(asked.arguments))
    process.start()
    return int(process.bootstrap_failed)


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
