"""Invitations of the site to its readers: accounts, apps, comments. All texts here are folded."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from crawler.pages.lines.boilerplate.controls import any_of
from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.vocabulary import Vocabulary

_ACCOUNT = r"微信公众号|公众号|微信号|官方微信|微信|官方微博|微博|视频号|抖音号|头条号"
_APP = r"app|客户端"
_NEWS = r"精彩|资讯|内容|新闻|信息|报道|详情|文章|视频|消息"

_CONTACT = (
    r"(?:[!-~\s、]|邮箱|电子邮箱|电话|手机|微信号?|公众号|联系人|联系|客服|请|发送?至?|到|拨打|添加|加|小编|后台|私信|"
    r"回复|留言|转|或|和|传真|地址){1,80}"
)
"""Addresses and numbers: 投稿：我的父亲母亲 is a heading."""
_SURE = any_of(
    (
        r"更多精彩(?:内容|视频|图片|资讯|文章|推荐)?|登录新浪财经app,?\s?(?:搜索|查看|获取|了解).{0,40}",
        r"(?:投稿|爆料|报料|商务合作|转载授权|联系我们|新闻热线|(?:投稿|爆料|商务合作)请?(?:联系|邮箱|热线|电话))"
        rf"[:\s](?=.{{0,40}}(?:[!-~]{{5}}|后台|私信)){_CONTACT}",
        r"(?:如果|若)(?:你|您)?也?(?:喜欢|觉得)[^,]{0,10}"
        r"(?:文|篇|内容|视频|我们|公众号|本号|不错|有用|有趣|有帮助|有意思|好看|精彩)[^,]{0,8},"
        r"(?:请|欢迎|记得|别忘|不妨|麻烦|就)(?!不)[^。]{0,20}(?:点赞|点个赞|分享|转发|在看|关注).{0,12}",
        r"【线索征集令!?】.{0,120}",
        # the menu of an account: each word brings an answer of its robot
        r"(?:\d{1,2}[、.:)]\s?|(?:在?(?:微信)?公众号)?后台)回复[【\[“\"「][^】\]”\"」]{1,12}[】\]”\"」]"
        r",?(?:即可|可以?)?(?:查看|查询|看看?|了解|获取|领取|加入|进入|收听|下载)[^。]{0,24}",
        r"点击(?:下方|底部|左下角|公众号)?(?:的?菜单栏?|菜单)[^。]{0,30}",
        r"(?:看都看完了|觉得[^,。]{1,6}|喜欢[^,。]{0,4}|好看的?话?)?[,!\s]{0,2}"
        r"(?:就|请|别忘了?|记得|顺手|来|那就|快|给小编|给我们|帮忙){0,3}"
        r"点(?:个|亮|击|一?下)?\s?[【\[“\"「]?(?:在看|赞)[】\]”\"」]?"
        r"(?:再走|支持一下|试试|吧|哦|呀|哟|呗|鼓励|一下|在看|[!~\s\ufffd]){0,5}",
        r"(?:点击|猛戳|长按|欢迎)?关注我们(?:的?(?:微信)?公众号)?(?:吧|哦|呀)?"
        r"(?:[,!\s~>↓→]{1,4}(?:更多|获取|了解|不迷路|不错过|每天)[^。,]{0,16})?[!~>↓→]{0,4}|(?:点赞|在看|转发|分享|收藏|三连|、|\s|和|点个|求){2,8}",
    )
)
_INVITES = re.compile(
    r"(?:欢迎|快来|敬请|请|期待).{0,14}(?:投稿|爆料|留言|点赞|评论|转发|分享|互动|讨论|来信|来电|线索)"
)
_INVITATION = Vocabulary.read(Path(__file__).with_name("invitations.txt"))
_CALL = re.compile(
    rf"(?P<more>(?:想看|获取|查看|了解|浏览)?更多(?:{_NEWS}){{1,3}}[^。,]{{0,12}}?,?)?"
    r"(?:欢迎|敬请|请|大家|继续|微信|扫码|长按|点击|立即){0,4}"
    r"(?:关注|搜索|订阅|添加|下载|登录|登陆|进入|锁定|尽在)"
    rf"(?P<name>[^,。的了]{{0,20}}?)(?P<what>{_ACCOUNT}|{_APP}|频道|专题|专栏|栏目|我们)"
    r"(?P<rest>.{0,60})"
)
_READS_ON = re.compile(
    r"[^一-鿿,]{0,40}(?:,?(?:获取|了解|查看|阅读|看|第一时间|随时|掌握|尽享|每[天日周]|读懂|回复|后台|更多)"
    r"[^。]{0,60})?"
)
_BRINGS_NEWS = re.compile(
    r"更多[^,]{0,6}(?:资讯|新闻|报道|文章|视频|消息)|精彩|好文|好书|干货|报道|新闻|文章|行情|深度|独家|福利|投稿|后台回复|读懂"
)
"""What no service offers: 第一时间 and 每天 stand in calls to use one, too."""
_SERVICE = re.compile(
    "预约|查询|办理|缴费|申请|挂号|报名|购票|登记|注册|投诉|举报|名单|接种|政策|咨询"
)
_FIRST = frozenset(
    "更登投爆报商转联新如若【点猛长关0123456789看觉喜好后回记别给在分三和求想获查了浏欢敬请大继微扫立搜订添下进锁尽快期读各小朋亲"
)
"""What invitations begin with."""
_OF_SITES = frozenset({"频道", "专题", "专栏", "栏目", "我们"})
_OWN_WORDS = re.compile(
    "我们|本[报网刊台号]|小编|评论区|留言区|文末|下方|底部|下面|后台|公众号|微信|微博|投稿|爆料|点赞|在看|好文|朋友圈|文章"
)
"""What a site's invitation names of the site; a call of the police or of a city has none."""
_ASKED = re.compile(
    r"^(?:对此|那么|关于[^,。?]{1,12})?,?(?:你|您|大家|各位|网友们?)(?:怎么看|觉得呢|有什么(?:看法|想法|要说)|认为呢)\?\s?(?=.)"
)
"""The question before an invitation to answer it; alone it is the writer's."""
_BARE = re.compile("欢迎(?:留言|评论|分享|转发|互动|讨论|来信|来电|投稿|[、和]){1,4}")
_PUBLIC = re.compile(
    "政府|政务|公安|警|法院|检察|消防|税务|气象|教育|卫健|疾控|交通|反诈|学习强国|发布|文旅|人社|社保|医|铁路"
)
"""Names of bodies whose accounts an article tells its readers of."""
_QUOTES = ' “”""「」『』@:'
_OWN_ACCOUNT = re.compile(rf"(?P<name>.{{2,12}}?)(?:官方)?(?:{_ACCOUNT}|{_APP})")


