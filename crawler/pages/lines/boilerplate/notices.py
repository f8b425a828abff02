"""Notices of the site: rights, disclaimers, warnings to investors. All texts here are folded.

A notice has a sentence that only a site says of itself, and nothing else in it: every word of
the line is one of a notice's, or names a medium. So 未经授权不得转载 is a notice, and neither is
新规明确，未经授权不得转载 nor 未经授权，不得转载他人论文.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from crawler.pages.lines.words.roles import either, words
from crawler.pages.lines.words.vocabulary import Vocabulary

_SURE = re.compile(
    r"不(?:一定|必然)?代表.{0,12}(?:观点|立场|意见|看法)|[仅只](?:仅)?(?:代表|反映).{0,12}(?:观点|立场|意见|看法|见解)"
    r"|(?:系|为|属)(?:作者|个人|笔者).{0,4}(?:观点|立场|看法)|一家之言"
    r"|[仅只]?供.{0,6}(?:参考|学习|交流)|不(?:构成|作为).{0,16}(?:建议|依据|意见|指导|推荐)"
    r"|(?:风险|后果|盈亏|责任).{0,3}(?:自担|自负|自行承担)|(?:投资|入市|决策|操作|理财).?(?:谨慎|慎重)"
    r"|(?:版权|著作权).{0,3}[归属为].{0,12}(?:所有|共有)|版权所有|(?:侵权|违者|翻版)必究"
    r"|(?:不得|不可|禁止|严禁|请勿|谢绝|切勿|拒绝).{0,12}(?:转载|转发|摘编|复制|镜像|抄袭|转帖|翻印|使用.{0,4}(?:本文|内容|作品))"
    r"|(?:转载|转发|引用).{0,10}[请须需应必].{0,8}(?:注明|联系|标明|标注|保留|授权|私信|留言)"
    r"|(?:侵权|版权|侵犯).{0,24}(?:联系|告知|通知|删除)|存储.{0,4}服务|传递.{0,4}信息|(?:用户|自媒体|网友).{0,6}(?:上传|发布|提供)"
    r"|(?:本文|此文|本稿|本作品|本篇).{1,24}(?:独家|原创)(?:稿件|文章|作品|内容|首发|供稿)?$"
    r"|(?:本文|此文|本稿|本作品|本篇).{1,24}(?:独家|原创)(?:稿件|文章|作品|内容|首发|供稿)?[,。)]"
    r"|(?:本文|此文|文章).{1,20}授权.{0,12}(?:转载|发布|刊登|刊发|使用)|与本[网站平].{0,4}无关"
)
_KEY = re.compile("[转载仅只代构谨慎担负权侵究勿禁独原存供传言户媒友关]")
"""What none of them is without."""
_OWN_LABEL = words(
    "免责声明 免责条款 免责说明 风险提示及免责条款 版权声明 版权说明 转载声明 转载说明 新浪声明"
)
"""Labels that only a site writes."""
_LABEL = words(
    """
    声明 平台声明 特别声明 郑重声明 重要声明 法律声明 提示 风险提示 特别提示 重要提示 风险提醒
    温馨提示 说明
    特别说明 注 备注
    """
)
_LABELLED = re.compile(
    rf"[\[【(*#\s]{{0,3}}(?P<label>{either(_OWN_LABEL | _LABEL)})"
    r"(?:[\]】)*]{1,3}[:\s]?|[:\s]\s?|$)"
)
_NOTICE = Vocabulary.read(Path(__file__).with_name("notices.txt"))
_MAYBE = re.compile(
    r"不代表|仅代表|免责|投资建议|侵权|不得转载|请勿转载|转载请|谢绝转载|郑重声明|特别声明|版权声明|未经(?:授权|许可)"
)


def is_notice(line: str, site_names: Collection[str] = ()) -> bool:
    """Whether a folded line is a notice of the site, with or without a label before it."""
    labelled = _LABELLED.match(line)
    if labelled and labelled["label"] in _OWN_LABEL:
        return True
    text = line[labelled.end() :] if labelled else line
    if not _KEY.search(text) or not _SURE.search(text):
        return False
    strange = _NOTICE.strange(text, site_names)
    if not any(strange):
        return True
    # A long one may have words of its own once it is known for what it is.
    strangers = sum(len(word) for found in strange for word in found)
    return not strange[0] and strangers * 5 <= len(text) and len(_SURE.findall(text)) > 1


def may_be_notice(line: str) -> bool:
    """Whether a line has words that notices have."""
    return _MAYBE.search(line) is not None
