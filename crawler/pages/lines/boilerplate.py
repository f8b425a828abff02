"""Lines that belong to the site and not to the article. All patterns see folded text.

Every pattern describes a whole line: a paragraph that merely mentions an app, a disclaimer or
a public account is the article's own.
"""

from __future__ import annotations

import re

LONGEST_STRAY = 60
"""A line of the site's in the middle of an article is shorter than this."""
LONGEST_NOTE = 320
"""Near the beginning and the end there are disclaimers, and labels with an original title."""

_ACCOUNT = r"(?:微信公众号|公众号|微信号|官方微信|微信|官方微博|微博|视频号|抖音号|头条号)"
_APP = r"(?:app|客户端)"
_PICTURE = r"(?:图|图片|配图|文中图片|本文图片|题图|封面图|头图|图表|制图|视频|图文)"
_NEWS = r"(?:精彩|资讯|内容|新闻|信息|报道|股市资讯|详情|详细|文章|视频)"

_ANYWHERE = (
    r"\$\{[\w.\-]*\}",
    # promotions and controls
    r"\(?扫一扫[,\s]*(?:下载|关注|进入|加入)[^。]{0,30}",
    r"(?:长按|扫描|识别|微信扫描|微信扫一扫|扫码)[^,。]{0,12}二维码"
    r"(?:,?(?:即可|可)?(?:关注|下载|加入|添加|报名|获取|阅读|查看更多)[^,。]{0,24})?",
    r".{0,4}海量资讯[、,]精准解读,尽在.{2,12}app",
    r"(?:>+|【)?进入【[^】]{2,12}】(?:参与)?(?:讨论|股吧)?",
    r"24小时滚动播报.{0,60}",
    r"热点栏目(?: ?(?:自选股|数据中心|行情中心|资金流向|模拟交易|客户端))*",
    r"炒股就看.{0,12}分析师研报.{0,50}|安装新浪财经客户端.{0,40}|股市瞬息万变.{0,40}",
    r"\(?(?:点击|戳|点此)[^,。]{0,6}(?:查看|阅读|进入|观看|浏览)[^,。]{0,6}"
    r"(?:原文|全文|更多|详情|大图|视频|专题|公告)[^,。]{0,12}",
    r"\(?点击(?:阅读)?(?:原文|全文|大图|更多|专题)[^,。]{0,6}",
    r"(?:阅读|查看)原文|原文链接[:\s]?\S*|展开全文|余下全文|查看更多|返回.{2,6},查看更多",
    r"举报/反馈|举报|分享到[:\s]?.{0,20}|收藏本文|打印本页|关闭窗口|返回顶部|我要反馈|我要纠错",
    r"字号[:\s].{0,12}|阅读下一篇[:\s]*|(?:发布于|ip属地)[:\s][^,。]{2,8}",
    r"[\[【(]?(?:广告|推广|赞助|advertisement)[\]】)]?",
    # labels whose value was lost
    r"(?:责任编辑|编辑|责编|来源|作者|原标题)[:|]",
)
_CREDIT = (
    rf"\(?(?:本文)?{_PICTURE}(?:均|皆|都)?(?:来自|来源于|源自|自|据|源)(?:[:/|]\s*)?[^,。!?:的]{{2,20}}\)?",
    rf"\(?(?:本文)?{_PICTURE}(?:来源|源)\s*[:/|]\s*[^。!?]{{2,24}}\)?",
)
_NEAR = (
    r"(?:\(|【)?本文(?:系|为|是|属|由)[^。]{0,24}(?:(?:独家|原创)(?:稿件|文章|作品|内容|首发|供稿|[,;]|$)"
    r"|授权[^。]{0,10}(?:转载|发布|刊登|刊发|使用)).{0,130}",
    r"本文(?:首发|原载)(?:自|于|在).{2,30}",
    r"【线索征集令!?】.{0,120}",
)
# These may begin anywhere in the line, which takes long to find out; they have 未经 or 转.
_REPRINT = (
    r".{0,40}未经.{0,16}(?:授权|许可|同意|允许)[^。]{0,12}(?:不得|请勿|严禁|禁止|谢绝|勿)?[^。]{0,16}"
    r"(?:转载|摘编|镜像).{0,80}",
    r"(?:.{0,40}[,;\s(])?(?:严禁|禁止|谢绝|请勿|不得)(?:以)?(?:任何形式|擅自|私自)?的?转载.{0,60}",
    r"(?:.{0,40}[,;\s(])?(?:如需|若需|欢迎)?转(?:载|发)(?:本文)?(?:时)?(?:请|须|需|务必)"
    r"(?:注明|联系|保留|标明).{0,80}",
)
_TAIL = (
    # disclaimers and rights
    r"[\[【(*]*(?:免责声明|特别声明|版权声明|免责条款|版权说明|新浪声明)[\]】)]*(?:[:\s].*)?",
    r"[\[【(*]*(?:重要|郑重)?(?:声明|提示|说明|风险提示|特别提示)[\]】)]*[:\s]"
    r".{0,80}(?:不代表|投资建议|自担|侵权必|侵权请|登载此文|转载).*",
    r"(?:\(|【)?(?:以上|本文|文章|上述|该文)(?:内容|观点|信息|所述|所载|图文|内容与数据)*(?:仅|只|并不|不)"
    r"(?:代表|供|反映|构成)(?=.*(?:个人|作者|立场|参考|建议|平台|本网|本站|交流)).{2,80}",
    r"(?:\(|【)?(?:本文|文章|文中)(?:内容|观点|所有观点|言论)?(?:系|为|属|纯属)?.{0,16}"
    r"(?:个人观点|个人立场|一家之言|仅供参考|不构成.{0,6}投资建议|不代表.{2,20}(?:观点|立场)).{0,100}",
    r"market_?risk.*|市场有风险,投资需谨慎.{0,140}",
    # accounts and apps
    rf"(?:欢迎|敬请|请)?(?:扫码|长按|点击|立即)?(?:关注|搜索|订阅|添加)[^,。的了]{{1,20}}{_ACCOUNT}"
    r"(?:(?:[^一-鿿]|获取|了解|查看|阅读|第一时间|回复|后台)[^。]{0,40})?",
    rf"(?:欢迎|请|点击|立即)*下载[^,。]{{1,16}}{_APP}"
    r"(?:,?(?:第一时间|获取|查看|了解|阅读|看|更多|随时|掌握|尽享)[^。]{0,40})?",
    rf"(?:想看|获取|查看|了解)?更多{_NEWS}+[^。,]{{0,12}},?(?:(?:请|敬请|欢迎|尽在|详见)[^。]{{0,40}}"
    rf"|(?:关注|下载|点击|登录|进入)[^。]{{0,30}}(?:{_ACCOUNT}|{_APP}|频道|专题|链接|原文|我们).{{0,10}})",
    r"更多精彩.{0,20}|登录新浪财经app.{0,40}",
    rf"(?:本文)?(?:首发|来源)?于{_ACCOUNT}.{{0,30}}",
    rf"本文来自.{{2,24}},欢迎下载{_APP}查看更多",
    r"(?:投稿|爆料|商务合作|转载授权|联系我们|(?:投稿|爆料联系|联系|合作)邮箱)[:\s].{0,80}",
    r"欢迎.{0,12}(?:投稿|爆料|留言|点赞|分享给|分享到)[^。]{0,30}",
    r"(?:如果|若)(?:你|您)?(?:喜欢|觉得).{2,30}(?:点赞|分享|转发|关注|在看).{0,20}",
    # headings of link lists, marks of the end
    r"(?:相关(?:阅读|新闻|报道|链接|推荐|专题)|延伸阅读|推荐阅读|热门推荐|往期(?:回顾|推荐)|文章关键词)[:\s]*",
    r"[(【]?(?:全文完|完|本文完|正文完|the end|end)[)】]?",
    r"[-—=_*·.~#]{2,}|[-—=_*·.~#]+\s*(?:end|完|全文完)\s*[-—=_*·.~#]+",
)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_IS_ANYWHERE, _IS_CREDIT = _any_of(_ANYWHERE), _any_of(_CREDIT)
_IS_NEAR, _IS_TAIL, _IS_REPRINT = _any_of(_NEAR), _any_of(_TAIL), _any_of(_REPRINT)


def is_boilerplate(plain: str, *, near: bool, at_end: bool) -> bool:
    """Whether a whole folded line is the site's own words.

    near: the line stands near the beginning or the end, where more is recognised; at_end: near
    the end, where disclaimers stand.
    """
    line = plain.rstrip("。.!;,")
    if len(plain) <= LONGEST_STRAY and (
        _IS_ANYWHERE.fullmatch(line) or _IS_CREDIT.fullmatch(plain)
    ):
        return True
    if near and _IS_NEAR.fullmatch(line):
        return True
    if not at_end:
        return False
    if ("转" in line or "未经" in line) and _IS_REPRINT.fullmatch(line):
        return True
    return _IS_TAIL.fullmatch(line) is not None
