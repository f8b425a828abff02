"""Notices of the site: rights, disclaimers, warnings to investors. All texts here are folded.

A notice has a sentence that only a site says of itself, and nothing else in it: every word of
the line is one of a notice's, or names a medium. So 未经授权不得转载 is a notice, and neither is
新规明确，未经授权不得转载 nor 未经授权，不得转载他人论文.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from crawler.pages.lines.boilerplate.controls import any_of
from crawler.pages.lines.words.roles import either, words
from crawler.pages.lines.words.vocabulary import Vocabulary

_SELF = r"(?:本文|此文|该文|本稿|本篇|本作品|本报告|文章|以上|上述|文中|作者|笔者)"
_SITE = (
    r"(?:本[网站刊台号报平公]|我[们网站]|新浪|搜狐|网易|腾讯|凤凰|[一-鿿]{2,6}(?:网|新闻|号|报|社))"
)
_WORK = r"(?:本文|此文|本稿|本作品|本篇)"
_KIND = r"(?:稿件|文章|作品|内容|首发|供稿)"
_VIEW = r"(?:观点|立场|意见|看法|见解)"
_BEGINS, _ENDS = r"(?:^|[,。;:])", r"(?:$|[,。)])"
_SURE = any_of(
    (
        # whose view it is
        rf"{_SELF}.{{0,12}}不(?:一定|必然)?代表.{{0,12}}{_VIEW}",
        rf"不(?:一定|必然)?代表(?:{_SITE}|平台).{{0,8}}{_VIEW}",
        rf"{_SELF}.{{0,10}}[仅只](?:代表|反映).{{0,10}}(?:作者|个人|本人|{_VIEW})",
        rf"{_BEGINS}(?:观点|内容)?[仅只]代表.{{0,6}}{_VIEW}",
        rf"{_SELF}.{{0,8}}[系为属](?:作者|个人|笔者).{{0,4}}{_VIEW}",
        r"^(?:以上|本)(?:内容|文|信息)(?:为|系|含)(?:广告|推广)",
        r"一家之言|与本[网站平].{0,4}无关",
        # what it is no advice for
        rf"(?:{_SELF}.{{0,12}}|{_BEGINS})[仅只]供.{{0,6}}(?:参考|学习|交流)",
        r"不构成.{0,16}(?:建议|依据|意见|指导|推荐)",
        r"(?:勿|不).{0,2}作为.{0,4}投资.{0,4}(?:建议|依据)",
        r"据此.{0,12}(?:风险|后果|责任|盈亏).{0,4}(?:自担|自负|自行承担)|风险(?:请)?(?:自担|自负)",
        r"有风险.{0,3}(?:投资|入市|决策|操作|理财|选择).?(?:谨慎|慎重)",
        # whose it is, and who may print it
        rf"{_BEGINS}(?:{_WORK}|文章|图片|图文|内容|稿件|视频|素材)?的?(?:版权|着作权)[均都]?[归属为].{{1,12}}[所共]有",
        r"版权所有|(?:侵权|违者|翻版)必究|侵权?必?删",
        r"(?:不得|不可|禁止|严禁|请勿|谢绝|切勿|拒绝).{0,12}(?:转载|摘编|镜像|转帖)",
        r"(?:不得|不可|禁止|严禁|请勿|谢绝|切勿).{0,12}(?:复制|转发|使用|抄袭).{0,6}(?:本文|本站|本网|上述)",
        r"转载.{0,10}[请须需应必].{0,8}(?:注明|联系|标明|标注|保留|授权|私信|留言)",
        r"[如若凡].{0,12}(?:侵权|版权|侵犯).{0,30}(?:联系|告知|通知)",
        r"侵权.{0,6}联系.{0,6}(?:删除|我们|处理)",
        rf"(?:{_WORK}|文章).{{1,20}}授权.{{0,12}}(?:转载|发布|刊登|刊发|使用)",
        # whose work it is, and where it is from
        rf"{_WORK}.{{1,24}}(?:独家|原创){_KIND}?{_ENDS}|独家(?:稿件|作品|供稿){_ENDS}",
        r"(?:以上|本文|该文|此文|文章).{0,48}?(?:用户|自媒体|网友|平台|作者).{0,6}(?:上传|发布|提供)",
        rf"{_SITE}.{{0,4}}(?:提供|系|为).{{0,4}}信息(?:存储|发布)",
        r"(?:登载|转载|刊登|发布).{0,16}传递.{0,6}信息",
    )
)
_KEYS = words(
    """
    本文 此文 该文 文章 以上 上述 文中 作者 笔者 本稿 本篇 本作品 本报告 本站 本网
    不代表 仅代表 只代表 仅供 只供 不构成 作为投资 风险 转载 摘编 镜像 转帖 侵权 侵犯 侵删 必删 必究
    版权 著作权 独家 自媒体 信息存 信息发 传递 一家之言
    """
)
"""One of them stands in every sure sentence, and they are found much faster than those."""
_OWN_LABEL = words("免责声明 免责申明 风险提示及免责条款 版权声明 转载声明 新浪声明")
"""Labels that only a site writes."""
_OPENING = re.compile(
    r"[\[【(](?:[^,。]{2,40}(?:权益|版权|着作权|知识产权)[均都]?[归属][^,。]{1,12}所有|作者(?:为|系|是)[^,。;]{2,40})[,。;]"
)
"""What a notice in brackets may begin with: whose a work is, or who wrote it."""
_ANY_KEY = re.compile(either({*_KEYS, "声明", "申明", "免责"}))
"""Of most lines this is all that is looked at: the patterns are large."""
_LABEL = words(
    """
    声明 平台声明 免责条款 版权说明 特别声明 郑重声明 重要声明
    法律声明 提示 风险提示 特别提示 重要提示
    风险提醒 温馨提示 说明 特别说明 注 备注
    """
)
_LABELLED = re.compile(
    rf"[\[【(*#\s]{{0,3}}(?P<label>{either(_OWN_LABEL | _LABEL)})"
    r"(?:[\]】)*]{1,3}[:\s]?|[:\s]\s?|$)"
)
_NOTICE = Vocabulary.read(Path(__file__).with_name("notices.txt"))


def is_notice(line: str, site_names: Collection[str] = ()) -> bool:
    """Whether a folded line is a notice of the site, with or without a label before it.

    A question never is one; behind a label that only sites write one known sentence is enough.
    """
    if line[-1:] == "?" or not _ANY_KEY.search(line):
        return False
    line = _OPENING.sub("", line.lstrip("※"), count=1)
    labelled = _LABELLED.match(line)
    text = line[labelled.end() :] if labelled else line
    if labelled and labelled["label"] in _OWN_LABEL:
        if not text or _SURE.search(text):
            return True
        return any(key in text for key in _KEYS) and not any(_NOTICE.strange(text, site_names))
    if not _NOTICE.may_begin(text):
        return False
    strange = _NOTICE.strange(text, site_names)
    if next(strange, None) or not _SURE.search(text):
        return False
    # A long one may have words of its own once it is known for what it is.
    strangers = sum(len(word) for found in strange for word in found)
    return not strangers or (strangers * 5 <= len(text) and len(_SURE.findall(text)) > 1)
