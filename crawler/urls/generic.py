"""Sites without rules of their own: one clean form per URL, and a key made from it."""

from __future__ import annotations

import hashlib
import re

from w3lib.url import canonicalize_url

from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from crawler.urls.parts import web_address

SITE = "web"
KEY_LENGTH = 16

# Parameters that say where a reader came from, never what the page is.
TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "spm",
        "scm",
        "bdchannel",
        "bd_vid",
        "isappinstalled",
        "timestamp_share",
    }
)
# On WeChat these say the same; __biz, mid, idx and sn are the article's identity and stay.
WECHAT_HOST = "mp.weixin.qq.com"
WECHAT_TRACKING = frozenset(
    {
        "chksm",
        "scene",
        "ascene",
        "subscene",
        "sessionid",
        "clicktime",
        "enterid",
        "devicetype",
        "version",
        "nettype",
        "lang",
        "from",
        "pass_ticket",
        "wx_header",
        "exportkey",
        "fontgear",
        "countrycode",
        "abtest_cookie",
        "finder_biz_enter_id",
        "poc_token",
        "click_id",
        "key",
        "uin",
    }
)
_TRACKING_PREFIXES = ("utm_", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "share_", "sharer_")
_HOST_FOR_READERS = re.compile(r"(?:www|m|mobile|wap|3g)\.(?=[^./]+\.[^/]+)")
"""A first label that says for which screen the same page is drawn."""
_IGNORED_EXTENSIONS = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|mp3|mp4|m3u8|avi|zip|rar|7z|gz|exe|apk"
    r"|docx?|xlsx?|pptx?|pdf)$",
    re.IGNORECASE,
)


def identify(url: str) -> Identity:
    """Any page of the web as an article of site "web"; never raises.

    The key is the start of the SHA-256 of the clean URL without its scheme and "www." or "m.", so
    that http and https, and a site's pages for telephones, name one article.
    """
    address = web_address(url)
    if address is None:
        return NotAnArticleUrl(url=url, reason="bad_url")
    if _IGNORED_EXTENSIONS.search(address.path):
        return NotAnArticleUrl(url=url, reason="not_a_page")
    clean = normalise(url)
    name = _HOST_FOR_READERS.sub("", clean.partition("://")[2])
    key = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]
    return ArticleUrl(site=SITE, key=key, url=clean)


def normalise(url: str) -> str:
    """One spelling per page: tracking and fragment gone, query sorted, escapes and host regular.

    Raises:
        ValueError: `url` is no http(s) URL.
    """
    address = web_address(url)
    if address is None:
        raise ValueError(f"{url[:200]!r} is no http(s) URL: give one such as https://host/path")
    dropped = TRACKING | WECHAT_TRACKING if address.host == WECHAT_HOST else TRACKING
    # The text of a value is kept as it is: it may be percent-encoded in GBK.
    kept = [
        pair
        for pair in address.query.split("&")
        if pair and not _is_tracking(pair.partition("=")[0].lower(), dropped)
    ]
    query = "?" + "&".join(kept) if kept else ""
    return canonicalize_url(f"{address.scheme}://{address.host}{address.path}{query}")


def _is_tracking(name: str, dropped: frozenset[str]) -> bool:
    return name in dropped or name.startswith(_TRACKING_PREFIXES)
