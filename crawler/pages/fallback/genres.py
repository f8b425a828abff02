"""What titles say of their pages: what a site says of itself, and what articles are short."""

from __future__ import annotations

import re

_OWN = (
    r"(?:.{0,8}[网網站報报社台]|本?公司|我们的?|(?:用户|用戶|会员|會員|个人|個人)(?:中心)?|账号|帳號"
    r"|手机|快速|忘记|找回|修改|第三方)?"
)
_SERVICES = (
    r"[45]\d\d(?:\s?[-:：]?\s?(?:错误|error|页面?|not found|forbidden|bad gateway).{0,10})?",
    r"(?:抱歉|对不起)?[，,]?(?:[您你]?所?(?:访问|查[找看]|请求|浏览)的|该|此|本)?"
    r"(?:页面|頁面|网页|網頁|文章|内容|信息)"
    r"(?:不存在|未找到|没有找到|找不到|已?被?删除|已下线|走丢了?).{0,6}",
    r"(?:页面|系统|访问|网络|服务器)?(?:出错|错误|跳转|提示)(?:页面?|提示|信息)?了?|系统维护中?",
    r"(?:page )?not found|(?:access )?(?:denied|forbidden)",
    r"登[录錄陆](?:[与与和/、]?注[册冊])?|注[册冊]|密码|sign in|log ?in|sign up|register",
    r"(?:隐私|隱私|cookie).{0,2}(?:政策|声明|聲明|条款|权|權|保护)(?:政策|声明|条款|指引)?",
    r"privacy policy|terms of (?:service|use)",
    r"(?:用户|用戶|服务|服務|使用|会员|注册|版权|版權).{0,3}(?:协议|協議|条款|條款|声明|聲明|须知)",
    r"(?:免责|免責|法律|郑重)(?:声明|聲明)|投稿须知|帮助中心|常见问题|(?:会员|用户|个人)中心|购物车",
    r"关于(?:我们|本站)|關於我們|联系(?:我们|方式)|聯[絡繫]我們|about us|contact(?: us)?",
    r"介绍|简介",
    r"广告(?:服务|合作|刊例)|招聘信息|人才招聘|诚聘英才|加入我们|友情链接|意见反馈",
    r"(?:安全|人机|身份)验证|验证码|访问(?:验证|过于频繁|受限)|(?:网站|站点)地图|sitemap",
    r"(?:搜索|检索)(?:结果)?|[“\"].{1,20}[”\"]的搜索结果",
)
_SERVICE = re.compile(rf"(?:{_OWN}(?:{'|'.join(_SERVICES)}))", re.IGNORECASE)
_LONGEST_SERVICE = 24
_SERVICE_TEXT = re.compile(
    r"(?:访问|查[找看]|浏览|请求|查询)的?(?:页面|网页|文章|内容|信息|资源)"
    r".{0,16}(?:不存在|删除|下线|移除|失效|找不到|审核)"
    r"|请先?(?:输入|登录|完成)(?:您的|后|下方|以下)|(?:检测|监测)到.{0,6}(?:异常|频繁)"
    r"|秒[后後]将?自动(?:返回|跳转)|page (?:you|could|cannot|can't).{0,40}(?:found|exist)"
)
_NOTICES = (
    "公告|通告|公示|通知|通报|通報|名单|名單|名录|批复|批覆|决定|決定|意见|意見|讣告|訃告|启事|声明|聲明"
    "|致辞|讲话|講話|贺信|贺电|唁电|答记者问|答記者問|问答|問答|实录|實錄|專訪|专访|访谈|任免|简讯|快讯"
    "|公报|公報|公開信|公开信|倡议书|提示|预警|答复|答覆|全文"
)
_SHORT = re.compile(
    rf"(?:{_NOTICES}|[^命]令)(?:[（(].{{0,20}}[)）])?\Z|^(?:对话|專訪|专访|问答|快讯|任免)"
    r"|^(?:关于|關於).{2,60}的|任免(?:名单|通知)"
)
_LIVE = re.compile(r"直播|7\s?[×xX*]\s?24|滚动|快讯|flash|live", re.IGNORECASE)


def is_service(title: str) -> bool:
    """Whether the site speaks: of itself, of an error, of what it asks for."""
    return len(title) <= _LONGEST_SERVICE and _SERVICE.fullmatch(title) is not None


def is_service_text(text: str) -> bool:
    """The same, by a sentence."""
    return _SERVICE_TEXT.search(text) is not None


def is_short_genre(title: str) -> bool:
    """Whether it is short, and its text repeats few words of the title: notices, answers, lists."""
    return _SHORT.search(title) is not None


def is_live(title: str) -> bool:
    """Whether flashes may stand below it, one after another."""
    return _LIVE.search(title) is not None
