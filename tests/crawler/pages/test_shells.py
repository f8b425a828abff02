"""Where pages without a text send their reader."""

from __future__ import annotations

import pytest

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.pages.html import parse
from crawler.pages.shells import where_it_leads
from crawler.sites.sina.urls import identify
from crawler.urls import ArticleUrl

OWN = "https://news.sina.com.cn/c/2026-03-01/doc-iqtestx0000001.shtml"
OTHER = "https://finance.sina.com.cn/roll/2026-03-01/doc-iqtestx0000002.shtml"


def leads(html: str) -> PageError | None:
    root, own = parse(html), identify(OWN)
    assert root is not None
    assert isinstance(own, ArticleUrl)
    return where_it_leads(root, own, OWN, identify)


@pytest.mark.parametrize(
    "html",
    [
        f'<html><head><meta content="0;url={OTHER}" http-equiv="refresh"></head></html>',
        f"<meta http-equiv='Refresh' content=\"3; URL='{OTHER}?cre=x'\">",
        f"<script>window.location.href='{OTHER}'</script>",
        f'<script>top.location="{OTHER}#top";</script>',
        f"<script>self.location.replace('{OTHER}')</script>",
        f"<script>location.assign( '{OTHER}' )</script>",
        f"<script>document.location = '{OTHER[6:]}'</script>",
        "<script>location.href='/c/2026-03-01/doc-iqtestx0000002.shtml'</script>",
        f"<script>setTimeout(\"location.href='{OTHER}'\", 1000)</script>",
        f"<script>location.href='{OTHER}'.trim()</script>".replace("/", "\\/", 3),
        f"<script>window.open('{OTHER}', '_self')</script>",
        f"<body onload=\"location.href='{OTHER}'\"></body>",
        f"<script>var u; location.href='https://x.example/' + u; location.href='{OTHER}'</script>",
        f'<meta http-equiv="refresh" content="0;{OTHER}">',
        f"<script>var url = '{OTHER}'; location.href = url;</script>",
        f"<script>let u='{OTHER}';window.location.replace(u)</script>",
        f"<script>location.href = `{OTHER}`</script>",
        f"<script>window['location'] = '{OTHER}'</script>",
        f"<script>window['location']['href'] = '{OTHER}'</script>",
        f"<script>window.navigate('{OTHER}')</script>",
        f"<script>location.href=decodeURIComponent('{OTHER}')</script>".replace(":", "%3A"),
        f"<script>var u=unescape('{OTHER}');location=u</script>".replace("/c", "%2Fc"),
        f"<script>location.href='{OTHER}'</script>".replace(":", "\\x3a").replace("//", "\\u002f/"),
        f"<script>location.href='{OWN}'; location.href='{OTHER}'</script>",
        f"<body onload='go()'><script>function go() {{ location.href='{OTHER}' }}</script></body>",
        f"<script>function f() {{ if (1) {{ x() }} }} location.href='{OTHER}'</script>",
    ],
)
def test_a_shell_leads_to_another_article(html: str) -> None:
    why = leads(html)
    assert isinstance(why, Moved)
    assert identify(why.url) == identify(OTHER) or why.url.endswith("doc-iqtestx0000002.shtml")


@pytest.mark.parametrize(
    ("target", "kind", "reason"),
    [
        ("https://news.sina.com.cn/", PageGone, "home_page"),
        ("https://video.sina.com.cn/l/p/1.html", NotCollectable, "video"),
        ("https://weibo.com/1/a", NotCollectable, "weibo"),
        ("https://paper.example/1", NotCollectable, "other_site"),
    ],
)
def test_a_shell_leads_where_no_article_is(target: str, kind: type, reason: str) -> None:
    why = leads(f"<script>location.href='{target}'</script>")
    assert why is not None
    assert (type(why), why.reason) == (kind, reason)


@pytest.mark.parametrize("there", [OWN.replace("/c/", "/o/"), OWN.replace("news.", "finance.")])
def test_a_shell_leads_to_another_address_of_its_article(there: str) -> None:
    why = leads(f'<meta http-equiv="refresh" content="0;url={there}">')
    assert isinstance(why, Moved)
    assert why.url == there


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>",
        f"<script>location.href='{OWN.replace('.shtml', '-p2.shtml')}'</script>",
        f"<script>location.href='{OWN.replace('https:', 'http:')}'</script>",
        f"<script>location.href='{OWN}?x=1'</script>",
        f"<script>if (location.href == '{OTHER}') go()</script>",
        f"<script>if (/mobile/.test(navigator.userAgent)) location.href='{OTHER}'</script>",
        "<script>location.href='https://x.example/' + id</script>",
        "<script>location.href = url;</script>",
        f"<script>var url = '{OTHER}' + id; location.href = url;</script>",
        f"<script>var url = '{OTHER}'; location.href = url + id;</script>",
        f"<script>var url = '{OTHER}'; location.href = url(id);</script>",
        "<script>location.href = `https://x.example/${id}`;</script>",
        f"<script>function go() {{ if (x) {{}} location.href = '{OTHER}'; }} other()</script>",
        '<meta http-equiv="refresh" content="600">',
        f"<a href='{OTHER}'>x</a>",
        "<script>" + "location.href=' " * 100_000 + "</script>",
    ],
)
def test_a_page_that_leads_nowhere(html: str) -> None:
    assert leads(html) is None
