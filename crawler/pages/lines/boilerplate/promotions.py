"""Invitations of the site to its readers: accounts, apps, comments. All texts here are folded."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from crawler.pages.lines.boilerplate.controls import any_of
from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.vocabulary import Vocabulary

_ACCOUNT = r"(?:微信公众号|公众号|微信号|官方微信|微信|官方微博|微博|视频号|抖音号|头条号)"
_APP = r"(?:app|客户端)"
_NEWS = r"(?:精彩|资讯|内容|新闻|信息|报道|股市资讯|详情|文章|视频|消息)"

_SURE = any_of(
    (
        rf"(?:想看|获取|查看|了解)?更多{_NEWS}{{1,3}}[^。,]{{0,12}},?(?:(?:请|敬请|欢迎|尽在|详见)[^。]{{0,40}}"
        rf"|(?:关注|下载|点击|登录|进入)[^。]{{0,30}}(?:{_ACCOUNT}|{_APP}|频道|专题|链接|原文|我们).{{0,10}})",
        r"更多精彩.{0,20}|登录新浪财经app.{0,40}",
        rf"(?:本文)?(?:首发|来源)?于{_ACCOUNT}.{{0,30}}",
        r"(?:投稿|爆料|报料|商务合作|转载授权|联系我们|新闻热线|(?:投稿|爆料|商务合作)(?:联系|邮箱|热线|电话))[:\s].{0,80}",
        r"(?:如果|若)(?:你|您)?(?:喜欢|觉得).{2,30}(?:点赞|分享|转发|关注我们|在看).{0,20}",
        r"【线索征集令!?】.{0,120}",
        r"(?:点击|猛戳|长按)?关注我们.{0,20}|(?:点赞|在看|转发|分享|三连|、|和|点个|求){2,8}",
    )
)
_INVITES = re.compile(
    r"(?:欢迎|快来|敬请|请|期待).{0,14}(?:投稿|爆料|留言|点赞|评论|转发|分享|互动|讨论|来信|来电|线索)"
)
_INVITATION = Vocabulary.read(Path(__file__).with_name("invitations.txt"))
_FOLLOW = re.compile(
    r"(?:欢迎|敬请|请|大家)?(?:微信)?(?:扫码|长按|点击|立即)?(?:关注|搜索|订阅|添加)"
    rf"(?P<name>[^,。的了]{{1,20}}?){_ACCOUNT}(?P<rest>.{{0,42}})"
)
_DOWNLOAD = re.compile(
    rf"(?:欢迎|请|点击|立即){{0,3}}下载(?P<name>[^,。的]{{1,16}}?){_APP}(?P<rest>.{{0,42}})"
)
_READS_ON = re.compile(
    r"[^一-鿿,]{0,40}(?:,?(?:获取|了解|查看|阅读|看|第一时间|随时|掌握|尽享|每[天日周]|读懂|回复|后台|更多)[^。]{0,40})?"
)
_NEWS_WORD = re.compile(
    rf"更多|{_NEWS}|第一时间|每[天日]|好文|干货|行情|深度|独家|福利|投稿|后台回复|读懂"
)
_SERVICE = re.compile("预约|查询|办理|缴费|申请|挂号|报名|购票|登记|注册|投诉|举报|名单|接种|政策")
_QUOTES = ' “”"「」『』@:'


def is_promotion(line: str, site_names: Collection[str] = ()) -> bool:
    """Whether a folded line invites the readers to the site's own accounts, apps or comments.

    An account or an app is the site's own if it is a medium's, or if it is said to bring news;
    下载某某预约APP，查询名单 is a service that the article tells of.
    """
    if _SURE.fullmatch(line) or _is_account(line, site_names):
        return True
    if _INVITES.search(line):
        return not any(_INVITATION.strange(line, site_names))
    call = _FOLLOW.fullmatch(line) or _DOWNLOAD.fullmatch(line)
    if call is None or not _READS_ON.fullmatch(call["rest"]) or _SERVICE.search(call["rest"]):
        return False
    name = call["name"].strip(_QUOTES)
    return is_medium(name, site_names) or _NEWS_WORD.search(call["rest"]) is not None


_OWN_ACCOUNT = re.compile(rf"(?P<name>.{{2,12}}?)(?:官方)?(?:{_ACCOUNT}|{_APP})")


def _is_account(line: str, site_names: Collection[str]) -> bool:
    """某某网公众号, where 某某网 is the site itself."""
    account = _OWN_ACCOUNT.fullmatch(line)
    return account is not None and account["name"] in site_names


_MAYBE = re.compile(
    rf"(?:关注|搜索|订阅|添加)[^,。]{{1,20}}{_ACCOUNT}|下载[^,。]{{1,16}}{_APP}|^欢迎.{{0,12}}(?:投稿|爆料|留言|点赞|分享)"
    r"|更多精彩|二维码"
)


def may_be_promotion(line: str) -> bool:
    """Whether a line has words that invitations have."""
    return _MAYBE.search(line) is not None
