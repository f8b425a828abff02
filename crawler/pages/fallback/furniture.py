"""Lines that a page puts right behind an article: controls, counts, ways to other articles."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"打印(?:本[页頁文])?|列印|关闭(?:窗口|本[页頁])?|關閉(?:視窗)?|收藏(?:本[页頁文])?|分享(?:到.{0,8})?"
    r"|转发|舉報|举报|[纠糾]错|返回(?:顶部|首页|列表|上页)?|回到?顶部|点?赞|點讚|评论|評論"
    r"|我要(?:纠错|评论|分享|收藏|投稿)|字[体體号號][:：]?|[大中小]|推荐(?:给朋友)?|复制链接"
    r"|微信|微博|朋友圈|QQ(?:空间|好友)?|放大|缩小|默认|展开|收起|下载|阅读|浏览"
)
_BETWEEN = " \u3000[]【】（）()|｜/·+-0123456789"
_SAYINGS = re.compile(
    r"展开(?:剩余\s?\d{1,3}\s?%|全文|更多)|(?:点击)?(?:阅读|查看|展开)(?:全文|更多|原文)"
    r"|已有\s?\d{1,8}\s?(?:人|条).{2,12}|(?:浏览|阅读|点击|人气)(?:次数|量|数)?\s?[:：]?\s?\d{1,9}\s?次?"
    r"|\d{1,8}\s?人(?:点赞|参与|评论|收藏)|发表(?:评论|留言)|相关(?:附件|下载|链接)[:：]?|[上下]一?[篇条则页頁]\s?[:：].{0,80}"
    r"|.{0,16}ICP[备備证證].{0,40}"
    r"|.{0,10}公网安备.{0,30}|(?:(?:[(（]c[)）]\s?)?copyright|©|版权所有).{0,100}"
    r"|(?:以上|以下)?(?:网友|網友|用户)?(?:评论|評論|留言|跟帖)仅供.{0,60}|(?:网友|用户)(?:评论|留言|跟帖)仅?代?表?.{0,40}立场。?"
    r"|(?:打开|用)?(?:微信|手机)?扫[一码描].{0,24}|长按.{0,16}|.{0,10}(?:更多|MORE)\s?(?:>{1,3}|»|＞+|→)"
    r"|(?:用手机|手机).{0,4}(?:看|阅读)(?:本[文页])?",
    re.IGNORECASE,
)
_LONGEST = 120


def is_furniture(text: str) -> bool:
    """Whether a line behind an article is the page's."""
    if len(text) > _LONGEST:
        return False
    rest = _CONTROL.sub("", text)
    is_row_of_controls = rest != text and not rest.strip(_BETWEEN)
    return is_row_of_controls or _SAYINGS.fullmatch(text) is not None
