"""Examples of what a reparse changes, side by side; and as a page for a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from attrs import define

from newsdesk.answers.archive.reparsing import Result
from newsdesk.answers.articles.changes import DiffPiece, Mark, field_change
from pipelines.rereading import NEW, TURNED_AWAY, Example
from pipelines.text.harmless import harmless

CONTEXT = 60
"""Characters of unchanged text that are shown on either side of a change."""
MOST_LINES = 40
"""Changed lines of one example that are shown."""
LABELS = {NEW: "stored anew", TURNED_AWAY: "turned away"}
Side = list[DiffPiece]


@define(frozen=True, kw_only=True)
class Shown:
    """An example: its lines as they are stored, and as they are read now. left_out: lines that are
    not shown."""

    example: Example
    lines: list[tuple[Side, Side]]
    left_out: int

    @property
    def is_change(self) -> bool:
        """Whether a stored article is read differently; else only its headline is shown."""
        return self.example.field not in LABELS

    @property
    def label(self) -> str:
        """What has changed, in words."""
        return LABELS.get(self.example.field, self.example.field.replace("_", " "))


def shown_examples(examples: Sequence[Example]) -> Iterator[Shown]:
    """Yields the examples, those of a field one after the other."""
    for example in sorted(examples, key=lambda each: (each.field in LABELS, each.field)):
        name = example.field
        change = field_change(name, {name: example.before}, {name: example.after})
        lines = _paired([(_side(each, "gone"), _side(each, "new")) for each in change.lines])
        shown = lines[:MOST_LINES]
        yield Shown(example=example, lines=shown, left_out=len(lines) - len(shown))


def _paired(lines: Sequence[tuple[Side, Side]]) -> list[tuple[Side, Side]]:
    """Puts a line that was taken away beside the one that came for it."""
    paired: list[tuple[Side, Side]] = []
    for old, new in lines:
        before = next((at for at, (_, right) in enumerate(paired) if not right), None)
        if not old and before is not None:
            paired[before] = (paired[before][0], new)
        else:
            paired.append((old, new))
    return paired


def _side(pieces: Sequence[DiffPiece], mark: Mark) -> Side:
    own = [piece for piece in pieces if piece.mark in ("same", mark)]
    return [_shortened(each, place, len(own)) for place, each in enumerate(own)]


def _shortened(piece: DiffPiece, place: int, number: int) -> DiffPiece:
    text = harmless(piece.text)
    if piece.mark == "same":
        head = text[:CONTEXT] if place or number == 1 else ""
        tail = text[-CONTEXT:] if place < number - 1 or number == 1 else ""
        if len(text) > len(head) + len(tail) + 1:
            text = f"{head}…{tail}"
    return DiffPiece(mark=piece.mark, text=text)


def as_page(result: Result) -> str:
    """Returns the examples as one page that needs nothing beside it; all texts are escaped."""
    counts, verb = result.outcome.counts, "would change" if result.dry else "changed"
    cards = "".join(map(_card, shown_examples(result.outcome.examples)))
    fields = "".join(
        f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{number:,}</td></tr>"
        for name, number in result.outcome.fields.most_common()
    )
    refused = "".join(
        f"<tr><td>{escape(reason)}</td><td>{number:,}</td></tr>"
        for reason, number in result.outcome.refused.most_common()
    )
    facts = "".join(
        f"<div><b>{counts[name]:,}</b><span>{label}</span></div>"
        for name, label in (
            ("looked_at", "read again"),
            ("changed", verb),
            ("unchanged", "unchanged"),
            (NEW, "not stored so far"),
            (TURNED_AWAY, "of no topic"),
        )
    )
    tables = f"<section class=tables>{_table('Field', 'Articles', fields)}" + (
        f"{_table('Not readable', 'Articles', refused)}</section>"
    )
    empty = "<p class=none>Nothing is read differently.</p>"
    return _PAGE.format(
        job=escape(result.job), facts=facts, tables=tables, cards=cards or empty, style=_STYLE
    )


def _table(first: str, second: str, rows: str) -> str:
    head = f"<thead><tr><th>{first}</th><th>{second}</th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>" if rows else ""


def _card(shown: Shown) -> str:
    example = shown.example
    rows = "".join(f"<div>{_html(old)}</div><div>{_html(new)}</div>" for old, new in shown.lines)
    sides = f"<div class=sides><h3>stored</h3><h3>by today's rules</h3>{rows}</div>"
    more = f"<p class=none>and {shown.left_out:,} more lines</p>" if shown.left_out > 0 else ""
    return (
        f"<article><header><span class=field>{escape(shown.label)}</span>"
        f"<h2>{escape(harmless(example.title))}</h2><code>{escape(harmless(example.article))}</code>"
        f"<address>{escape(harmless(example.url))}</address></header>"
        f"{sides if shown.is_change else ''}{more}</article>"
    )


def _html(side: Side) -> str:
    tags = {"gone": "del", "new": "ins"}
    parts = []
    for piece in side:
        tag, text = tags.get(piece.mark), escape(piece.text)
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(parts) or "<i>nothing</i>"


_STYLE = """
:root{color-scheme:light dark;--ink:#1c2024;--dim:#697077;--line:#dfe3e8;--paper:#fff;
--back:#f5f6f8;--gone:#b3261e;--gone-back:#fbe4e2;--new:#1a6b3c;--new-back:#dcf3e4;--mark:#3355aa}
@media(prefers-color-scheme:dark){:root{--ink:#e7e9ec;--dim:#98a0a8;--line:#33383f;--paper:#1d2025;
--back:#131519;--gone:#ff9c94;--gone-back:#4a1f1c;--new:#85dfa9;--new-back:#173c27;--mark:#9db4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.65 system-ui,"Noto Sans CJK SC",
"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:72rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;margin:0}main>p{color:var(--dim);margin:.2rem 0 1.5rem}
.facts{display:flex;flex-wrap:wrap;gap:.75rem;margin-bottom:1.5rem}
.facts div{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;
padding:.7rem 1.1rem;min-width:8rem}
.facts b{display:block;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums}
.facts span{color:var(--dim);font-size:.85rem}
.tables{display:flex;flex-wrap:wrap;gap:2.5rem;margin-bottom:2rem}
table{border-collapse:collapse}th{text-align:left;color:var(--dim);font-weight:500;font-size:.85rem}
td,th{padding:.15rem 2rem .15rem 0}td+td,th+th{text-align:right;padding-right:0;
font-variant-numeric:tabular-nums}
article{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;margin:0 0 1.25rem;
overflow:hidden}
header{padding:1rem 1.25rem .8rem;border-bottom:1px solid var(--line)}
h2{font-size:1.05rem;margin:.35rem 0 .1rem}
code,address{font:.8rem ui-monospace,monospace;color:var(--dim);overflow-wrap:anywhere}
.field{background:var(--mark);color:var(--paper);border-radius:1rem;padding:.1rem .7rem;
font-size:.8rem}
.sides{display:grid;grid-template-columns:1fr 1fr}
.sides>*{margin:0;padding:.45rem 1.25rem;overflow-wrap:anywhere;min-width:0}
.sides>:nth-child(even){border-left:1px solid var(--line)}
h3{font-size:.8rem;font-weight:500;color:var(--dim)}
del{background:var(--gone-back);color:var(--gone);border-radius:.2rem;text-decoration:line-through}
ins{background:var(--new-back);color:var(--new);border-radius:.2rem;text-decoration:none}
i,.none{color:var(--dim)}.none{padding:0 1.25rem .6rem}
@media(max-width:40rem){main{padding:1.25rem .75rem}.sides>*{padding:.4rem .75rem}}
"""
_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Reading again: {job}</title><style>{style}</style></head>
<body><main><h1>The archive, read again</h1><p>{job}</p>
<div class=facts>{facts}</div>{tables}{cards}</main></body></html>
"""
