"""Makes the table of regional words. `python -m pipelines.text.regions.table`.

It is made of OpenCC's phrases for Taiwan and Hong Kong (Apache-2.0), both ways, and of `own.txt`
and `ambiguous.txt`, and is a file of the package: which articles a topic finds does not change
with a newer OpenCC.
Each line: the Mainland's word, then the others, all folded; ~: named only, and searched on wish.
A line of one word is a phrase that stays as it is (字节跳动 is not made of 字节).
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import opencc

from pipelines.text.fold import fold

TABLE = Path(__file__).with_name("regional.txt")
OWN = Path(__file__).with_name("own.txt")
DOUBTFUL = Path(__file__).with_name("ambiguous.txt")
AMBIGUOUS = "~"

_OPENCC = Path(opencc.__file__).parent / "clib"
_TO_REGION = ("TWPhrases", "HKPhrases")
_FROM_REGION = ("TWPhrasesRev", "HKPhrasesRev")
_SECONDS = 30
_SINGLE = frozenset("硅矽钚钸酰醯")
"""Characters that are words of their own also inside of others: 硅片, 矽片."""


def groups() -> list[list[str]]:
    """The lines of the table, by this OpenCC."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    doubtful = {word for line in _lines(DOUBTFUL) for word in line.split()}
    for mainland, other in _pairs():
        plain = other.removeprefix(AMBIGUOUS)
        if min(len(mainland), len(plain)) > 1 or {mainland, plain} <= _SINGLE:
            found[mainland].setdefault("" if mainland == plain else other)
    return [[word, *_marked(others, doubtful)] for word, others in sorted(found.items())]


def _marked(others: Collection[str], doubtful: Collection[str]) -> Iterator[str]:
    for other in others:
        plain = other.removeprefix(AMBIGUOUS)
        marked = other != plain or plain in doubtful
        if plain and not (other != plain and plain in others):
            yield f"{AMBIGUOUS if marked else ''}{plain}"


def _pairs() -> Iterator[tuple[str, str]]:
    for line in _lines(OWN):
        mainland, *others = line.split()
        yield from ((fold(mainland), fold(other)) for other in others)
    for name in _TO_REGION:
        for word, others in _dictionary(name):
            yield from ((word, other) for other in others)
    for name in _FROM_REGION:
        for word, others in _dictionary(name):
            yield from ((other, word) for other in others)


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _dictionary(name: str) -> Iterator[tuple[str, list[str]]]:
    """The entries of a dictionary that OpenCC ships, folded."""
    with TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        source = _OPENCC / "share" / "opencc" / f"{name}.ocd2"
        program = str(_OPENCC / "bin" / "opencc_dict")
        command = [program, "-f", "ocd2", "-t", "text", "-i", str(source), "-o", str(text)]
        subprocess.run(command, check=True, timeout=_SECONDS, capture_output=True)  # noqa: S603 OpenCC's own
        for line in text.read_text(encoding="utf-8").splitlines():
            word, _tab, others = line.partition("\t")
            yield fold(word), [fold(other) for other in others.split()]


def text_of(lines: list[list[str]]) -> str:
    """The file that holds a table."""
    return "".join(f"{' '.join(line)}\n" for line in lines)


if __name__ == "__main__":
    TABLE.write_text(text_of(groups()), encoding="utf-8")
    sys.stderr.write(f"{TABLE}: {len(groups())} lines\n")
