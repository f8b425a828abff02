"""Sina: which article a URL is. The key is the docid, one for all hosts an article stands on."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from crawler.urls import ArticleKind, ArticleUrl, Identity, NotAnArticleUrl
from crawler.urls.parts import NO_LINK, WebAddress, is_in_domain, remembered, web_address

SITE = "sina"
DOMAINS = ("sina.com.cn", "sina.cn")

_DOCID = r"[a-z][a-z0-9]{7,23}"
# /roll/2018-12-28/doc-ihqfskcn2160999.shtml, /c/2016-05-25/1010/doc-i….shtml, …/doc-i…-p2.shtml
_ARTICLE = re.compile(
    rf"(?P<section>(?:/[^/]+)*?)(?:/(?P<date>\d{{4}}-\d\d-\d\d))?(?:/\d{{4}})?"
    rf"/(?P<form>doc|zl|detail)-i(?P<key>{_DOCID})(?:-p(?P<page>\d{{1,3}}))?"
    rf"(?:\.d)?\.s?html?"
)
# Before 2014 an article had no docid: /c/2013-05-08/182427064386.shtml, /t/20130508/1824….shtml
_OLD = re.compile(
    r"(?P<section>(?:/[^/]+)*?)/(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"/(?P<number>(?:[01]\d|2[0-3])[0-5]\d\d{6,10})(?:_(?P<page>\d{1,3}))?\.shtml"
)
_COMOS = re.compile(rf"comos[:-](?P<key>{_DOCID})")

# First label of the host, or a folder of the path -> why nothing there is an article.
_HOSTS = {
    "blog": "blog",
    "comment5": "comments",
    "comment": "comments",
    "live": "live",
    "zhibo": "live",
    "login": "login",
    "passport": "login",
    "search": "list",
    "tags": "list",
    "roll": "list",
    "slide": "slides",
    "video": "video",
    "k": "self_media",
    "cj": "self_media",
    "weibo": "weibo",
}
_PATHS = (
    (re.compile(r"/slide_|/slideshow/"), "slides"),
    (re.compile(r"/video/|/vms/"), "video"),
    (re.compile(r"/live/|/7x24/|/zhibo/"), "live"),
    (re.compile(r"/blog_"), "blog"),
    (re.compile(r"/realstock/|/quotes?/|/nc\.shtml"), "quotes"),
)
_TOPIC_PAGE = re.compile(r"/zt(?:_[a-z]+)?(?:/|$)|/z/")
_KINDS: dict[str, ArticleKind] = {"doc": "article", "detail": "article", "zl": "column"}


@remembered
def identify(url: str) -> Identity:
    """The article that `url` names, or the reason why it names none. Never raises."""
    if NO_LINK.match(url.strip()):
        return NotAnArticleUrl(url=url, reason="no_link")
    address = web_address(url)
    if address is None:
        return NotAnArticleUrl(url=url, reason="bad_url")
    host = address.host.partition(":")[0]
    domain = next((each for each in DOMAINS if is_in_domain(host, each)), None)
    if domain is None:
        return NotAnArticleUrl(url=url, reason=_other_site(host))
    labels = [label for label in host.removesuffix(domain).split(".") if label]
    reason = next((_HOSTS[label] for label in labels if label in _HOSTS), None)
    if reason is None:
        reason = next((word for shape, word in _PATHS if shape.search(address.path)), None)
    if reason is not None:
        return NotAnArticleUrl(url=url, reason=reason)
    return _article(address, labels) or NotAnArticleUrl(url=url, reason=_why_not(address))


def key_of_comos(docid: str) -> str | None:
    """The key in an id as the site's APIs give it ("comos:hqfskcn2160999"); None for others."""
    match = _COMOS.fullmatch(docid.strip())
    return match["key"] if match else None


def _article(address: WebAddress, labels: list[str]) -> ArticleUrl | None:
    if labels == ["doc"]:  # doc.sina.cn/?id=comos:… sends the reader on to the article
        key = key_of_comos(parse_qs(address.query).get("id", [""])[0])
        url = f"https://{address.host}/?id=comos:{key}"
        return ArticleUrl(site=SITE, key=key, url=url) if key else None
    match = _ARTICLE.fullmatch(address.path)
    if match:
        key, kind = match["key"], _KINDS[match["form"]]
        path = address.path.replace(f"-p{match['page']}.", ".") if match["page"] else address.path
    else:
        match = _OLD.fullmatch(address.path)
        if match is None:
            return None
        key = f"{match['year']}{match['month']}{match['day']}-{match['number']}"
        kind = "article"
        path = address.path.replace(f"_{match['page']}.", ".") if match["page"] else address.path
    return ArticleUrl(
        site=SITE,
        key=key,
        url=f"https://{address.host}{path}",
        kind=kind,
        section="/".join([*labels[:1], *match["section"].split("/")[1:]]),
        page=int(match["page"] or 1),
    )


def _other_site(host: str) -> str:
    weibo = any(is_in_domain(host, domain) for domain in ("weibo.com", "weibo.cn"))
    return "weibo" if weibo else "other_site"


def _why_not(address: WebAddress) -> str:
    if _TOPIC_PAGE.search(address.path):
        return "topic_page"
    if address.path.strip("/") in {"", "index.shtml", "index.html"}:
        return "home"
    return "list" if address.path.endswith("/") else "other_page"
