"""Words of a page's controls, credits of pictures, headings of lists, marks of the end."""

from __future__ import annotations

import re
from collections.abc import Collection

from crawler.pages.lines.words.media import is_medium

_CONTROLS = (
    r"\$\{[\w.\-]{0,60}\}",
    r"\(?扫一扫[,\s]{0,3}(?:下载|关注|进入|加入)[^。]{0,30}",
    r"(?:长按|扫描|识别|微信扫描|微信扫一扫|扫码)[^,。]{0,12}二维码"
    r"(?:,?(?:即可|可)?(?:关注|下载|阅读|查看更多|获取更多)[^,。]{0,24})?",
    r".{0,4}海量资讯[、,]精准解读,尽在.{2,12}app",
    r"(?:>{1,4}|【)?进入【[^】]{2,12}】(?:参与)?(?:讨论|股吧)?",
    r"24小时滚动播报.{0,50}",
    r"热点栏目(?: ?(?:自选股|数据中心|行情中心|资金流向|模拟交易|客户端)){0,8}",
    r"炒股就看.{0,12}分析师研报.{0,40}|安装新浪财经客户端.{0,40}|股市瞬息万变.{0,40}",
    r"\(?(?:点击|戳|点此)[^,。]{0,6}(?:查看|阅读|进入|观看|浏览)[^,。]{0,6}"
    r"(?:原文|全文|更多|详情|大图|视频|专题|公告)[^,。]{0,4}",
    r"点击(?:进入|查看|观看)[^,。]{1,24}>{1,4}",
    r"\(?点击(?:阅读)?(?:原文|全文|大图|更多|专题)[^,。]{0,6}",
    r"(?:阅读|查看)原文|原文链接[:\s]?\S{0,50}|展开全文|余下全文|查看更多|返回.{2,6},查看更多",
    r"举报/反馈|举报|分享到[:\s]?.{0,20}|收藏本文|打印本页|关闭窗口|返回顶部|我要反馈|我要纠错",
    r"字[号体](?:[:\s].{0,12})?|阅读下一篇[:\s]?|(?:发布于|ip属地)[:\s][^,。]{2,8}",
    r"[\[【(]?(?:广告|推广|赞助|advertisement)[\]】)]?",
    r"参与(?:互动|评论|讨论)(?:\s?\(?\d{0,6}\)?)?|我要(?:跟帖|评论|发言|分享)|我有话说(?:\s?\(?\d{0,6}\)?)?",
    r"(?:评论|跟帖|网友评论|全部评论|分享|点赞|收藏)\s?\(\d{0,7}\)|已输入\s?\d{1,4}\s?字|\d{1,7}人?(?:参与|跟帖|评论)",
    r"(?:(?:您|你|您的|你的|当前|您所在的|您现在的|现在|所在)位置[:\s]{1,2})?(?:首页|主页|网站首页|[一-鿿]{2,8}首页)"
    r"(?:\s?[>›»/]\s?+[^>›»/]{1,20}+){1,6}+"
    r"|[一-鿿]{2,8}(?:\s?[>›»]\s?+(?!正文)[^>›»]{1,20}+){0,5}+\s?[>›»]\s?+正文",
    r"关注(?:微信)?公众号[:\s].{2,20}|分享让更多人看到|转播到腾讯微博|精彩(?:视频|图片|内容)推荐|(?:微信)?公众号|官方微信|官方微博",
    r"正文已结束,您可以按alt\+4进行评论|\+\s?1|(?:打印|关闭|收藏|复制链接|分享)(?:[\s|/]{0,2}(?:打印|关闭|收藏|复制链接|分享)){1,4}",
    r"请同意我们的隐私权规范,才能启用听新闻的功能",
    r"关键词\s?>{1,2}\s?.{0,50}",
    r"【大 中 小】.{0,30}|[\[【(]?(?:大|中|小)(?:\s(?:大|中|小)){2}[\]】)]?",
    r"(?:[【\[(]\d{1,3}[】\])]\s?){2,30}",
    # labels whose value was lost
    r"(?:责任编辑|编辑|责编|来源|作者|原标题)[:|]",
)
_HEADINGS = (
    r"(?:相关(?:阅读|新闻|报道|链接|推荐|专题)|延伸阅读|延伸\s?[·•]\s?推荐|图集|推荐阅读|热门推荐|往期(?:回顾|推荐)|文章关键词)[:\s]{0,2}",
)
_END_MARKS = (
    r"[(【]?(?:全文完|完|本文完|正文完|the end|end)[)】]?",
    r"[-—=_*·.~#]{2,80}|[-—=_*·.~#]{1,30}\s?(?:end|完|全文完)\s?[-—=_*·.~#]{1,30}",
)


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for any of them."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_CONTROL, _HEADING, _END_MARK = any_of(_CONTROLS), any_of(_HEADINGS), any_of(_END_MARKS)

_PICTURE = r"(?:图|图片|配图|文中图片|本文图片|题图|封面图|封面|头图|图表|制图|视频|图文|音频)"
_FROM = r"(?:来自于?|来源于?|源自|源|自|据)"
_PICTURE_LABEL = re.compile(
    rf"\(?(?:本文)?{_PICTURE}(?:均|皆|都)?{_FROM}\s?[:/|@]\s?[^。!?]{{2,24}}\)?"
)
_PICTURE_FROM = re.compile(
    rf"\(?(?:本文)?{_PICTURE}(?:均|皆|都)?{_FROM}\s?(?P<name>[^,。!?:的]{{2,20}}?)\)?"
)
_PICTURE_GIVER = re.compile(
    r"(?:网络|互联网|网上|官网|官微|微博|微信|公众号|视频号|抖音|快手|b站|小红书|社交媒体|社交平台|推特|脸书|截图|视频|"
    r"招股书|年报|财报|公告|报告|论文|剧照|海报|预告片|影片|官方|"
    r"图库|图虫|资料图?|供图|提供|上传|拍摄|图片社|视觉中国|网友|受访者|受访对象|作者|当事人|企业|公司|集团|ai生成|官方账号)$"
    r"|^(?:微信公众号|公众号|微博|视频号|抖音)[^要会将被让使]{1,12}$"
)


def stray_rule(line: str) -> str | None:
    """ "control" for words that a page's controls are made of, wherever they stand."""
    return "control" if _CONTROL.fullmatch(line) else None


def picture_rule(plain: str, site_names: Collection[str]) -> str | None:
    """ "picture" for a line that says whose the pictures are, wherever it stands.

    Without a colon the giver must be a medium or a usual one: 视频自动生成技术走红 is a heading.
    """
    if _PICTURE_LABEL.fullmatch(plain):
        return "picture"
    credit = _PICTURE_FROM.fullmatch(plain)
    if credit is None:
        return None
    name = credit["name"]
    is_giver = is_medium(name, site_names) or _PICTURE_GIVER.search(name) is not None
    return "picture" if is_giver else None


def end_rule(line: str) -> str | None:
    """What stands below a text: headings of lists of links, marks of the end."""
    if _HEADING.fullmatch(line):
        return "heading"
    return "end_mark" if _END_MARK.fullmatch(line) else None
