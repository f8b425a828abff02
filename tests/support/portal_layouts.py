"""Articles and lists in the layouts of portals of 2005 to 2012, and of what came after.

Sentences are the newsroom's; only the markup is what such sites had: nested tables, fonts, text
parted by line breaks, advertisements within it, and far more links than text around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from attrs import define

from tests.support.newsroom.random_pieces import random_pieces

CHANNELS = ("首页", "新闻", "财经", "科技", "体育", "娱乐", "汽车", "房产", "教育", "健康")


@define(frozen=True)
class Story:
    """An article that a layout shows."""

    title: str
    paragraphs: tuple[str, ...]
    source: str = "河湾晚报"
    time: str = "2008年06月03日 09:26"
    editor: str = "周以宁"


Layout = Callable[[Story, Sequence[Story]], str]


def stories(count: int, seed: int) -> list[Story]:
    """Articles of different length. The first paragraph says what the title says, as news do."""
    return [
        Story(piece.title, (f"本报讯 {piece.title}。{piece.body[0]}", *piece.body[1:]))
        for piece in random_pieces("sina", count, seed=seed)
    ]


def _links(others: Sequence[Story], form: str = "<li><a href='/a/{}.htm'>{}</a></li>") -> str:
    return "".join(form.format(number, escape(each.title)) for number, each in enumerate(others))


def _menu(form: str = "<td><a href='/c/{}'>{}</a></td>") -> str:
    return "".join(form.format(number, name) for number, name in enumerate(CHANNELS))


def _page(story: Story, body: str, site: str = "河湾网") -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{escape(story.title)}_{site}</title></head>"
        f"<body>{body}<div>Copyright © 2008 {site} 版权所有，未经许可不得转载。</div></body></html>"
    )


def nested_tables(story: Story, others: Sequence[Story]) -> str:
    """A table in a table in a table; between the paragraphs floats a table of advertisements."""
    box = (
        "<table align=left width=300><tbody><tr><td><table><tr><td>"
        "<a href='/s/1'>最省钱的网络电话</a>"
        "</td><td><a href='/s/2'>表情秀出百变心情</a></td></tr><tr><td><a href='/p/1'>"
        "<img src='/p/1.jpg'>"
        "</a></td></tr><tr><td>爱犬出席首映会</td></tr></table></td></tr></tbody></table>"
    )
    text = [f"<P style='TEXT-INDENT: 2em'>{escape(each)}</P>" for each in story.paragraphs]
    text.insert(len(text) // 2, f"<P style='TEXT-INDENT: 2em'>{box}</P>")
    related = _links(others, "·<a href=/a/{}.htm>{}</a><br>")
    beside = _links(others, "<tr><td><a href=/b/{}>{}</a></td></tr>")
    return _page(
        story,
        f"<table width=760><tr>{_menu()}</tr></table><table width=760><tr><td width=560><table>"
        f"<tr><td align=center><font size=4><b>{escape(story.title)}</b></font></td></tr>"
        f"<tr><td align=center>{story.time}　{story.source}　<a href='/r'>我要评论(15)</a></td>"
        f"</tr>"
        f"<tr><td><div id='Text'>{''.join(text)}<P align=right>[责任编辑:{story.editor}]</P>"
        f"</div></td>"
        f"</tr><tr><td><b>相关新闻</b><br>{related}"
        f"</td></tr>"
        f"</table></td><td width=200>"
        f"<table>{beside}"
        "</table></td></tr></table>",
    )


def fonts_and_breaks(story: Story, others: Sequence[Story]) -> str:
    """All text in one cell, parted by line breaks, with an advertisement's script in it."""
    text = "<br><br>".join(f"　　{escape(each)}" for each in story.paragraphs)
    return _page(
        story,
        f"<center><table><tr>{_menu('<td><font size=2><a href=/c/{}>{}</a></font></td>')}</tr>"
        f"</table>"
        f"<table><tr><td><font size=5><strong>{escape(story.title)}</strong></font></td></tr>"
        f"<tr><td><font size=2 color=#999999>{story.time} 来源：{story.source}</font></td></tr>"
        f"<tr><td><font size=3 id=zoom>{text}<script>document.write('<p>广告，买一送一。</p>')"
        f"</script>"
        f"</font></td></tr><tr><td>{_links(others, '<a href=/a/{}.htm>{}</a><br>')}</td></tr>"
        f"</table>"
        "</center>",
    )


