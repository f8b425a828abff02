"""Visible text one paragraph a line, and pictures with captions."""

from __future__ import annotations

import pytest

from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.html import Element, find, parse
from tests.crawler.pages.blocks.reading import BASE, read


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>一</p><p>二</p>", ["一", "二"]),
        ("一<br>二<br/><br/>三", ["一", "二", "三"]),
        ("前<p>中</p>后", ["前", "中", "后"]),
        ("<div><div>甲</div>乙<div>丙</div></div>", ["甲", "乙", "丙"]),
        ("<p>一<b>二</b><a href=x>三</a>四</p>", ["一二三四"]),
        ("<ul><li>一</li><li>二</li></ul>", ["一", "二"]),
        ("<h2>题</h2>文", ["题", "文"]),
        ("<p>没关<p>也没关<div>又一", ["没关", "也没关", "又一"]),
        ("<p>　　</p><p>&nbsp;</p><p>　　有字</p>", ["有字"]),
        ("<p>留<!-- 去 -->下</p>", ["留下"]),
        ("<p>留<script>去()</script>下<style>.a{}</style></p>", ["留下"]),
        ("<p>留<ins>补</ins>下<iframe>框</iframe></p>", ["留补下"]),
        ('<p>留<ins class="adsbygoogle">广告</ins>下</p>', ["留下"]),
        ('<p>留<ins class="sinaads" data-ad-pdps="1">广告</ins>下</p>', ["留下"]),
        ('<p>留<ins id="ad_12">广告</ins>下</p>', ["留下"]),
        ('<p>留<ins cite="/1" datetime="2026">补</ins>下</p>', ["留补下"]),
        ('<p>留<span style="position:absolute;left:-9999px">去</span>下</p>', ["留下"]),
        ("<pre>一\n二\n\n三</pre>尾", ["一", "二", "三", "尾"]),
        ('<div style="color:red; white-space: pre-wrap">一\n二<b>\n三</b>四</div>',
         ["一", "二", "三四"]),
        ("<xmp>一\n二</xmp>", ["一", "二"]),
        ("<p>一\n二</p>", ["一二"]),
        ("<p>3.2×10<sup>4</sup>个</p>", ["3.2×10⁴个"]),
        ("<p>10<sup>５</sup>个，10<sup>－９</sup>米，H<sub>２</sub>O</p>", ["10⁵个，10⁻⁹米，H₂O"]),
        ("<p>10<sup>-19</sup>库，10<SUP> 12 </SUP>次</p>", ["10⁻¹⁹库，10¹²次"]),
        ("<p>CO<sub>2</sub>、H<sub>2</sub>SO<sub>4</sub></p>", ["CO₂、H₂SO₄"]),
        ("<p>log<sub>2</sub>8，x<sup>n</sup>，V<sub>max</sub>，e<sup>a+b</sup></p>",
         ["log₂8，xⁿ，V_max，e^(a+b)"]),
        ("<p>10<sup>10<sup>2</sup></sup></p>", ["10^(10²)"]),
        ('<p>10<span style="vertical-align: super">4</span>个</p>', ["10⁴个"]),
        ("<p>10<font style='font-size:8px;vertical-align:sub'>4</font></p>", ["10₄"]),
        ("<p>甲<sup>[1]</sup>乙<sup>注</sup>21<sup>st</sup>某<sup>TM</sup></p>",
         ["甲[1]乙注21st某™"]),
        ("<p>甲<sup></sup>乙<sub> </sub>丙</p>", ["甲乙 丙"]),
        ("<p>甲<sup>一<p>二</p></sup>三</p>", ["甲一", "二", "三"]),
        ("<p><math><msup><mi>x</mi><mn>2</mn></msup><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>",
         ["x²1/2"]),
        ("<p><ruby>东<rp>(</rp><rt>dong</rt><rp>)</rp></ruby>方</p>", ["东(dong)方"]),
        ('<p>留<span style="color:red; display : none">去</span>下</p>', ["留下"]),
        ("<p>留</p><p hidden>去</p>尾", ["留", "尾"]),
        ('<div id="ad">去</div>尾<p class="x share">去</p>尾', ["尾", "尾"]),
        ("<table><tr><th>年</th><th>量</th></tr><tr><td>1</td><td>2</td></tr></table>",
         ["年 量", "1 2"]),
        ("<table><tr><td><p>年</p></td><td><p>量</p></td></tr></table>", ["年 量"]),
        ("<table><tr><td><p>段一</p><p>段二</p></td></tr></table>", ["段一", "段二"]),
        ("<table><tr><td>" + "长" * 200 + "</td><td>" + "文" * 200 + "</td></tr></table>",
         ["长" * 200, "文" * 200]),
    ],
)  # fmt: skip
def test_lines(html: str, lines: list[str]) -> None:
    assert read(html, drop=("ad", "share")).lines == lines


def test_nothing_gives_nothing() -> None:
    assert read_blocks(None, base_url=BASE) == Blocks()


def test_text_after_the_element_itself_is_not_its_own() -> None:
    root = parse("<body><div>里</div>外</body>")
    assert read_blocks(find(root, "//div"), base_url=BASE).lines == ["里"]


def test_a_caption_belongs_to_the_picture_right_above_it() -> None:
    blocks = read(
        '<p>文</p><p><img src="/1.jpg"></p><p class="caption">图一<br>某某 摄</p>'
        '<p><img src="/2.jpg"></p><p>文</p><p class="caption">无主</p>'
        '<figure><img src="/3.jpg"><figcaption>图三</figcaption></figure>'
        '<p><img src="/1.jpg">尾</p>'
    )
    assert [(image.url[-5:], image.caption) for image in blocks.images] == [
        ("1.jpg", "图一 某某 摄"),
        ("2.jpg", None),
        ("3.jpg", "图三"),
    ]
    assert blocks.lines == ["文", "文", "尾"]


def test_a_caption_within_a_line_leaves_the_rest_of_the_line() -> None:
    blocks = read('<p>前文<img src="/1.jpg"><span class="caption">图</span>后文</p>')
    assert blocks.lines == ["前文", "后文"]


def test_deep_nesting_needs_no_recursion() -> None:
    # The parser itself stops at a depth; what it keeps must be walked without one.
    assert read("<div>" * 1500 + "底" + "</div>" * 1500).lines == ["底"]


def test_pictures_are_bounded() -> None:
    assert len(read("".join(f'<img src="/{n}.jpg">' for n in range(2000))).images) == 300


def test_a_dropping_rule() -> None:
    def is_promo(node: Element) -> bool:
        return (node.get("href") or "").startswith("https://app.")

    root = parse('<p>文<a href="https://app.example.com">下载</a></p>')
    assert read_blocks(root, base_url=BASE, is_dropped=is_promo).lines == ["文"]
