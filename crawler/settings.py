"""Scrapy's settings: only what differs from its defaults, each with the default and the reason.

What an operator may change comes from `pipelines.config`, one job's own things from the
environment: NEWSDESK_STATS_FILE, NEWSDESK_SUPERVISOR, NEWSDESK_REPLAY and NEWSDESK_REPLAY_NIGHT.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from scrapy.settings import default_settings

from crawler.downloads.opening import NIGHT_VARIABLE, open_recording
from pipelines.config import load_settings

_config = load_settings()

NEWSDESK_STATS_FILE = os.environ.get("NEWSDESK_STATS_FILE", "")
NEWSDESK_SUPERVISOR = os.environ.get("NEWSDESK_SUPERVISOR", "")
NEWSDESK_REPLAY = os.environ.get("NEWSDESK_REPLAY", "")
NEWSDESK_REPLAY_NIGHT = os.environ.get(NIGHT_VARIABLE, "")
if NEWSDESK_REPLAY:  # a broken recording ends the crawl here, with its own words
    open_recording(Path(NEWSDESK_REPLAY), NEWSDESK_REPLAY_NIGHT)

BOT_NAME = "newsdesk"
SPIDER_MODULES = ["crawler.sites", "crawler.files", "crawler.looking"]
NEWSPIDER_MODULE = "crawler.sites"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # the default, pinned
ASYNCIO_EVENT_LOOP = "uvloop.Loop"  # None: the standard library's, a quarter slower per page

# Who we are (default: Scrapy's own name).
_contact = f" (+{_config.contact})" if _config.contact else ""
USER_AGENT = f"Newsdesk/{version('newsdesk')}{_contact}"
ROBOTSTXT_USER_AGENT = "Newsdesk"  # None: the whole user agent is looked up in robots.txt
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # "en": some hosts send readers elsewhere by it
}

# Politeness. A site is one queue (see SiteGuardMiddleware), however many hosts it has.
ROBOTSTXT_OBEY = True  # False
DOWNLOAD_DELAY = 0 if NEWSDESK_REPLAY else _config.delay_seconds  # 0: no limit is kept at 0
DOWNLOAD_DELAY_JITTER = 0.5  # the default, pinned: half to one and a half times the delay
CONCURRENT_REQUESTS_PER_DOMAIN = _config.concurrency  # 8
NEWSDESK_PAGE_SECONDS = _config.page_seconds  # a setting of ours: CPU time for one page
CONCURRENT_ITEMS = 2  # 100: that many tasks are made for every page, which yields one or two items
CONCURRENT_REQUESTS = 2 * _config.concurrency  # 16: what waits in the downloader has lost its rank
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2_500_000  # 5,000,000: bytes of pages that wait for the store
COOKIES_ENABLED = False  # True: nothing we read needs a session
DOWNLOAD_TIMEOUT = 30  # 180
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # 1 GiB; counts after unpacking, too
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024  # 32 MiB
DOWNLOAD_VERIFY_CERTIFICATES = True  # False: anyone on the way could write the news
REDIRECT_MAX_TIMES = 5  # 20
METAREFRESH_ENABLED = False  # True: where a shell leads is for its page object to say

# No doors (defaults: open), and not even loaded: EXTENSIONS, too, would load what it turns off.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
_UNUSED = {
    "scrapy.extensions.remote_control.RemoteControl",  # 8 MB: a web server
    "scrapy.extensions.telnet.TelnetConsole",
    "scrapy.extensions.memusage.MemoryUsage",  # measures the process that started it, too
}
EXTENSIONS_BASE = {
    name: order for name, order in default_settings.EXTENSIONS_BASE.items() if name not in _UNUSED
}

# What earlier crawls know of the site (a setting of ours, see NewsSpider).
NEWSDESK_MEMORY = "crawler.database_memory.DatabaseMemory"

# Order and memory.
DUPEFILTER_CLASS = (
    "scrapy.dupefilters.BaseDupeFilter"  # RFP: Harvest knows; a filter eats redirects
)
SCHEDULER_PRIORITY_QUEUE = (
    "scrapy.pqueues.ScrapyPriorityQueue"  # DownloaderAware: one site, one queue
)
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # Lifo: newest first
MEMUSAGE_LIMIT_MB = 512  # 0: no limit
MEMUSAGE_CHECK_INTERVAL_SECONDS = 15  # 60

ADDONS = {"scrapy_poet.Addon": 300}
SCRAPY_POET_DISCOVER = ["crawler.pages", "crawler.sites"]  # for a site: its own alone
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # drops redirects silently
    "crawler.middlewares.site_guard.SiteGuardMiddleware": 50,
    "crawler.manners.gate.GateMiddleware": 60,
    # Scrapy's goes on where a robots.txt cannot be had.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.manners.robots.RobotsMiddleware": 100,
    "scrapy_poet.InjectionMiddleware": None,  # plans anew for each page
    "crawler.middlewares.injection.InjectionMiddleware": 543,
    "crawler.manners.answers.AnswersMiddleware": 560,  # Scrapy's retries are at 550
    "crawler.middlewares.date_header.DateHeaderMiddleware": 570,
    # Scrapy's hands out what it can of a broken stream: half an article.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.decompression.DecompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # says why by its text alone
    "crawler.middlewares.redirects.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # one proxy for all sites
    "crawler.middlewares.proxy.ProxyMiddleware": 750,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.middlewares.lost_pages.LostPagesMiddleware": 10,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops URLs silently
    # Each costs every page something and gives nothing here: sources say themselves which
    # Referer they need, walks have their own bounds, and pages are never told apart by depth.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
EXTENSIONS: dict[str, int | None] = {
    "crawler.extensions.memory_limit.MemoryLimitExtension": 0,
    "crawler.manners.answers.AnswersExtension": 110,
    "crawler.manners.persistence.PersistenceExtension": 120,
    "crawler.extensions.lost_items.LostItemsExtension": 200,
    "crawler.extensions.fields.FieldsExtension": 300,
    "crawler.extensions.supervisor.SupervisorExtension": 700,
    "crawler.extensions.garbage.GarbageExtension": 800,
    "crawler.extensions.archive.ArchiveExtension": 850,
    "crawler.extensions.jobstats.JobStatsExtension": 900,
}
ITEM_PIPELINES = {
    "pipelines.clean.CleanPipeline": 100,
    "pipelines.keywords.KeywordsPipeline": 200,
    "pipelines.dedup.DedupPipeline": 300,
    "pipelines.store.StorePipeline": 900,
}

# http and https only (default: file, data, ftp and s3, too).
_handler = "crawler.downloads.guarded.GuardedHandler"
NEWSDESK_ALLOW_LOOPBACK = _config.allow_loopback
if NEWSDESK_REPLAY:
    _handler = "crawler.downloads.replay.ReplayHandler"
else:
    TWISTED_DNS_RESOLVER = "crawler.downloads.guarded.PinnedResolver"  # one that looks names up
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": _handler,
    "https": _handler,
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

# The browser, where a site needs one (settings of ours). BROWSER_BOUNDS and BROWSER_CONTEXT
# change `Bounds` and the context in which pages are opened.
BROWSER_CONNECTIONS = "crawler.browser.egress.upstream.connections_for"

# Logs.
LOG_LEVEL = _config.log_level  # DEBUG
LOG_FORMATTER = "crawler.logs.ShortLogFormatter"  # prints whole items
LOG_VERSIONS: list[str] = []  # a dozen lines in every job's log
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # WARNING
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # ERROR: the report of the page says it