def columns(story: Story, others: Sequence[Story]) -> str:
    """Two columns of divs; beside the text a ranking whose entries have a sentence each."""
    ranking = "".join(
        f"<dl><dt><a href='/a/{number}'>{escape(each.title)}</a></dt>"
        f"<dd>{escape(each.paragraphs[-1][:60])}</dd></dl>"
        for number, each in enumerate(others)
    )
    text = "".join(f"<p>{escape(each)}</p>" for each in story.paragraphs)
    return _page(
        story,
        f"<div class='nav'>{_menu('<a href=/c/{}>{}</a>')}</div><div id='main'><div id='left'>"
        f"<div id='artical'><h1 id='tit'>{escape(story.title)}</h1><div id='sth'><span>{story.time}"
        f"</span> <span>来源：{story.source}</span> <span>【大 中 小】</span> "
        f"<a href='#c'>共有评论12条</a>"
        f"</div><div id='real'>{text}</div><p>责任编辑：{story.editor}</p></div></div>"
        f"<div id='right'><h3>点击排行</h3>{ranking}</div></div>",
    )


def feedback_below(story: Story, others: Sequence[Story]) -> str:
    """A box below that is called article, too, and holds one sentence of the site's own."""
    text = "".join(f"<P style='TEXT-INDENT: 2em'>{escape(each)}</P>" for each in story.paragraphs)
    return _page(
        story,
        f"<ul>{_menu('<li><a href=/c/{}>{}</a></li>')}</ul><div class='mod'><div class='hd'>"
        f"<h1>{escape(story.title)}</h1><div class='titBar'><span>{story.time}</span>"
        f"<span>{story.source}</span><a href='#c'>我要评论(0)</a></div></div><div class='bd'>"
        f"<div id='Cnt-Main'>{text}</div></div></div>"
        f"<div id='Feedback-Article' class='Article mod'>"
        "<p>对本频道若有意见或者建议，欢迎写信给我们的值班编辑，地址见首页底部。</p></div>"
        f"<ul>{_links(others)}</ul>",
    )


def recommendations_below(story: Story, others: Sequence[Story]) -> str:
    """Below follow the beginnings of other articles, longer than this one altogether."""
    items = "".join(
        f"<div class='rec-item content'><h3><a href='/a/{number}'>{escape(each.title)}</a></h3>"
        f"{''.join(f'<p>{escape(text)}</p>' for text in each.paragraphs[:3])}</div>"
        for number, each in enumerate(others)
    )
    text = "".join(f"<p>　　{escape(each)}</p>" for each in story.paragraphs)
    return _page(
        story,
        f"<div class='top'><div class='ttl'>{escape(story.title)}</div><div class='info'>"
        f"{story.time} 来源：{story.source}</div></div><div class='detail'>{text}</div>"
        f"<div class='recommend-list'>{items}</div>",
    )


def comments_below(story: Story, others: Sequence[Story]) -> str:
    """Comments in whole sentences, many of them."""
    remarks = [text for each in others for text in each.paragraphs]
    comments = "".join(
        f"<div class='post-item'><span class='user'>网友{number}</span><p>{escape(text)}</p>"
        "<a href='#'>回复</a><a href='#'>顶(3)</a></div>"
        for number, text in enumerate(remarks)
    )
    text = "".join(f"<p>{escape(each)}</p>" for each in story.paragraphs)
    return _page(
        story,
        f"<h1>{escape(story.title)}</h1><p class='info'>{story.time}　来源: "
        f"<a href='/'>{story.source}"
        f"</a><a href='#c'>举报</a></p><div class='post_text'>{text}</div>"
        f"<div id='comment-list'><h4>热门跟帖</h4>{comments}</div>",
    )


