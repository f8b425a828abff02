"""What stands inside the body element of a Sina article and is no part of it."""

from __future__ import annotations

from tests.support.newsroom.furniture import sina_ad

QUOTATION = """
<div class="quotation" data-sudaclick="ad_content_top"><span class="icon quotation-right"></span>
<p>年度产业人物评选正在进行，【<a href="http://finance.sina.com.cn/zt_d/vote" target="_blank">点击投票</a>】</p></div>
"""
QUOTE = """
<style>
.ct_hqimg {margin: 10px 0;} .hqimg_wrapper {text-align: center;}
</style>
<div class="ct_hqimg"><div class="hqimg_wrapper"><a href="http://finance.sina.com.cn/realstock/company/sh000001/nc.shtml" target="_blank"><img src="http://image.sinajs.cn/newchart/v5/cn/min/sh000001.png" alt="" /></a></div>
<div class="hqimg_related"><div class="to_page"><span>热点栏目</span> <a href="http://vip.stock.finance.sina.com.cn/moneyflow/" target="_blank">资金流向</a> <a href="http://finance.sina.com.cn/stock/" target="_blank">个股诊断</a></div></div></div>
"""
VIDEO = """
<div class="artical-player-wrap"><div class="a-p-hd"><div id="videoList0"></div></div>
<div class="play-video-area"><ul class="playlist"><li>正在播放：码头航拍</li><li>下一条：港口吊机是怎样工作的</li></ul></div></div>
"""
QR = """
<!-- 文末二维码 start -->
<style>
.appendQr_wrap{border:1px solid #E6E6E6;padding:8px;}
.appendQr_normal img{width:74px;}
</style>
<div class="clearfix appendQr_wrap"><div class="appendQr_normal"><img src="//n.sinaimg.cn/finance/app/20260101/qrcode.png"></div>
<div class="appendQr_normal_txt">海量资讯、精准解读，尽在新浪财经APP</div></div>
<!-- 文末二维码 end -->
"""
GUBA = (
    '<div data-sudaclick="suda_1028_guba"><p>进入<a href="http://guba.sina.com.cn" '
    'target="_blank">【新浪财经股吧】</a>讨论</p></div>'
)
DISCLAIMER = "<p>　　免责声明：本文内容仅供参考，不构成投资建议，据此操作风险自担。</p>"

BEFORE = {"quotation": QUOTATION, "quote": QUOTE, "video": VIDEO}
AFTER = {"guba": GUBA, "disclaimer": DISCLAIMER, "qr": QR}


def surround(lines: list[str], noise: list[str]) -> list[str]:
    """The paragraphs with the named noise before, between and after them."""
    middle = len(lines) // 2
    between = [_floating_ad(), "<p>　　</p>"] if "ads" in noise else []
    inside = [*lines[:middle], *between, *lines[middle:]]
    before = [BEFORE[name] for name in noise if name in BEFORE]
    after = [AFTER[name] for name in noise if name in AFTER]
    return [*before, *inside, *after]


def _floating_ad() -> str:
    return (
        '<div id="ad_44086" class="otherContent_01" style="display: block; float: left;">'
        f"{sina_ad('PDPS000000044089')}</div>"
    )
