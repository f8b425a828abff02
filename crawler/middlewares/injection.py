"""Injects page objects as scrapy-poet does, but plans only once for each kind of page.

The plan for a page object depends on the callback and on the rules that fit the URL, of which
there are a handful. Planning anew for each page would cost a tenth of a crawl's CPU, and finding
out again how the response gets to the page object nearly as much.
"""

from __future__ import annotations

from collections.abc import Callable

import andi
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_poet import downloadermiddlewares as poet
from scrapy_poet.injection import Injector, get_callback
from web_poet import HttpResponse, HttpResponseHeaders, RulesRegistry


class RememberingInjector(Injector):
    """Remembers the plan for each callback and set of page objects."""

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

    async def build_instances_from_providers(
        self, request: Request, response: Response, plan: andi.Plan
    ) -> dict[Callable[..., object], object]:
        """Builds what a plan needs from outside; our page objects need the response alone."""
        outside = [
            taken
            for taken, _ in plan.dependencies
            if not isinstance(taken, andi.CustomBuilder)
            and self.is_class_provided_by_any_provider(taken)
        ]
        if outside != [HttpResponse]:
            found: dict[
                Callable[..., object], object
            ] = await super().build_instances_from_providers(request, response, plan)
            return found
        headers = HttpResponseHeaders.from_bytes_dict(response.headers)
        return {
            HttpResponse: HttpResponse(
                url=response.url, body=response.body, status=response.status, headers=headers
            )
        }


class InjectionMiddleware(poet.InjectionMiddleware):
    """Gives callbacks their page objects."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.injector = RememberingInjector(crawler, self.registry)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Does nothing: every callback of ours needs its response."""
