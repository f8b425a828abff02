"""The picture of a night's output in README.md: `python -m tests.support.picture` draws it anew.

It crawls both recorded nights as `newsdesk demo` does, in the demo's own database.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from newsdesk.cli.articles.tables import articles_table
from newsdesk.cli.crawls.demo import (
    LINES,
    crawl_nights,
    demo_columns,
    demo_settings,
    find_recordings,
    heading,
    prepare,
)
from newsdesk.cli.crawls.tables import outcome_table
from pipelines.config import Settings, load_settings
from pipelines.storage.queries import newest_articles

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "night.svg"
WIDTH = 84
ARTICLES = 8
FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, Noto Sans CJK SC, monospace"
_REMOTE_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_TEXT = re.compile(r'(<text [^>]*textLength=")([\d.]+)("[^>]*>)([^<]*)')


def draw(operators: Settings) -> str:
    """The demo's tables as an SVG that asks nobody for a font."""
    settings = demo_settings(operators)
    prepare(settings)
    crawled = list(crawl_nights(find_recordings(), settings))
    console = Console(record=True, width=WIDTH, highlight=False, emoji=False)
    console.print(outcome_table(demo_columns(crawled), lines=LINES))
    console.print(heading("Newest articles"))
    console.print(articles_table(newest_articles(settings, limit=ARTICLES), WIDTH))
    picture = console.export_svg(title="make demo", theme=SVG_EXPORT_THEME)
    picture = _REMOTE_FONT.sub("", picture).replace("Fira Code, monospace", FONTS)
    return _TEXT.sub(_with_true_length, picture)


def _with_true_length(found: re.Match[str]) -> str:
    """Chinese characters are two columns wide; rich counts them as one."""
    before, length, after, content = found.groups()
    text = unescape(content)
    width = float(length) / max(1, len(text)) * cell_len(text)
    return f"{before}{width:g}{after}{content}"


if __name__ == "__main__":
    PICTURE.write_text(draw(load_settings()), encoding="utf-8")
