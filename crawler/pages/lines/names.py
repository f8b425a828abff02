"""What looks like a person's name, and what looks like a medium. All texts here are folded."""

from __future__ import annotations

import re
from collections.abc import Collection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余叶蒋杜苏魏程"
    "吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎闫薛尹段雷黎史龙陶贺顾毛郝龚邵"
    "万钱严覃武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳"
    "时穆农司卓古吉缪简车项连芦麦褚娄窦岑景党宫费卜冷晏席卫米柏宗瞿桂佟应臧闵苟邬边卞姬师和仇栾隋"
    "商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟"
    "冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来"
    "扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾"
    "茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由蔡缑逄笪綦昌闾郗蒯暴斜厍郏浑胶竺麴家"
    "羿汲邴糜松弓牧隗山宓蓬仰秋韶蓟溥怀从鄂咸籍赖莘贡扶堵郦璩濮寿别宦鱼慎庾步弘广禄东殴殳沃蔚越夔"
    "融訾毋乜养须巢"
)
_COMPOUND_SURNAMES = _words(
    """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连
    澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于
    司空 闾丘 令狐 轩辕 完颜 呼延 东郭 南门 西门 第五
    """
)
_NOT_NAMES = _words(
    """
    全文完 未完 待续 连载 完 江苏 江西 安徽 云南 海南 宁夏 温州 常州 杭州 华为
    国内 国际 国外 海外 平安 时事 时评 时政 文化 文字 文章 文中 文图 图文 方法
    明天 明日 和讯 查看 查询 成都 南京 南方 南昌 南宁 华中 华东 华南 华北 高清
    高层 高端 白宫 关注 关于 关键词 有关 相关 连线 单位 管理 应用 应急 应届
    包括 平台 平面 公司 公开 公众 原创 原文 原题 利率 利润 来源 来自 元旦 信息
    信用 银行 智库 智能 计划 强调 海报 金融 金额 经济 石油 明星 商业 商务 古代
    司法 师生 向前 向上 任务 于是 但是 由于 安全 万元 成立 成果 路透社 时间
    阴天 明确 国家 官方 官网 门户 花絮 花边 解读 解放 解说 房产 房价 车市 车展
    乐视 边境 游戏 游客 党建 党史 党报 宣传 普通 计算机 中新 中心 马上 马来西亚
    上海 北京 下同 同上 以上 以下 不详 匿名 佚名 无 综合 整理 编者 笔者 本人
    化名 下转 上接 田径 高考 武器 武汉 温度 金牌 施工 章程 左右 黄金 白银 周刊
    周报 周末 周一 周二 周三 周四 周五 周六 周日 董事会 董事长 华夏 华尔街 汽车
    平均 容量 都市 都是 那么 那些 权威 曲目 季度 季报 康复 成员 居民 原因 原则
    明年 年报 干部 展览 展会 展望 玉米 应对 应当 时代 富士康 马云说 相应 相比
    阿里 海信 初步 连续 幸福 房地产 简介 简讯 简报 解析 商报 万科
    """
)
"""Ordinary words of two or three characters that begin like a name."""
_HAN = "一-鿿〇㐀-䶿"
_HAN_NAME = re.compile(rf"[{_HAN}]{{2,4}}")
_FOREIGN_NAME = re.compile(rf"[{_HAN}a-z]{{1,8}}(?:[·•・.‧][{_HAN}a-z]{{1,10}}){{1,4}}")
_LATIN_NAME = re.compile(r"[a-zà-ɏ][a-zà-ɏ'’.\-]+(?: [a-zà-ɏ][a-zà-ɏ'’.\-]*){0,3}")
_PEN_NAME = re.compile(rf"[{_HAN}a-z0-9_·•.\-]{{2,10}}")
_SENTENCE = re.compile(
    r"[的了是在把被与对向从说称将很也就都又并要会能没不其该此这那你我他她它们什么吗呢吧]"
)
_MEDIUM_END = re.compile(
    r"(?:报|网|社|台|电视|新闻|客户端|周刊|周报|杂志|月刊|在线|财经|传媒|媒体|观察|公众号|微信号|头条|"
    r"通讯|快讯|广播|频道|智库|出版社|编辑部|评论部|工作室|资讯|证券|科技|视频|微博|发布|研究院|栏目|"
    r"经纬|中国|天下|研究中心|app|com|cn|net)(?:号|\)|微信|官微|版)?$"
)
"""Never the whole of it: searched from the second character on."""
_SHORTEST_MEDIUM, _LONGEST_MEDIUM = 2, 24
_STOP = re.compile(r"[,。!?;:]")
_MEDIUM_WORD = re.compile(
    r"(?:新华|央视|观察者|新浪|澎湃|上观|财新|界面|总台|中新|南都|路透|彭博|法新|美联|综合|网络|本报|本网|"
    r"本刊|本台|cctv|bbc|cnn|微信).{0,8}"
)
_STANDING = re.compile(
    r"(?:教授|研究员|院士|主任|博士|硕士|分析师|专家|律师|学者|作家|作者|评论员|记者|所长|院长|会长|大使|总裁|"
    r"经济学家|讲师|学院|研究所|研究院|大学|中心|研究生|教师|医生|工程师|主席|秘书长|主笔|委员|顾问)$"
)
_REPORTS = re.compile(r"(?:综合|独家|专题)?(?:报道|报导|讯|消息|专电|电)$")
_REPORTS_END = frozenset("道导讯息电")
_GLUED = re.compile(
    r"(?P<medium>.{1,10}?(?:网|报|社|台|新闻|周刊|日报|客户端|财经|时报))(?P<name>.{2,4})"
)


