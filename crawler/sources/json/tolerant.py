"""JSON with slips: what can be read is read, and what was mended is said.

Strict JSON comes first and is the rule. The kept parsers for loose JSON lose line breaks and lone
backslashes, or close what was cut off and make JSON of any page; none says what it changed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import islice, pairwise

from attrs import define, field

LONGEST = 1_000_000
_MOST_TOKENS = 100_000
"""Of a text that is mended. A list of fifty entries has two thousand; more take seconds."""
_MOST_SLIPS = 2_000
_MOST_UNREADABLE = 20
"""Entries that are left out of one answer, at most."""
_GUESS = "quote"
"""A quote that stands unescaped in a string is known by what follows it. That is a guess, which
must not reach beyond one entry of a list."""
_MOST_ENDS = 3
_LONGEST_NUMBER = 30

_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\n]++)|(?P<odd_blank>[\s\x00-\x1f\ufeff\u200b]++)"
    r"|(?P<comment>(?://|#)[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|<!--(?:[^-]|-(?!->))*+-->)"
    r"|(?P<quote>[\"'`])|(?P<mark>[\[\]{}:,])|(?P<like_mark>=>?|[：，、；;])"
    r"|(?P<hex>0[xX][0-9a-fA-F]{1,16})|(?P<number>[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?)"
    r"|(?P<name>[A-Za-z_$][\w$]*+)|(?P<other>.)",
    re.DOTALL,
)
_VALID = r"\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4})"
_SPECIAL = r"(?P<escape>\\(?:x[0-9a-fA-F]{2}|.)?)|(?P<control>[\x00-\x1f])"
_IN_STRING = {
    '"': re.compile(rf"(?:[^\"\\\x00-\x1f]|{_VALID})++|{_SPECIAL}|(?P<end>\")", re.DOTALL),
} | {
    quote: re.compile(
        rf"(?:[^{quote}\"\\\x00-\x1f]|{_VALID})++|{_SPECIAL}|(?P<end>{quote})|(?P<other>\")",
        re.DOTALL,
    )
    for quote in "'`"
}
_QUOTE_SLIPS = {"'": "single quotes", "`": "backticks"}
_COMMAS = ",，、；;"
_ENDS_KEY = re.compile(r"\s{0,400}+(?:[:：]|=(?!=))")
_ENDS_VALUE = re.compile(
    r"\s{0,400}+(?:[\]}]|\Z|,\s{0,400}+(?:[\"'`\]}/#<]|[A-Za-z_$][\w$]{0,60}+\s{0,400}+:))"
)
_ENDS_ELEMENT = re.compile(r"\s{0,400}+(?:[\]}]|\Z|,\s{0,400}+[\"'`\[{\]/#<0-9tfn-])")
_MEMBER_FOLLOWS = re.compile(
    r"\s{0,400}+[，、；;]?\s{0,400}+[\"'][^\"'\r\n]{1,60}+[\"']\s{0,400}+:"
)
_MEMBER_INSIDE = re.compile(
    r"\"\s{0,9}+[^\w\s\"]{0,2}\s{0,9}+\"[A-Za-z_]\w{0,40}+\"\s{0,9}+[:：=]\s{0,9}+\""
)
_NAMES = {"true": "true", "false": "false", "null": "null", "True": "true", "False": "false"}
_NO_VALUES = frozenset({"None", "undefined", "NaN", "Infinity"})
_STRICT_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_NESTING = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|[\[\]{}]", re.DOTALL)
_FIRST_KEY = re.compile(
    r"\{\s{0,400}+(?P<key>\"[^\"\\]{1,60}+\"|'[^'\\]{1,60}+'|[A-Za-z_$][\w$]{0,60}+)\s{0,400}+:"
)
_END = re.compile(r"\}(?=\s{0,400}+,)")
_MOST_INNER = 8
_LAST_END = re.compile(r"\}(?=\s{0,400}+,?\s{0,400}+\])|\}[^{}\[\]\"]{1,200}+(?=\])")


def loads(text: str) -> tuple[object, Counter[str]]:
    """The data of a JSON text and what had to be mended, by kind.

    An entry of a list that cannot be mended becomes None, and the others stay.

    Raises:
        ValueError: no JSON, more than a few slips away from it, or cut off.
        RecursionError: nested too deeply.
    """
    try:
        return json.loads(text), Counter()
    except json.JSONDecodeError as error:
        if len(text) > LONGEST:
            raise
        try:
            strict, slips = _best(text, error.pos)
            return _strict(strict), slips
        except ValueError:
            raise error from None
    except ValueError:  # a number of thousands of digits
        return _strict(text), Counter({"number": 1})


def _best(text: str, place: int) -> tuple[str, Counter[str]]:
    """The text mended as a whole; entry by entry if that fails or takes a guess.

    place: where strict reading failed.
    """
    whole = _mended(text)
    if _GUESS not in whole[1] and _is_whole(*whole):
        return whole
    best = _by_entries(text, place) or whole
    if not _is_whole(*best):
        raise ValueError("beyond mending")
    return best


def _strict(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_bounded)


def _bounded(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


@define
class _Mender:
    """One walk over a text that is nearly JSON.

    out: the pieces of the text made strict. slips: what was mended. before: the last piece that
    is no blank. open: the brackets around the place.
    """

    text: str
    out: list[str] = field(factory=list)
    slips: Counter[str] = field(factory=Counter)
    before: str = ""
    open: list[str] = field(factory=list)

    def run(self) -> None:
        place = 0
        for _ in range(_MOST_TOKENS):
            match = _TOKEN.match(self.text, place)
            if match is None:
                return
            place = match.end()
            kind = match.lastgroup or ""
            if kind == "quote":
                place = self._string(place, match[0])
            elif kind == "mark":
                self._mark(match[0])
            elif kind == "like_mark":
                self._like_mark(match[0])
            elif kind == "name":
                self._name(match[0], place)
            elif kind in {"number", "hex"}:
                number = _number(match[0])
                self._value(number, "" if number == match[0] else "number")
            elif kind in {"odd_blank", "comment"}:
                self.out.append(" ")
                self._slip("comment" if kind == "comment" else "control character")
            elif kind == "blank":
                self.out.append(match[0])
            else:
                self._put(match[0])
        raise ValueError("too long to be mended")

    def _slip(self, kind: str) -> None:
        """Note what was mended.

        Raises:
            ValueError: so much that this is no JSON.
        """
        self.slips[kind] += 1
        if self.slips[kind] > _MOST_SLIPS:
            raise ValueError("too much to mend")

    def _value(self, written: str, slip: str = "") -> None:
        """Put a value or a key, after the comma that may be missing."""
        if self.before and self.before[-1] not in "[{:,":
            self.out.append(",")
            self._slip("missing comma")
        self._put(written)
        if slip:
            self._slip(slip)

    def _put(self, written: str) -> None:
        self.out.append(written)
        self.before = written

    def _mark(self, mark: str) -> None:
        if mark in "[{":
            self._value(mark)
            self.open.append(mark)
        elif mark == "," and self.before[-1:] in ("", ",", "[", "{"):
            self._slip("stray comma")
        else:
            if self.before == ":" and mark != ":":
                self._put("null")
                self._slip("empty value")
            if mark in "]}":
                self._drop_comma()
                del self.open[-1:]
            self._put(mark)

    def _like_mark(self, mark: str) -> None:
        """A mark that stands for a comma, or behind a name for a colon."""
        if mark in _COMMAS:
            self._mark(",")
            self._slip("another comma")
        elif self.open[-1:] == ["{"] and self.before[-1:] == '"':
            self._mark(":")
            self._slip("another colon")
        else:
            self._put(mark)

    def _drop_comma(self) -> None:
        """Take a comma away before a closing bracket."""
        if self.before != ",":
            return
        while self.out and self.out[-1] != ",":
            self.out.pop()
        del self.out[-1:]
        self._slip("stray comma")

    def _name(self, name: str, place: int) -> None:
        if name in _NAMES and name not in ("True", "False"):
            self._value(_NAMES[name])
        elif name in _NO_VALUES or name in _NAMES:
            self._value(_NAMES.get(name, "null"), "name")
        elif _ENDS_KEY.match(self.text, place):
            self._value(json.dumps(name), "name without quotes")
        else:
            self._put(name)

    def _string(self, place: int, quote: str) -> int:
        """Put the string whose text begins at `place`; the place behind it."""
        pieces = []
        for match in _IN_STRING[quote].finditer(self.text, place):
            place = match.end()
            if match["end"] and self._is_end(place):
                break
            pieces.append(self._piece(match, quote))
        self._value('"' + "".join(pieces) + '"', _QUOTE_SLIPS.get(quote, ""))
        return place

    def _piece(self, match: re.Match[str], quote: str) -> str:
        """A piece of a string as strict JSON has it."""
        written = match[0]
        if match["control"]:
            self._slip("control character")
            return _escaped(written)
        if match["escape"]:
            return self._escape(match)
        if match["end"]:
            self._slip("quote")
        return '\\"' if written == '"' else written

    def _escape(self, match: re.Match[str]) -> str:
        self._slip("escape")
        after = match[0][1:]
        if len(after) > 1:  # \x41
            return f"\\u00{after[1:]}"
        return (
            after if after in _QUOTE_SLIPS else "\\\\" + (_escaped(after) if after < " " else after)
        )

    def _is_end(self, place: int) -> bool:
        """Whether a quote inside a string ends it: what JSON wants next stands behind it."""
        in_object = self.open[-1:] == ["{"]
        if in_object and self.before[-1:] != ":":
            return _ENDS_KEY.match(self.text, place) is not None
        ends = _ENDS_VALUE if in_object else _ENDS_ELEMENT
        return bool(ends.match(self.text, place) or _MEMBER_FOLLOWS.match(self.text, place))


def _escaped(control: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in control)


def _number(written: str) -> str:
    """A number without a plus, with digits on both sides of its point, and no leading zeros."""
    if _STRICT_NUMBER.fullmatch(written):
        return written
    if written[:2] in ("0x", "0X"):
        return str(int(written, 16))
    sign = "-" if written.startswith("-") else ""
    whole, point, rest = written.lstrip("+-").partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}" + (
        f".{rest if rest[:1].isdigit() else '0' + rest}" if point else ""
    )


def _mended(text: str) -> tuple[str, Counter[str]]:
    """The text made strict as far as possible, and its slips."""
    mender = _Mender(text)
    mender.run()
    return "".join(mender.out), mender.slips


def _by_entries(text: str, place: int) -> tuple[str, Counter[str]] | None:
    """The text with each entry of the list around `place` mended for itself, or taken for null.

    None: no list of objects is open there.
    """
    start = _start_of_list(text, place)
    first = _FIRST_KEY.search(text, start) if start is not None else None
    if start is None or first is None:
        return None
    begins = re.compile(r",\s{0,400}+(?=\{\s{0,400}+" + re.escape(first["key"]) + r"\s{0,400}+:)")
    head, pieces, tail = text[:start], begins.split(text[start:]), ""
    ends = [match.end() for match in islice(_LAST_END.finditer(pieces[-1]), _MOST_ENDS)]
    for end in ends:
        tail = pieces[-1][end:]
        if end == ends[-1] or _entry(pieces[-1][:end]) is not None:
            pieces[-1] = pieces[-1][:end]
            break
    entries, slips = [], Counter[str]()
    while pieces:
        entry, used = _longest_entry(pieces)
        del pieces[:used]
        entries.append(entry[0] if entry else "null")
        slips.update(entry[1] if entry else {"unreadable entry": 1})
        if slips["unreadable entry"] > _MOST_UNREADABLE:
            raise ValueError("most entries are beyond mending")
    whole, more = _mended(head + ",".join(entries) + tail)
    return whole, slips + more


def _longest_entry(pieces: list[str]) -> tuple[tuple[str, Counter[str]] | None, int]:
    """The first entry of the pieces and of how many it is made: its own lists may be cut, too."""
    for used in range(1, min(len(pieces), _MOST_ENDS) + 1):
        text = ", ".join(pieces[:used])
        entry = _entry(text) if used == 1 else (text, Counter[str]())
        if entry is not None and _is_whole(*entry):
            return entry, used
    return _first_entry(pieces[0]), 1


def _first_entry(text: str) -> tuple[str, Counter[str]] | None:
    """An entry and, taken for null, what stands behind it and is none: `{...},oops`."""
    ends = [match.end() for match in islice(_END.finditer(text), _MOST_INNER)]
    for end in ends:
        entry = _entry(text[:end])
        if entry is not None and entry[0].lstrip().startswith("{"):
            return f"{entry[0]},null", entry[1] + Counter({"unreadable entry": 1})
    return None


def _entry(text: str) -> tuple[str, Counter[str]] | None:
    """One entry made strict, and its slips; None if that is beyond mending."""
    return next(
        (each for each in ((text, Counter[str]()), _mended(text)) if _is_whole(*each)), None
    )


def _is_whole(text: str, slips: Counter[str]) -> bool:
    """Whether a text is JSON; where quotes were guessed, no name may stand twice in an object."""
    try:
        if _GUESS in slips:
            json.loads(text, object_pairs_hook=_unrepeated)
        _strict(text)
    except ValueError:
        return False
    return True


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice: one entry was read into another")
    if any(isinstance(value, str) and _MEMBER_INSIDE.search(value) for value in found.values()):
        raise ValueError("a member was read into the one before it")
    return found


def _start_of_list(text: str, place: int) -> int | None:
    """Where the entries begin of the outermost list of objects that is open at `place`."""
    opened: list[tuple[str, int]] = []
    for match in _NESTING.finditer(text, 0, place):
        if match[0] in "[{":
            opened.append((match[0], match.end()))
        elif match[0] in "]}":
            del opened[-1:]
    pairs = pairwise([*opened, ("{", place)])
    return next((at for (outer, at), (inner, _) in pairs if (outer, inner) == ("[", "{")), None)