def sections_of_wechat(story: Story, others: Sequence[Story]) -> str:
    """Sections in sections, hidden until a script shows them."""
    text = "".join(
        f"<section><section><span>{escape(each)}</span></section></section>"
        for each in story.paragraphs
    )
    return (
        f"<html><head><meta charset='utf-8'>"
        f"<meta property='og:title' content='{escape(story.title)}'>"
        f"<title></title></head><body><div id='img-content'><h1>{escape(story.title)}</h1>"
        f"<span id='js_name'>{story.source}</span><em id='publish_time'>{story.time}</em>"
        f"<div id='js_content' style='visibility: hidden;'>{text}</div></div>"
        f"<div class='rich_media_tool'>{_links(others)}</div></body></html>"
    )


ARTICLES: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (
        nested_tables,
        fonts_and_breaks,
        columns,
        feedback_below,
        recommendations_below,
        comments_below,
        sections_of_wechat,
    )
}


def headlines(story: Story, others: Sequence[Story]) -> str:
    """A section's list of headlines."""
    return _page(Story("社会新闻", ()), f"<h1>社会新闻</h1><ul>{_links((story, *others))}</ul>")


def abstracts(story: Story, others: Sequence[Story]) -> str:
    """A list with the first sentence of each article."""
    items = "".join(
        f"<div class='item'><h2><a href='/a/{number}'>{escape(each.title)}</a></h2>"
        f"<p>{escape(each.paragraphs[0][:90])}</p><span>2008-06-03 09:26</span></div>"
        for number, each in enumerate((story, *others))
    )
    return _page(Story("河湾要闻", ()), f"<h1>河湾要闻</h1><div class='list'>{items}</div>")


def topic(story: Story, others: Sequence[Story]) -> str:
    """A topic's page: a few sentences on it, then links."""
    return _page(
        Story("旧码头改造专题", ()),
        "<h1>旧码头改造专题</h1><div class='intro'><p>旧码头改造工程今年动工，分为两期，"
        "本专题收集各方面的报道，并将随时更新。</p></div>"
        f"<div class='col'><ul>{_links((story, *others))}</ul></div>",
    )


def ranking(story: Story, others: Sequence[Story]) -> str:
    """A ranking: numbers, headlines, clicks."""
    rows = _links(
        (story, *others), "<tr><td>{0}</td><td><a href='/a/{0}'>{1}</a></td><td>88</td></tr>"
    )
    return _page(Story("点击排行榜", ()), f"<table><tr><th>点击排行榜</th></tr>{rows}</table>")


def home(story: Story, others: Sequence[Story]) -> str:
    """A home page: blocks of links, some with the beginning of an article."""
    blocks = "".join(
        f"<div class='block'><h3><a href='/c/{number}'>{name}</a></h3><p><a href='/a/{number}'>"
        f"{escape(story.title)}</a>{escape(story.paragraphs[0][:50])}</p><ul>{_links(others)}"
        f"</ul></div>"
        for number, name in enumerate(CHANNELS)
    )
    return (
        "<html><head><meta charset='utf-8'><title>河湾网-看得见的河湾</title></head>"
        f"<body>{blocks}</body></html>"
    )


def nothing(story: Story, others: Sequence[Story]) -> str:
    """What a site shows for an article that has gone: its frame."""
    del story
    return _page(
        Story("河湾网", ()),
        f"<ul>{_links(others[:5])}</ul><p>您访问的页面不存在，请返回首页，或者联系客服人员。</p>",
    )


LISTS: dict[str, Layout] = {
    layout.__name__: layout for layout in (headlines, abstracts, topic, ranking, home, nothing)
}
