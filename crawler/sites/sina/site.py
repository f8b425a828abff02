"""新浪新闻, 新浪财经, 新浪科技."""

from __future__ import annotations

from crawler.site import Expectations, Site
from crawler.sites.sina.flashes import Flashes
from crawler.sites.sina.roll import Roll
from crawler.sites.sina.urls import DOMAINS, SITE, identify
from crawler.sources.link_page import LinkPage

SINA = Site(
    key=SITE,
    title="新浪",
    home="https://www.sina.com.cn/",
    domains=DOMAINS,
    identify=identify,
    # china, world and military are off: their lists once stood still for years.
    sources=(
        Roll(name="all", title="滚动：全部", pageid=153, lid=2509),
        Roll(name="china", title="滚动：国内", pageid=153, lid=2510, default=False),
        Roll(name="world", title="滚动：国际", pageid=153, lid=2511, default=False),
        Roll(name="society", title="滚动：社会", pageid=153, lid=2669, default=False),
        Roll(name="military", title="滚动：军事", pageid=153, lid=2514, default=False),
        Roll(name="tech", title="滚动：科技", pageid=153, lid=2515),
        Roll(name="finance", title="滚动：财经", pageid=153, lid=2516),
        Roll(name="stocks", title="滚动：股市", pageid=153, lid=2517, default=False),
        Roll(name="finance-roll", title="财经：滚动", pageid=384, lid=2519, default=False),
        Roll(name="china-stocks", title="财经：股市", pageid=384, lid=2671, default=False),
        Roll(name="us-stocks", title="财经：美股", pageid=384, lid=2672, default=False),
        Roll(name="global-markets", title="财经：全球市场", pageid=384, lid=2676, default=False),
        Roll(name="finance-china", title="财经：国内", pageid=155, lid=1686),
        Roll(name="macro", title="财经：宏观", pageid=155, lid=1687, default=False),
        Roll(name="banking", title="财经：金融", pageid=155, lid=1690, default=False),
        Flashes(name="flashes", title="7×24", default=False),
        LinkPage(name="news-page", title="新闻首页", url="https://news.sina.com.cn/"),
        LinkPage(name="finance-page", title="财经首页", url="https://finance.sina.com.cn/"),
        LinkPage(name="tech-page", title="科技首页", url="https://tech.sina.com.cn/"),
    ),
    expectations=Expectations(
        articles=20,
        filled={"title": 1.0, "published_at": 1.0, "source": 0.5},
        newest_hours=12,
        unreadable=0.2,
        fallback=0.0,
    ),
)
