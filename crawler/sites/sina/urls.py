"""Sina: which article a URL is. The key is the docid, one for all hosts an article stands on."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from crawler.urls import ArticleKind, ArticleUrl, Identity, NotAnArticleUrl
from crawler.urls.parts import NO_LINK, WebAddress, is_in_domain, remembered, web_address

SITE = "sina"
DOMAINS = ("sina.com.cn", "sina.cn")

_DOCID = r"[a-z][a-z0-9]{7,23}"
# /roll/2018-12-28/doc-ihqfskcn2160999.shtml, /c/2016-05-25/1010/doc-i….shtml, …/doc-i…-p2.shtml.
# Under other names than these a docid is known by its form: letters, then a number.
_ARTICLE = re.compile(
    rf"/(?:(?P<form>doc|zl|detail)-i(?P<key>{_DOCID})|[a-z]{{2,12}}-i(?P<key2>[a-z]{{5,10}}[0-9]{{6,9}}))"
    r"(?P<pager>(?:-p|_)(?P<page>[0-9]{1,3}))?(?P<end>(?:\.d)?\.s?html?)(?![0-9A-Za-z])"
)
# Before 2014 an article had no docid: /c/2013-05-08/182427064386.shtml, /t/20130508/1824….shtml
_OLD = re.compile(
    r"/(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})"
    r"/(?P<number>[0-9]{6,16}s?)(?P<pager>_(?P<page>[0-9]{1,3}))?(?P<end>\.s?html?)(?![0-9A-Za-z])"
)
_NO_SECTION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}")
_COMOS = re.compile(rf"comos[:-](?P<key>{_DOCID})")

FLASHES = "7x24"
_FLASHES_HOST = "finance.sina.com.cn"
_FLASH = re.compile(r"id=(?P<number>[0-9]{1,12})")

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
    host, _, port = address.host.partition(":")
    domain = next((each for each in DOMAINS if is_in_domain(host, each)), None)
    if domain is None:
        return NotAnArticleUrl(url=url, reason=_other_site(host))
    if port:  # a server beside the site's own
        return NotAnArticleUrl(url=url, reason="bad_url")
    labels = [label for label in host.removesuffix(domain).split(".") if label]
    found = _flash(address) or _by_docid(address, labels) or _by_place(address, labels)
    return found if isinstance(found, ArticleUrl) else NotAnArticleUrl(url=url, reason=found)


def key_of_comos(docid: str) -> str | None:
    """The key in an id as the site's APIs give it ("comos:hqfskcn2160999"); None for others."""
    match = _COMOS.fullmatch(docid.strip())
    return match["key"] if match else None


def flash_url(number: str) -> str:
    """The address under which a flash is known: that of the 7×24 stream, with its id."""
    return f"https://{_FLASHES_HOST}/{FLASHES}/?id={number}"


def _flash(address: WebAddress) -> ArticleUrl | None:
    match = _FLASH.fullmatch(address.query)
    if match is None or (address.host, address.path) != (_FLASHES_HOST, f"/{FLASHES}/"):
        return None
    number = match["number"]
    key = f"{FLASHES}-{number}"
    return ArticleUrl(site=SITE, key=key, url=flash_url(number), kind="flash", section=FLASHES)


def _by_docid(address: WebAddress, labels: list[str]) -> ArticleUrl | None:
    """The article of a docid, on whatever host and in whatever folder it stands."""
    if labels == ["doc"]:  # doc.sina.cn/?id=comos:… sends the reader on to the article
        key = key_of_comos(parse_qs(address.query, max_num_fields=50).get("id", [""])[0])
        url = f"https://{address.host}/?id=comos:{key}"
        return ArticleUrl(site=SITE, key=key, url=url) if key else None
    match = _ARTICLE.search(address.path)
    if match is None:
        return None
    kind = _KINDS[match["form"] or "doc"]
    return _article(address, labels, match, key=match["key"] or match["key2"], kind=kind)


def _by_place(address: WebAddress, labels: list[str]) -> ArticleUrl | str:
    """The article of a date and a number, wherever it stands, or why the address names none."""
    match = _OLD.search(address.path)
    reason = next((_HOSTS[label] for label in labels if label in _HOSTS), None)
    if reason is None:
        reason = next((word for shape, word in _PATHS if shape.search(address.path)), None)
    if match is not None and (reason is None or match["end"] == ".shtml"):  # a video has .html
        key = f"{match['year']}{match['month']}{match['day']}-{match['number']}"
        return _article(address, labels, match, key=key, kind="article")
    return reason or _why_not(address)


def _article(
    address: WebAddress, labels: list[str], match: re.Match[str], *, key: str, kind: ArticleKind
) -> ArticleUrl:
    """The address without its pager, and without whatever stands behind the name."""
    folders = address.path[: match.start()].split("/")
    section = [each for each in folders if each and not _NO_SECTION.fullmatch(each)]
    name = match[0][: match.start("end") - match.start()].removesuffix(match["pager"] or "")
    return ArticleUrl(
        site=SITE,
        key=key,
        url=f"https://{address.host}{address.path[: match.start()]}{name}{match['end']}",
        kind=kind,
        section="/".join([*labels[:1], *section]),
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
