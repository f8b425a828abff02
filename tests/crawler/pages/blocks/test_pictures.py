"""Where pictures are to be had, and what is none."""

from __future__ import annotations

import pytest

from crawler.pages.blocks import read_blocks
from crawler.pages.html import parse
from pipelines.items import Image

BASE = "https://www.example.com/news/1.html"
HOST = "https://www.example.com"


def pictures(html: str) -> list[Image]:
    root = parse(f"<html><body>{html}</body></html>")
    return read_blocks(root, base_url=BASE, is_picture=lambda url: "/no/" not in url).images


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<img src="/a.jpg">', f"{HOST}/a.jpg"),
        ('<img src="b.jpg">', f"{HOST}/news/b.jpg"),
        ('<img src="//i.example.com/c.jpg">', "https://i.example.com/c.jpg"),
        ('<img src=" /f g.jpg\n">', f"{HOST}/f%20g.jpg"),
        ('<img src="data:image/gif;base64,R0" data-src="/d.jpg">', f"{HOST}/d.jpg"),
        ('<img src="/blank.gif" data-original="/e.jpg">', f"{HOST}/e.jpg"),
        ('<img src="/loading.gif" data-echo="/3.jpg">', f"{HOST}/3.jpg"),
        (
            '<img src="data:,x" real_src="http://s1.example.com/2.jpg">',
            "http://s1.example.com/2.jpg",
        ),
        ('<img class="lazy" src="/s.gif" data-lazyload="/4.jpg">', f"{HOST}/4.jpg"),
        ('<img src="/img/placeholder.png" data-actualsrc="/5.jpg">', f"{HOST}/5.jpg"),
        ('<img src="/lazy_bg.png" lazy-src="/6">', f"{HOST}/6"),
        ('<img src="/none.gif" file="/7.jpg" zoomfile="/7.jpg">', f"{HOST}/7.jpg"),
        ('<img src="/1x1.png" data-url="/8.webp">', f"{HOST}/8.webp"),
        ('<img src="/grey.gif" _src="/9.jpg">', f"{HOST}/9.jpg"),
        ('<img data-src="/10?fmt=jpeg" data-ratio="0.6" data-w="900">', f"{HOST}/10?fmt=jpeg"),
        ('<img src="/spacer.gif" srcset="/s.jpg 320w, /m.jpg 640w,/l.jpg 1280w">', f"{HOST}/l.jpg"),
        ('<img data-srcset="/x1.jpg, /x2.jpg 2x">', f"{HOST}/x2.jpg"),
        (
            '<picture><source srcset="/p.webp 800w"><source data-srcset="/q.webp 1600w">'
            '<img src="data:image/gif;base64,R0"></picture>',
            f"{HOST}/q.webp",
        ),
        (
            '<img class="lazy" src="/loading.gif"><noscript><img src="/n.jpg"></noscript>',
            f"{HOST}/n.jpg",
        ),
        (
            '<noscript><img src="/n.jpg"></noscript><img class="lazy" src="/loading.gif">',
            f"{HOST}/n.jpg",
        ),
        ('<img src="/a.jpg" data-src="null">', f"{HOST}/a.jpg"),
        ('<img src="/a.jpg" data-original="undefined">', f"{HOST}/a.jpg"),
        ('<img src="/img/640/0" data-src="https://www.example.com/null">', f"{HOST}/img/640/0"),
        ('<img src="/logo-unveiling.jpg">', f"{HOST}/logo-unveiling.jpg"),
        ('<img src="/new-emblem-icon.jpg">', f"{HOST}/new-emblem-icon.jpg"),
        ('<img src="/code-of-law.jpg">', f"{HOST}/code-of-law.jpg"),
        ('<mip-img src="/mip.jpg"></mip-img>', f"{HOST}/mip.jpg"),
        (
            '<img src="/a.jpg" data-loading="/load.gif" data-thumb="/t.jpg" data-link="/x.jpg">',
            f"{HOST}/a.jpg",
        ),
        ('<img src="/a.jpg" data-mcesrc="/other.jpg" data-url="/o.jpg">', f"{HOST}/a.jpg"),
        ('<img src="/pic_loading_v2.jpg" data-cover="/c.jpg">', f"{HOST}/c.jpg"),
        ('<img src="/a.jpg" data-src="/loading.gif">', f"{HOST}/a.jpg"),
        ('<img src="/a.jpg" data-url="https://www.example.com/2.shtml">', f"{HOST}/a.jpg"),
        ('<img src="/a.jpg" data-original="{{src}}">', f"{HOST}/a.jpg"),
        ('<img src="/deep_space.jpg" width="600">', f"{HOST}/deep_space.jpg"),
        ('<img src="/a.jpg" width="100%" height="30">', f"{HOST}/a.jpg"),
    ],
)
def test_pictures(html: str, url: str) -> None:
    assert pictures(html) == [Image(url=url)]


@pytest.mark.parametrize(
    "html",
    [
        "<img>",
        '<img src="">',
        '<img src="javascript:1">',
        '<img src="/no/a.png">',
        '<img src="https://[x">',
        # placeholders
        '<img src="//n.example.com/x/loading.gif">',
        '<img src="/img/blank.png?v=2" data-src="">',
        '<img src="/lazyload_default.png">',
        '<img src="data:image/gif;base64,R0lGOD" data-original="/transparent.gif">',
        '<img src="/img/default.png">',
        '<img src="null">',
        '<img data-src="undefined">',
        # what the site puts into any page
        '<img src="/img/weixin_qr.png">',
        '<img src="/qrcode_for_gh_1.jpg?x=1">',
        '<img src="/2026/erweima.png">',
        '<img src="/ewm.jpg">',
        '<img src="/emoji/smile.png">',
        '<img src="/icon_share.png">',
        '<img src="/deco/line.png">',
        '<img src="/site-logo-white.png">',
        '<img src="/logo2x.png">',
        # what the page hides
        '<div style="display:none"><img src="/a.jpg"></div>',
        '<img src="/a.jpg" style="display: none;">',
        '<p hidden><img src="/a.jpg"></p>',
        '<p style="visibility:hidden"><img src="/a.jpg"></p>',
        '<template><img src="/a.jpg"></template>',
        '<noscript><img src="/pixel-of-a-counter.jpg"></noscript>',
        # signs and counting pixels
        '<img src="/a.jpg" width="1" height="1">',
        '<img src="/a.jpg" height="0">',
        '<img src="/a.gif" width="18" height="36">',
        '<img src="/a.gif" style="width:16px; height:16px">',
    ],
)
def test_no_pictures(html: str) -> None:
    assert pictures(html) == []
