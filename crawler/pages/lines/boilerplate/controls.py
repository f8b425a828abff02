"""Words of a page's controls, credits of pictures, headings of lists, marks of the end."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import is_name
from crawler.pages.lines.words.phrases import gives_pictures, is_phrase, may_be_named

_OWN = (
    r"(?:[^,。的了]{0,16}?(?:app|客户端|公众号|微信号?|微博|视频号|小程序|我们|专题|频道|原文|全文|更多|内容|文章|资讯|精彩|详情)"
    r"[^,。的了]{0,6})?"
)
"""What the site has to offer behind its code or button."""
_MORE = r"(?:报道|内容|信息|新闻|资讯|精彩|链接|阅读|查看|进入)?[^,。一-鿿]{0,4}"
_SHARED = (
    "(?:微信)?(?:好友|朋友圈)|微信|(?:新浪|腾讯)?微博|qq(?:空间|好友)?|空间|豆瓣|人人网|知乎|"
    "facebook|twitter|line|复制链接|更多"
)
_PLACES = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    "甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|美国|英国|日本|韩国|法国|德国|加拿大|澳大利亚|新加坡|马来西亚|泰国|俄罗斯"
)
_CRUMB = r"(?!.{0,8}首页)[^>›»/,。!?;:]{1,20}+"
_CONTROLS = (
    r"\$\{[\w.\-]{0,60}\}",
    rf"\(?扫一扫[,\s]{{0,3}}(?:下载|关注|进入|加入){_OWN}",
    r"(?:长按|扫描|识别|微信扫描|微信扫一扫|扫码)[^,。]{0,12}二维码"
    rf"(?:,?(?:即可|可)?(?:关注|下载|阅读|查看更多|获取更多){_OWN})?",
    r".{0,4}海量资讯[、,]精准解读,尽在.{2,12}app",
    r"(?:>{1,4}|【)?进入【[^】]{2,12}】(?:参与)?(?:讨论|股吧)?",
    r"24小时滚动播报最新的?财经资讯.{0,50}",
    r"热点栏目(?: ?(?:自选股|数据中心|行情中心|资金流向|模拟交易|客户端)){0,8}",
    r"炒股就看[^,。的]{0,12}分析师研报,权威.{0,40}|安装新浪财经客户端,?第一时间.{0,40}|股市瞬息万变,投资难以决策.{0,40}",
    rf"\(?(?:点击|戳|点此)[^,。]{{0,6}}(?:查看|阅读|进入|观看|浏览)[^,。的]{{0,6}}"
    rf"(?:原文|全文|更多|详情|大图|视频|专题|公告){_MORE}",
    r"点击(?:进入|查看|观看)[^,。]{1,24}>{1,4}",
    rf"\(?点击(?:阅读)?(?:原文|全文|大图|更多|专题){_MORE}",
    r"(?:阅读|查看)原文|原文链接(?:[:\s]\s?[!-~]{0,200})?|展开全文|余下全文|查看更多|返回.{2,6},查看更多",
    r"举报/反馈|举报|收藏本文|打印本页|关闭窗口|返回顶部|我要反馈|我要纠错",
    rf"分享到?[:\s]?(?:[\s,、/|]{{0,2}}(?:{_SHARED})){{1,10}}|分享到[:\s]?",
    r"字[号体][:\s]?(?:\s?[大中小特超标准默认+\-at/|]){0,10}|阅读下一篇[:\s]?",
    rf"(?:发布于|ip属地)[:\s]\s?(?:中国)?(?:{_PLACES})",
    r"[\[【(]?(?:广告|推广|赞助|advertisement)[\]】)]?",
    r"参与(?:互动|评论|讨论)(?:\s?\(?\d{0,6}\)?)?|我要(?:跟帖|评论|发言|分享)|我有话说(?:\s?\(?\d{0,6}\)?)?",
    r"(?:(?:评论|跟帖|网友评论|全部评论|分享|点赞|收藏|阅读|浏览|转发)\s?\(\d{0,7}\)\s?){1,5}|已输入\s?\d{1,4}\s?字",
    r"分享让更多人看到|转播到腾讯微博|精彩(?:视频|图片|内容)推荐|(?:微信)?公众号|官方微信|官方微博",
    r"正文已结束,您可以按alt\+4进行评论|\+\s?1|(?:打印|关闭|收藏|复制链接|分享)(?:[\s|/]{0,2}(?:打印|关闭|收藏|复制链接|分享)){1,4}",
    r"请同意我们的隐私权规范,才能启用听新闻的功能",
    r"关键词\s?>{1,2}\s?.{0,50}",
    r"【大 中 小】.{0,30}|[\[【(]?(?:大|中|小)(?:\s(?:大|中|小)){2}[\]】)]?",
    r"(?:[【\[(]\d{1,3}[】\])]\s?){2,30}",
    rf"打开[^,。的了]{{0,12}}?(?:app|客户端),?\s?(?:阅读|查看|看|浏览)(?:全文|原文|更多){_MORE}",
    rf"打开[^,。的了]{{0,12}}?(?:app|客户端),?\s?(?:阅读|查看|看|浏览)更多精彩{_MORE}",
    r">{2,4}\s?[^。!?;>]{4,40}",
    r"[\[【(](?:详细|详情|查看详情|查看全文|阅读全文|全文)[\]】)]",
    # labels whose value was lost
    r"(?:责任编辑|编辑|责编|来源|作者|原标题)[:|]",
)
_HEADINGS = (
    r"[【\[]?(?:相关(?:阅读|新闻|报道|链接|推荐|专题)|延伸阅读|延伸\s?[·•]\s?推荐|图集|推荐阅读|热门推荐|"
    r"往期(?:回顾|推荐)|文章关键词)[】\]]?[:\s]{0,2}",
    r"(?:[上下]一篇|点击(?:查看|阅读|观看)):\s?[^。!?;谁哪何怎]{4,60}",
)
_END_MARKS = (
    r"[(【]?(?:全文完|完|本文完|正文完|the end|end)[)】]?",
    r"[-—=_*·.~#]{2,80}|[-—=_*·.~#]{1,30}\s?(?:end|完|全文完)\s?[-—=_*·.~#]{1,30}",
)


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for any of them."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_PATHS = (
    r"(?:(?:您|你|您的|你的|当前|您所在的|您现在的|您当前的|现在|所在)位置[:\s]{1,2})?(?:首页|主页|网站首页|[一-鿿]{2,8}首页)"
    rf"(?:\s?[>›»/]\s?+{_CRUMB}){{1,6}}+"
    rf"|[一-鿿]{{2,8}}(?:\s?[>›»]\s?+(?!正文){_CRUMB}){{0,5}}+\s?[>›»]\s?+正文",
    r"\d{1,7}人?(?:参与|跟帖|评论)",
)
"""Where the reader is and how many were there: with a stop behind them they are sentences."""
_CONTROL, _PATH = any_of(_CONTROLS), any_of(_PATHS)
_HEADING, _END_MARK = any_of(_HEADINGS), any_of(_END_MARKS)

_ACCOUNT = re.compile(r"关注(?:微信)?公众号(?P<sign>[:\s])\s?(?P<name>[^,。]{2,20})")
_QUOTES = ' “”"「」『』《》'
_ASKS = re.compile("[谁哪何怎]")
_GIVERS = re.compile(r"[,、/|&;\s\-]|及|和")
_PICTURE = r"(?:图|图片|配图|文中图片|本文图片|题图|封面图|封面|头图|图表|制图|视频|图文|音频)"
_WHERE = "(?:本文|文中|文内|封面|首图|以上)?"
_RIGHTS = r"(?:[,;\s]{1,2}(?:侵权?[即必]?删|版权作品|请勿转载|未经.{0,6}(?:许可|授权).{0,8})){0,3}"
_FROM = r"(?:来自于?|来源于?|源自|源|自|据)"
_PICTURE_LABEL = re.compile(
    rf"\(?{_WHERE}{_PICTURE}(?:均|皆|都)?{_FROM}\s?(?P<sign>[:/|@])\s?(?P<name>[^。!?]{{2,24}}?){_RIGHTS}\)?"
)
_PICTURE_FROM = re.compile(
    rf"\(?{_WHERE}{_PICTURE}(?:均|皆|都)?{_FROM}\s?(?P<name>[^,。!?:的]{{2,20}}?){_RIGHTS}\)?"
)


def stray_rule(plain: str, site_names: Collection[str] = ()) -> str | None:
    """ "control" for words that a page's controls are made of, wherever they stand."""
    line = plain.rstrip("。.!;,")
    if _CONTROL.fullmatch(line) or (line == plain and _PATH.fullmatch(plain)):
        return "control"
    account = _ACCOUNT.fullmatch(line) if line.startswith("关注") else None
    if account is None:
        return None
    name = account["name"].strip(_QUOTES)
    is_one = is_medium(name, site_names) or (account["sign"] == ":" and may_be_named(name))
    return "control" if is_one else None