def is_surname_first(text: str) -> bool:
    """A Chinese name of two or three characters (four after a surname of two): 王小甲."""
    return _has_surname(text) and not _MEDIUM_END.search(text, 1)


def _has_surname(text: str) -> bool:
    if text in _NOT_NAMES or not _HAN_NAME.fullmatch(text):
        return False
    if text[:2] in _COMPOUND_SURNAMES and len(text) > 2:
        return True
    return text[0] in _SURNAMES and len(text) <= 3 and not _SENTENCE.search(text[1:])


def is_foreign_name(text: str) -> bool:
    """卡洛斯·马丁内斯, Martin Jacques."""
    if _FOREIGN_NAME.fullmatch(text):
        return any(character > "一" for character in text)
    return bool(_LATIN_NAME.fullmatch(text)) and not is_medium(text)


def is_name(text: str) -> bool:
    """A Chinese name by its surname, or a foreign one."""
    return is_surname_first(text) or is_foreign_name(text)


def is_pen_name(text: str) -> bool:
    """What may stand after a label (`文｜补壹刀`): a short word, no medium, no sentence."""
    if text in _NOT_NAMES or is_medium(text) or text.isdigit() or has_standing(text):
        return False
    return is_name(text) or bool(_PEN_NAME.fullmatch(text) and not _SENTENCE.search(text))


def has_standing(text: str) -> bool:
    """复旦大学教授, 首席分析师: what somebody is, not who."""
    return bool(_STANDING.search(text))


def is_medium(text: str, site_names: Collection[str] = ()) -> bool:
    """新华社, 上观新闻, 环球时报综合报道: a word that credits an organisation, not a person."""
    if text in site_names:
        return True
    if not _SHORTEST_MEDIUM <= len(text) <= _LONGEST_MEDIUM or _STOP.search(text):
        return False
    name = text[: length_of_medium(text)]
    looks_like_one = _MEDIUM_END.search(name, 1) or _MEDIUM_WORD.fullmatch(name)
    return looks_like_one is not None and split_glued(text) is None


def length_of_medium(text: str) -> int:
    """How much of 环球时报综合报道 is the medium's name."""
    report = _REPORTS.search(text) if text[-1:] in _REPORTS_END else None
    return report.start() if report and report.start() >= _SHORTEST_MEDIUM else len(text)


def split_glued(text: str) -> int | None:
    """Where the name begins in a medium and a name without a space: 某某网王小甲; else None."""
    match = _GLUED.fullmatch(text)
    if match is None or not _has_surname(match["name"]):
        return None
    return match.start("name")
