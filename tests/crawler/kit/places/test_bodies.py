from __future__ import annotations

from crawler.kit.page import Page
from crawler.kit.places.bodies import propose_body
from crawler.kit.places.fields import Sample
from crawler.kit.places.known import Known

CAPTION = (
    "<p class='cap'>图为新车站。</p>"
    "<div class='tools'>字号 大 中 小 打印 收藏 分享到微信朋友圈 分享到微博</div>"
)
LINES = ("临澄市第{}条地铁今天通车，全程二十四公里。", "首班车六点从北站开出，第{}次调试昨晚结束。")


def sample(number: int, inside: str, around: str = "") -> Sample:
    body = tuple(line.format(number) for line in LINES)
    text = "".join(f"<p>{line}</p>" for line in body)
    html = (
        f"<body><div class='page'><script>var t = '{''.join(body)}';</script>"
        f"<div class='article'><h1>通车</h1>{around}"
        f"<div id='content'>{text}{inside}</div></div>"
        "<ul class='hot'><li>热门新闻一则</li></ul></div>"
    )
    known = Known(title="通车", body=body, published_at=None, texts={}, names={})
    return Page(url=f"https://www.example.com/{number}.html", body=html.encode()), known


def test_the_smallest_box_with_the_text_is_proposed() -> None:
    found = propose_body([sample(number, "") for number in range(6)])
    assert found is not None
    assert [box.css for box in found.boxes] == ["#content"]
    assert (found.support, found.of) == (6, 6)


def test_what_is_none_of_the_text_is_left_out() -> None:
    box = (
        "<div class='share'>分享到微博</div><div class='related'><a href='/1'>另一条消息</a></div>"
    )
    found = propose_body([sample(number, box) for number in range(6)])
    assert found is not None
    assert {css for css, _ in found.boxes[0].drop} == {".share", ".related"}


def test_what_holds_text_on_another_page_stays() -> None:
    first = [sample(number, "<div class='note'>编者的话在这里</div>") for number in range(5)]
    page, known = sample(9, "<div class='note'>第九条地铁的票价为三元。</div>")
    later = (
        page,
        Known(
            title="通车",
            body=(*known.body, "第九条地铁的票价为三元。"),
            published_at=None,
            texts={},
            names={},
        ),
    )
    found = propose_body([*first, later])
    assert found is not None
    assert found.boxes[0].drop == ()


def test_a_caption_outside_does_not_widen_the_box() -> None:
    samples = []
    for number in range(4):
        page, known = sample(number, "", around=CAPTION)
        more = Known(
            title="通车", body=("图为新车站。", *known.body), published_at=None, texts={}, names={}
        )
        samples.append((page, more))
    found = propose_body(samples)
    assert found is not None
    assert found.boxes[0].css == "#content"


def test_there_is_no_box_for_a_text_that_is_not_there() -> None:
    page, _ = sample(1, "")
    known = Known(
        title="别的",
        body=("这一句话不在页面上，哪里都没有。",),
        published_at=None,
        texts={},
        names={},
    )
    assert propose_body([(page, known)]) is None
