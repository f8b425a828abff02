"""Posts of a mirror: Hexo front matter over the site's article HTML. All news is invented."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from crawler.exceptions import PageError
from crawler.files.mirror_post import read_mirror_post

POST = """
---
title: '临河''一号线''通车，日均客流十万'
categories:\x20
 - 金融
 - 新浪财经
 - 新浪财经－国內
headimg: 'https://n.sinaimg.cn/finance/cece9e13/20200514/343233024.png'
author: 新浪财经
comments: false
date: Sun, 01 Mar 2026 14:07:50 GMT
thumbnail: 'https://n.sinaimg.cn/finance/cece9e13/20200514/343233024.png'
---

<div>\x20\x20
<p class="ori_titlesource">　　原标题：临河一号线通车 来源：临河日报微信公众号</p>
<p cms-style="font-L">　　3月1日，临河轨道交通一号线通车试运营。</p>
<div class="img_wrapper"><img src="//n.sinaimg.cn/finance/20260301/train.jpg"
 referrerpolicy="no-referrer"><span class="img_descr">首班列车</span></div>
<p cms-style="font-L">　　首日客流约十万人次。</p><!-- news_keyword_pub,stock, -->

            <style>
            .appendQr_wrap&#123;border:1px solid #E6E6E6;padding:8px;&#125;
            </style>
            <div class="clearfix appendQr_wrap">
                <div class="appendQr_normal"><img
 src="https://n.sinaimg.cn/finance/cece9e13/20200514/343233024.png"></div>
                <div class="appendQr_normal_txt">海量资讯、精准解读，尽在新浪财经APP</div>
            </div>
<p class="article-editor">责任编辑：司徒雪 </p>
</div>
"""


def test_a_post_is_read_like_the_page_it_mirrors() -> None:
    article = read_mirror_post(POST)
    assert article.site == "sina"
    assert article.title == "临河'一号线'通车，日均客流十万"
    assert article.original_title == "临河一号线通车"
    assert article.source is not None
    assert article.source.name == "临河日报微信公众号"
    assert article.body == "3月1日，临河轨道交通一号线通车试运营。\n首日客流约十万人次。"
    assert [editor.name for editor in article.editors] == ["司徒雪"]
    assert article.authors == []
    assert article.section == "新浪财经－国內"
    assert article.published_at == datetime(2026, 3, 1, 14, 7, 50, tzinfo=UTC)
    assert (article.times.visible, article.times.zone) == ("Sun, 01 Mar 2026 14:07:50 GMT", "UTC")
    assert [(image.url, image.caption) for image in article.images] == [
        ("https://n.sinaimg.cn/finance/20260301/train.jpg", "首班列车")
    ]
    assert article.extraction.method == "mirror_post"


def test_what_leaves_the_body_is_kept_beside_it() -> None:
    links = "<p>相关新闻：</p><p><a href='https://news.sina.com.cn/1'>旧闻甲</a></p>"
    article = read_mirror_post(
        POST.replace("首日客流约十万人次。</p>", f"首日。</p>{links}<p>尾。")
    )
    assert article.body.split("\n")[-2:] == ["首日。", "尾。"]
    removed = [(each.line[:4], each.rule) for each in article.extraction.removed]
    assert removed[:3] == [
        ("相关新闻", "link_list"),
        ("旧闻甲", "link_list"),
        ("原标题：", "label"),
    ]


def test_the_identity_is_what_the_post_says() -> None:
    first, again = read_mirror_post(POST), read_mirror_post(POST.replace("\n", "\r\n"))
    assert first.key == again.key
    assert first.key.startswith("import-")
    assert len(first.key) == len("import-") + 16
    assert first.url == f"urn:newsdesk:import:{first.key}"
    for changed in (POST.replace("十万人次", "九万人次"), POST.replace("14:07:50", "14:07:51")):
        assert read_mirror_post(changed).key != first.key


def test_plain_markdown_paragraphs_and_a_local_date() -> None:
    article = read_mirror_post(
        "---\ntitle: 雪停了\nauthor: 某站\ndate: 2026-03-01 08:30:00\n---\n"
        "第一段 a < b。\n\n第二段。\n"
    )
    assert (article.site, article.section) == ("web", None)
    assert article.body == "第一段 a < b。\n第二段。"
    assert article.published_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert article.times.zone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("", "no_front_matter", "starts with `---`"),
        ("title: x\n---\n正文", "no_front_matter", "starts with `---`"),
        ("---\ntitle: x\n", "no_front_matter", "`---` again"),
        ("\n---\ntitle: 'x\ndate: 2026-03-01\n---\n正文", "bad_front_matter", "line "),
        ("\n---\ntitle: x\ndate: [2026\n---\n正文", "bad_front_matter", "line 4"),
        ("---\n- a\n---\n正文", "bad_front_matter", "no `field: value` lines"),
        ("---\ntitle: [a, b]\ndate: 2026-03-01\n---\n正文", "bad_front_matter", "`title`"),
        ("---\ntitle: " + "[" * 20_000 + "\n---\n正文", "bad_front_matter", "nested too deeply"),
        ("---\ntitle: " + "x" * 70_000 + "\n---\n正文", "bad_front_matter", "line 1"),
        ("---\ndate: 2026-03-01\n---\n正文", "no_title", "`title`"),
        ("---\ntitle: x\n---\n正文", "no_time", "`date` is missing"),
        ("---\ntitle: x\ndate: 昨天\n---\n正文", "no_time", "date: 昨天"),
        ("---\ntitle: x\ndate: 2026-03-01\n---\n<style>a</style>", "no_body", "no text"),
        ("x" * 5_000_001, "too_long", "5,000,001"),
    ],
    ids=itertools.count(),
)
def test_a_malformed_post_says_what_is_wrong(text: str, reason: str, said: str) -> None:
    with pytest.raises(PageError) as caught:
        read_mirror_post(text)
    assert caught.value.reason == reason
    assert said in caught.value.detail


def test_yaml_makes_no_objects() -> None:
    post = "---\ntitle: !!python/object/apply:os.getcwd []\ndate: 2026-03-01\n---\n正文"
    with pytest.raises(PageError, match="`title` is no text but list"):
        read_mirror_post(post)
