"""scrapy-poet's injection with its plans remembered.

How a callback's page object is built depends on the callback and on the rules that fit the URL,
of which there are a handful; working it out anew for each page costs a tenth of a crawl's CPU.
"""

from __future__ import annotations

from collections.abc import Callable

import andi
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy_poet import downloadermiddlewares as poet
from scrapy_poet.injection import Injector, get_callback
from web_poet import RulesRegistry


class RememberingInjector(Injector):
    """Plans once per callback and set of page objects."""

    def __init__(self, crawler: Crawler, registry: RulesRegistry) -> None:
        super().__init__(crawler, default_providers=poet.DEFAULT_PROVIDERS, registry=registry)
        self._plans: dict[tuple[Callable[..., object], frozenset[object]], andi.Plan] = {}

    def build_plan(self, request: Request) -> andi.Plan:
        callback = get_callback(request, self.spider)  # type: ignore[no-untyped-call]
        pages = self.registry.overrides_for(request.url)
        key = (getattr(callback, "__func__", callback), frozenset(pages.items()))
        if key not in self._plans:
            self._plans[key] = super().build_plan(request)
        return self._plans[key]


class InjectionMiddleware(poet.InjectionMiddleware):
    """Hands callbacks their page objects."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.injector = RememberingInjector(crawler, self.registry)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Every callback of ours needs its response: nothing to find out."""
