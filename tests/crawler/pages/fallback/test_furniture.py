"""Lines that a page puts behind an article, and last lines of articles that look like them."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.furniture import is_furniture


@pytest.mark.parametrize(
    "line",
    [
        "展开剩余75%",
        "打印本页 关闭窗口",
        "[ 打印 ] [ 关闭 ]",
        "【字体：大 中 小】",
        "打印关闭",
        "收藏 赞 12 分享",
        "我要纠错",
        "分享到朋友圈",
        "已有56人评论",
        "已有 7 条评论",
        "上一篇：老车站完工",
        "下一篇：没有了",
        "京ICP备00000000号",
        "某某网 沪ICP备00000000号-1",
        "Copyright © 2024 某某网",
        "网友评论仅供其表达个人看法，并不表明本站立场。",
        "微信扫一扫，分享到朋友圈",
        "长按二维码关注",
        "更多>>",
        "(c) Copyright 2024",
        "浏览次数：123",
        "0人点赞",
        "已有0条评论，点击查看",
    ],
)
def test_the_pages_lines(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "大家都说好。",
        "评论家们看法不一。",
        "分享会将在下月举行，欢迎市民参加。",
        "已有人在网上查看图纸。",
        "下一篇章由后来者书写。",
        "更多的人选择留下。",
        "2024",
        "王小明",
        "（完）",
        "他扫了一眼图纸。",
        "阅读量持续下降",
        "相关链接在哪里？",
    ],
)
def test_lines_of_an_article(line: str) -> None:
    assert not is_furniture(line)
