"""What is strange in a line that should be made of certain words alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from attrs import define

from crawler.pages.lines.words.media import is_medium
from crawler.pages.lines.words.names import is_sure_name
from crawler.pages.lines.words.roles import either, words
from crawler.pages.lines.words.sections import read_sections

_CLAUSE_ENDS = re.compile("[,。;!?:()~]")
_MEDIUM = re.compile("[网报社号台刊]|新闻|客户端|财经|观察")
_LONGEST_NAME = 12
_OTHERS = r"[“\"「《][^”\"」》]{1,20}[”\"」》]|[!-~©]++|[、\s…·—【】“”]++"


@define(frozen=True)
class Vocabulary:
    """The words that lines of a kind are made of, and the characters that join them.

    covering: a pattern for runs of the words, of what is quoted, and of what is not Chinese;
    beginning: for such a run with the particles.
    """

    covering: re.Pattern[str]
    beginning: re.Pattern[str]
    particles: str

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """From a file with the sections [words] and [particles]."""
        sections = read_sections(path)
        known = either(words(sections["words"]))
        particles = sections["particles"].strip()
        return cls(
            covering=re.compile(rf"(?:{known})++|{_OTHERS}"),
            beginning=re.compile(rf"(?:{known}|[{particles}]|{_OTHERS})++"),
            particles=particles,
        )

    def may_begin(self, text: str) -> bool:
        """Whether the first clause is made of the words, as far as no medium is named in it.

        Most lines are told apart by their first two characters.
        """
        end = _CLAUSE_ENDS.search(text)
        clause = text[: end.start()] if end else text
        known = self.beginning.match(clause)
        begun = known.end() if known else 0
        return begun == len(clause) or _MEDIUM.search(clause, begun) is not None

    def strange(self, text: str, site_names: Collection[str]) -> Iterator[list[str]]:
        """Clause by clause, what is neither one of the words nor the name of a medium or person."""
        for clause in _CLAUSE_ENDS.split(text):
            if clause:
                yield self._strange_words(clause, site_names)

    def _strange_words(self, clause: str, site_names: Collection[str]) -> list[str]:
        rest = self.covering.sub(" ", clause).split()
        return [word for word in rest if not self._is_known(word, site_names)]

    def _is_known(self, word: str, site_names: Collection[str]) -> bool:
        """Names may begin and end with a joining character, too."""
        bare = word.strip(self.particles)
        if not bare:
            return True
        forms = {bare, word, word.lstrip(self.particles), word.rstrip(self.particles)}
        return any(
            len(form) <= _LONGEST_NAME and (is_medium(form, site_names) or is_sure_name(form))
            for form in forms
        )
