"""The words by which Chinese bylines say who did what."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipelines.text.fold import fold


def words(text: str) -> frozenset[str]:
    """The words of a text, folded, in no order."""
    return frozenset(fold(text).split())


def either(choices: Collection[str]) -> str:
    """A pattern for any of them, longer ones first."""
    return "|".join(map(re.escape, sorted(choices, key=len, reverse=True)))


REPORTERS = words(
    """
    记者 通讯员 实习生 评论员 专栏作者 专栏作家 撰稿人 特约作者 特派员 主笔 撰稿 执笔 执笔人
    撰文 采写 采访 作者 整理 文字 文/图 图/文 文图 图文 文
    """
)
TRANSLATORS = words("编译 翻译 译者 译")
EDITORS = words("责任编辑 责编 编辑")
CREW = words(
    """
    摄影 摄像 摄 图片 制图 视觉 配图 供图 图 视频 剪辑 设计 美编 校对 审校
    审核 审读 核校 监制 统筹 制作 策划 出品人 出品 总编辑 副主编 执行主编
    值班主编 主编 排版 签发 终审 复审 初审 一审 二审 三审 编审 运营 配音 海报
    漫画 值班主任 值班编委 值班总监 编导 主播 责校 播音 新媒体
    题图 封面 头图 数据 音频 录音 主持人 总策划 总监制 总统筹 校审 校
    审 推荐 口述 讲述 执行 核稿 供稿 供稿单位 制片人 制片 出镜 拍摄 文案 译审 校译 监审 版式
    图片来源 题图来源 视频来源 图源
    """
)
TOLD = words("口述 讲述")
"""Roles of whoever the text is about, beside those of its writer."""
SHORT = words("文 译 摄 图 校 审 数据 推荐 封面")
"""Words that start ordinary words too: roles only before `:`, `/` or `|`."""
LABELS = words("作者 文 文字 撰文 撰稿 采写 采访 文/图 图/文 文图 图文 记者 执笔 执笔人")
"""Roles that only say "by": no description of the author unless a medium precedes."""
PEOPLE = words(
    """
    记者 通讯员 实习生 评论员 专栏作者 专栏作家 撰稿人 特约作者 特派员 主笔 执笔 执笔人 作者
    责任编辑 责编 编译 译者
    """
)
"""Roles after which any surname is believed; after 整理 only a likely name is."""
PEN_ROLES = words("作者 专栏作者 专栏作家 特约作者 执笔 执笔人 文/图 图/文 文图 图文")
"""Roles after whose label a pen name may stand, whatever sign the label has."""
STAFF = words("记者 通讯员 实习生 评论员 特派员 主笔")
"""Roles of people who sign with their names."""
SIGNED = words("作者 撰文 撰稿 执笔 采写 编辑 责编 责任编辑")
"""Roles that stand before 小编 and 国际部, too: such a line is a credit that names nobody."""
THINGS = words(
    """
    执行 核稿 供稿 供稿单位 制片 出镜 拍摄 文案 版式 图片来源 题图来源 视频来源 图源
    图片 制图 视觉 配图 供图 图 视频 剪辑 设计 制作 策划 出品 运营 配音 海报 漫画 新媒体 题图
    封面 头图 数据 音频 录音 摄影 摄像 摄 审核 终审 复审 初审 一审 二审 三审 推荐 统筹 整理
    采访 文字
    """
)
"""Roles that are the names of things, too: headings begin with them."""
PICTURES = words("图片来源 题图来源 视频来源 图源 图片 配图 供图 图 题图 封面 头图 海报 视频 视觉")
TURNS = words("记者 主持人")
"""Roles that also begin a turn of a dialogue."""
NOBODY = words(
    "佚名 匿名 不详 未知 无 系统管理员 管理员 超级管理员 网站管理员 admin administrator 系统"
)
"""What forms fill in where nobody is named."""
ALL_ROLES = REPORTERS | TRANSLATORS | EDITORS | CREW
GLUED_ROLES = words("记者 通讯员 实习生")
"""Roles that may follow a name or a medium without a space."""
GLUED_NAMES = GLUED_ROLES | EDITORS | words("作者 校对 摄影 撰文 采写")
"""Roles that a name may follow without a space."""