def picture_rule(plain: str, site_names: Collection[str]) -> str | None:
    """ "picture" for a line that says whose the pictures are, wherever it stands.

    Without a colon the giver must be a medium or a usual one: 视频自动生成技术走红 is a heading.
    With one it must be somebody: 图片来源：谁在替人工智能打工 is one, too.
    """
    labelled = _PICTURE_LABEL.fullmatch(plain)
    if labelled:
        is_credit = labelled["sign"] != ":" or plain[:1] == "("
        givers = [each for each in _GIVERS.split(labelled["name"]) if each]
        is_named = all(_is_giver(each, site_names, sure=is_credit) for each in givers)
        return "picture" if givers and is_named else None
    credit = _PICTURE_FROM.fullmatch(plain)
    if credit is None:
        return None
    name = credit["name"]
    is_giver = is_medium(name, site_names) or gives_pictures(name)
    return "picture" if is_giver else None


def _is_giver(name: str, site_names: Collection[str], *, sure: bool = False) -> bool:
    name = name.strip(_QUOTES)
    if _ASKS.search(name):
        return False
    if is_medium(name, site_names) or gives_pictures(name) or is_name(name):
        return True
    return not is_phrase(name) if sure else may_be_named(name)


def end_rule(line: str) -> str | None:
    """What stands below a text: headings of lists of links, marks of the end."""
    if _HEADING.fullmatch(line):
        return "heading"
    return "end_mark" if _END_MARK.fullmatch(line) else None
