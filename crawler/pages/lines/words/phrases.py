"""Whether a few words say something, or may be a name. All texts here are folded.

`来源：某某观察` names a medium and `来源：水从哪里来` is a heading: what stands behind the label
tells. A phrase has words that join or ask or count; a name has none.
"""

from __future__ import annotations

import re

from crawler.pages.lines.words.roles import words

_COUNTED = (
    r"[一二两三四五六七八九十百千万几半每数]{1,4}"
    r"(?:位|个|本|名|家|条|张|只|件|次|道|颗|座|句|种|场|片|段|年|月|天|日|米|块|元|里|分|点|步|代|群|把|封|页|纸|样|起|届|字|岁|秒|碗|杯|间|栋|辆|艘|架|台|部|篇|首|支|笔|批|项|成|倍|层|步|面|线|角|$)"
)
_SAYS = re.compile(
    r"[,。!?;:…]|[的了着过是在把被与对从说称将很也就都又并要没不其该此这那你我他她它们什么吗呢吧"
    r"谁哪怎为向让使给则却才再还更最已曾仍若因而且虽但或至到于有须以]"
    rf"|无(?!锡|棣|极县)|多少|[如为任从因缘几若]何|何[人时处方必以故等在谓]|往往|应[当该]|当[自不]|能[否够让]|[不才就都也还]能|会[不让把是有]|[不才就都也还]会|所[有在谓以说]|哪里|几时|{_COUNTED}|\d(?:分|个|人|岁|年|月|日|天|元|万|亿|%)"
)
_FILLS = re.compile(
    r"(?:公司|集团|股分|银行|证券|期货|基金|保险|信托|资本|影业|传播|制作|研究院|研究所|研究中心|研究会|研究室|研究|委员会|"
    r"协会|学会|商会|联盟|联合会|总会|基金会|论坛|大学|学院|学校|中学|小学|幼儿园|医院|法院|检察院|公安|警方|消防|海关|"
    r"气象台|气象局|博物[馆院]|图书馆|美术馆|档案馆|纪念馆|剧院|乐团|政府|政务|市委|省委|县委|区委|纪委|宣传部|统战部|组织部|网信办|"
    r"发改委|国资委|卫健委|管理处|办事处|交警|警察|政法|检察|城管|应急|气象|团委|妇联|工会|融媒|水务|公交|地铁|铁路|机场|委|局|厅|署|部|总台|大使馆|领事馆|使馆|秘书处|办公室|交易所|事务所|出版社|俱乐部|"
    r"评论|文旅|发布|图库|图虫|百科|数据|智库|网站|官网|之[家声窗星友]|参考|视点|视界|前沿|见闻|专辑|互动|早知道|朋友圈|工场)$"
)
_HOUSE = re.compile(
    r"(?:公司|集团|银行|证券|期货|基金|大学|学院|研究院|研究所|研究中心|研究会|委员会|协会|学会|总局|局|社科院|科学院)"
    r"(?:[^,。;:!?的]{0,10}(?:部|室|司|处|中心|所|院|组|团队))?$"
)
_GIVER = re.compile(
    r"(?:网络|互联网|网上|官网|官微|微博|微信|公众号|视频号|抖音|快手|b站|小红书|社交媒体|社交平台|推特|脸书|截图|视频|"
    r"招股书|年报|财报|公告|报告|论文|剧照|海报|预告片|影片|官方|"
    r"图库|图虫|资料图?|供图|提供|上传|拍摄|图片社|视觉中国|网友|受访者|受访对象|作者|当事人|企业|公司|集团|ai生成|官方账号|pexels|unsplash|pixabay|图虫创意|东方ic|ic\s?photo|全景网|人民视觉|getty\s?images|shutterstock|摄图网|cfp|管理[处局])$"
    r"|^(?:微信公众号|公众号|微博|视频号|抖音)[^要会将被让使]{1,12}$"
)
_POLICE = re.compile("平安[一-鿿]{2,4}")
"""How the police call their accounts."""
_LATIN = re.compile(r"[a-z]{2}")
_SHORT = re.compile(r"[一-鿿]{2,3}")
_SHORTEST_HOUSE = 5
_COMMON = words(
    """
    生活 实践 群众 人民 基层 历史 传统 民间 现实 自然 大自然 人间 市场 社会 农村 城市 一线 现场
    远方 内心 经验 灵感 多方 多渠道
    """
)
"""Short words that name nothing, whatever stands before them."""


def is_phrase(text: str) -> bool:
    """谁在替人工智能打工, 一位母亲, 三本好书: no name, as far as its words tell."""
    return _SAYS.search(text) is not None


def is_organisation(text: str) -> bool:
    """某某集团, 某某市气象局: something whose last word says what kind of body it is."""
    found = _FILLS.search(text, 1)
    return found is not None and not is_phrase(text[: found.start()].removesuffix("有限"))


def is_institution(text: str) -> bool:
    """某某研究院, 某某证券研究部: a body with a name, no department of just any."""
    house = _HOUSE.search(text, 2)
    return house is not None and len(text) >= _SHORTEST_HOUSE and not is_phrase(text)


def gives_pictures(text: str) -> bool:
    """受访者, 某某图库, 公司公告: what pictures are usually said to be from."""
    return _GIVER.search(text) is not None


def may_be_named(text: str, *, short: bool = True) -> bool:
    """What may be the name of an account nobody knows: a body, Latin letters, or very short.

    short: two or three characters are enough.
    """
    if is_organisation(text) or _POLICE.fullmatch(text):
        return True
    if is_phrase(text) or text in _COMMON:
        return False
    return bool((short and _SHORT.fullmatch(text)) or _LATIN.search(text))
