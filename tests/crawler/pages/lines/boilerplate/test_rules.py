"""Which lines are the site's own words, and which only sound like them. All texts are ours."""

from __future__ import annotations

import pytest

from crawler.pages.lines.sorting import sort_lines

TEXT = (
    "市里的第一条试验线昨天开始运行，工程师们用了三年时间。",
    "负责人说，设备大多来自本省的工厂，下一步是降低成本。",
    "附近的居民对此表示欢迎，也希望噪声能够再小一些。",
)
SITE_NAMES = ("青石网", "青石财经")


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (
            "notice",
            [
                "【免责声明】本文只代表作者本人看法，与本站无关。",
                "免责声明 本文由合作方提供，仅供参考",
                "*免责声明：",
                "市场有风险，投资需谨慎。",
                "以上内容与数据仅供参考，不构成投资建议，使用前请核实。据此操作，风险自担。",
                "风险提示：市场有风险，投资需谨慎。本文不构成任何投资建议，据此操作风险自担。",
                "特别声明：以上内容（含图片、视频）为自媒体平台“甲乙号”用户上传，本平台仅提供信息存储服务。",
                "（声明：本文仅代表作者观点，不代表青石网立场。）",
                "青石网登载此文出于传递更多信息之目的，并不意味着赞同其观点或证实其描述。",
                "本文系青石网独家稿件，文章内容纯属作者个人观点，未经授权，不得转载，否则将追究法律责任。",
                "本文为某某网原创作品，转载请注明出处",
                "版权归原作者所有，如有侵权，请联系删除。",
                "图片来自网络，如有侵权，请联系我们删除。",
                "如需转载请后台留言",
                "未经授权，严禁转载！",
                "凡本网注明“来源：某某网”的作品，均为本网合法拥有版权，未经本网授权不得转载、摘编。",
                "作者观点不代表本站立场",
                "本文由头条号作者发布，仅代表作者观点，不代表某某新闻的立场。",
            ],
        ),
        (
            "promotion",
            [
                "青石财经公众号",
                "关注青石网微信qingshi，每天读一篇好文章。",
                "更多精彩内容，请关注我们",
                "更多精彩内容请进入理论频道",
                "更多内容请关注某某新闻客户端",
                "欢迎各位读者在文末留言，参与讨论",
                "欢迎大家投稿、爆料",
                "如果你喜欢这篇文章，请点个赞再走",
                "点赞、在看、转发",
            ],
        ),
        (
            "control",
            [
                "参与互动",
                "首页 > 科技湃",
                "您所在的位置：首页 > 快讯 > 公司",
                "某某娱乐 > 滚动 > 正文",
                "點擊進入“文藝之星”>>",
                "【1】【2】【3】【4】",
                "评论(15)",
                "我要跟帖",
                "已输入0字",
                "分享让更多人看到",
                "扫一扫 下载某某APP",
            ],
        ),
        (
            "picture",
            [
                "本文圖均自某某新聞",
                "图片来源：某某图库",
                "图源@某某影业",
                "图片来自招股书",
                "图据受访者",
                "题图来自视觉中国",
                "（图源/某某企业）",
            ],
        ),
        ("heading", ["相关阅读", "延伸 · 推荐", "文章关键词："]),
        ("end_mark", ["（全文完）", "-END-", "————"]),
    ],
)
def test_the_sites_own_lines_go_and_are_kept_apart(rule: str, lines: list[str]) -> None:
    for line in lines:
        result = sort_lines([*TEXT * 4, line], title="题", site_names=SITE_NAMES)
        assert [(each.line, each.rule) for each in result.removed] == [(line, rule)]
        assert result.body == list(TEXT * 4)
        assert result.flags == []