def is_promotion(line: str, site_names: Collection[str] = ()) -> bool:
    """Whether a folded line invites the readers to the site's own accounts, apps or comments.

    An account or an app is the site's own if it is a medium's, or if it is said to bring news;
    下载某某预约APP，查询名单 is a service that the article tells of.
    """
    line = _ASKED.sub("", line, count=1)
    if line[:1] not in _FIRST:
        return _is_account(line, site_names)
    if _SURE.fullmatch(line) or _is_account(line, site_names):
        return True
    if _INVITES.search(line):
        is_own = _BARE.fullmatch(line) or _OWN_WORDS.search(line)
        return bool(is_own) and not any(_INVITATION.strange(line, site_names))
    call = _CALL.fullmatch(line)
    if call is None or _SERVICE.search(line) or not _READS_ON.fullmatch(call["rest"]):
        return False
    is_sites = call["what"] in _OF_SITES and (call["more"] or not call["name"])
    name = call["name"].strip(_QUOTES)
    if is_sites or name in site_names:
        return True
    if _PUBLIC.search(name):
        return False
    if not name and "更多" in call["rest"]:
        return True
    return is_medium(name) or _BRINGS_NEWS.search(call["rest"]) is not None


def _is_account(line: str, site_names: Collection[str]) -> bool:
    """某某网公众号, where 某某网 is the site itself."""
    account = _OWN_ACCOUNT.fullmatch(line) if line[-1:] in "号信博端p" else None
    return account is not None and account["name"] in site_names