@pytest.mark.parametrize(
    "line",
    [
        # reports of what others say of texts and rights
        "文章强调，上述言论不代表美国政府的立场。",
        "报告称，以上观点不代表联合国的立场。",
        "文章还说，这不构成投资建议。",
        "“上述言论仅代表个人观点。”他说。",
        "发言仅代表个人观点。",
        "少数人的言论不代表大家的意见。",
        "本文认为，版权归属应当明确。",
        # rulings and rules
        "法院认为，被告未经许可擅自转载原告三百余篇文章，应赔偿十二万元。",
        "法院判决被告停止侵权，在网站首页刊登声明。",
        "新规明确，未经授权不得转载，违者将被处罚。",
        "未经授权，不得转载他人论文，学校这样规定。",
        "公司在声明中说，未经授权不得转载其研究报告。",
        "任何单位和个人不得复制他人身份证件。",
        "他强调，任何个人不得复制、传播涉密文件。",
        "记者注意到，页面写着“版权所有，侵权必究”。",
        "平台用户上传的内容存在侵权问题。",
        "责任由用户自行承担。",
        "侵权内容应及时删除。",
        # calls to the public, services
        "欢迎市民留言提出意见，市政府将逐条回复。",
        "欢迎网友留言提出意见建议，省发展改革委将认真研究。",
        "欢迎社会各界提出宝贵意见。",
        "市民可下载个人所得税APP查询。",
        "下载国家反诈中心APP，守护财产安全",
        "下载政务服务平台APP",
        "请关注市教育考试院微信公众号查询成绩",
        "更多信息请咨询当地社区居委会。",
        "更多详情请拨打12345热线。",
        "了解更多信息，请关注市卫健委官网。",
        "更多精彩活动将陆续推出。",
        "扫描海报二维码报名参加志愿服务",
        "联系邮箱：yijian@example.gov.cn",
        "请勿转发。",
        # statements that are quoted
        "特别声明：本公司从未授权任何机构以产业园名义募集资金。",
        "郑重声明：网传视频中的人员并非本校学生，请勿转发不实信息。",
        "声明：本公司股票交易出现异常波动，请投资者注意风险。",
        "风险提示：本次收购尚需股东大会批准。",
        "专家提醒，投资需谨慎，切勿盲目跟风。",
        "免责条款：酒后驾驶造成的损失不赔。",
        # subheads
        "视频自动生成技术走红",
        "视频来源多样化成趋势",
        "图片编辑软件热卖",
        "图片来自卫星的传感器",
        "投资需谨慎",
        "引用须注明出处。",
        "转载率持续走高",
        "侵权必究成为共识",
        "免责条款不能免责",
        "点赞与转发背后",
        "公众号成为新战场",
        "全文公布",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_sentences_of_the_article_stay(line: str, place: str) -> None:
    before = {"first": 0, "middle": 6, "last": 12}[place]
    lines = list(TEXT * 4)
    lines.insert(before, line)
    result = sort_lines(lines, title="题", site_names=SITE_NAMES)
    assert result.body == lines
    assert result.removed == []
    assert (result.authors, result.editors, result.source) == ([], [], None)


@pytest.mark.parametrize(
    "line",
    [
        "文章强调，上述言论不代表美国政府的立场。",
        "特别声明：本公司从未授权任何机构以产业园名义募集资金。",
        "欢迎市民留言提出意见，市政府将逐条回复。",
        "法院认为，被告未经许可擅自转载原告三百余篇文章，应赔偿十二万元。",
    ],
)
def test_what_sounds_like_a_notice_is_flagged(line: str) -> None:
    assert sort_lines([*TEXT * 4, line], title="题").flags == ["maybe_boilerplate"]


def test_a_line_of_the_site_in_the_middle_goes_only_if_it_is_a_control() -> None:
    notice, control = "本文仅代表作者个人观点", "点击查看原文"
    lines = [*TEXT * 4, notice, control, *TEXT * 4]
    result = sort_lines(lines, title="题")
    assert result.body == [*TEXT * 4, notice, *TEXT * 4]
    assert [each.rule for each in result.removed] == ["control"]
