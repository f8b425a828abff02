"""JSON in what answers put around it: calls, assignments, guards, remarks, warnings."""

from __future__ import annotations

import json
import re

_GAP = r"\s{0,9}+"
_NAME = r"[A-Za-z_$][\w$.]{0,100}+"
_INDEX = r"(?:'[^'\n]{1,100}'|\"[^\"\n]{1,100}\"|\d{1,4})"
_REFERENCE = rf"{_NAME}(?:{_GAP}\[{_GAP}{_INDEX}{_GAP}\](?:\.{_NAME})?+)*+"
_TYPE = rf"typeof{_GAP}\(?{_REFERENCE}\)?{_GAP}={{2,3}}{_GAP}['\"]function['\"]"
_TEST = rf"(?:\(?{_GAP}{_TYPE}{_GAP}\)?|{_REFERENCE}){_GAP}&&{_GAP}"
_WARNING = (
    r"(?:<br ?/?>\s{0,9}+){0,4}+(?:<b>)?+(?:PHP )?+"
    r"(?:Warning|Notice|Deprecated|Strict Standards)(?:</b>)?+:"
)
_BEFORE = re.compile(
    r"\A(?:[\s\ufeff;]++|//[^\n]*+(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*+\*/|<!--(?:[^-]|-(?!->))*+-->"
    rf"|\)\]\}}',?|&&&START&&&|\{{\}}{_GAP}&&|throw\s\d{{1,9}}+"
    rf"|(?:while{_GAP}\({_GAP}(?:1|true)|for{_GAP}\({_GAP};{_GAP};){_GAP}\)(?:{_GAP}\{{{_GAP}\}})?"
    rf"|(?P<warning>{_WARNING})[^\n]*+(?:\n|\Z))*+",
    re.IGNORECASE,
)
"""Remarks, a server's warnings, and what keeps another site's page from running the answer."""
_CALL = re.compile(
    rf"\A(?:try{_GAP}\{{{_GAP})?(?:if{_GAP}\([^(){{}}]{{1,100}}\){_GAP}\{{?{_GAP})?"
    rf"(?:{_TEST}){{0,2}}(?:void\s|!)?(?:{_REFERENCE}{_GAP})?\({_GAP}"
)
_CALL_END = re.compile(
    rf"\){_GAP};?{_GAP}(?:\}}{_GAP})?(?:catch{_GAP}\({_GAP}\w{{0,20}}{_GAP}\){_GAP}"
    rf"\{{[^{{}}]{{0,100}}\}}{_GAP};?{_GAP})?\Z"
)
_ASSIGNED = re.compile(
    rf"\A(?:(?:(?:var|let|const)\s{_GAP})?{_REFERENCE}{_GAP}={_GAP}(?:{_REFERENCE}{_GAP}\|\|{_GAP})?"
    rf"|(?:return|export default)\s{_GAP})(?=[\[{{(])"
)
_BEHIND = re.compile(
    r"(?:/\*(?:[^*]|\*(?!/)){0,300}+\*/|<!--(?:[^-]|-(?!->)){0,300}+-->"
    rf"|(?<=[;)\]}}])[ \t]{{0,9}}+//[^\n\"']{{0,300}}+|{_WARNING}[^{{}}\"]{{0,500}}+)\s{{0,9}}+\Z",
    re.IGNORECASE,
)
_LONGEST_END = 600


def unwrapped(text: str) -> tuple[str, int]:
    """The JSON, and how much stood around it that a server should not have sent.

    Raises:
        ValueError: more stands behind a call.
    """
    text, remarks = _without_remarks(text)
    assigned = _ASSIGNED.match(text)
    if assigned is not None:
        text = text[assigned.end() :]
    call = _CALL.match(text)
    if call is None:
        return text.rstrip("; \t\r\n"), remarks
    end = _CALL_END.search(text, max(call.end(), len(text) - _LONGEST_END))
    inside = text[call.end() : end.start() if end else len(text)]
    if _goes_on(inside):
        raise ValueError("JSONP that goes on after the call")
    return inside, remarks


def _without_remarks(text: str) -> tuple[str, int]:
    before = _BEFORE.match(text)
    place = before.end() if before else 0
    remarks = int(before is not None and before["warning"] is not None)
    end = len(text)
    while match := _BEHIND.search(text, max(place, end - _LONGEST_END), end):
        end = match.start()
        remarks += 1
    return text[place:end].rstrip(), remarks


def _goes_on(inside: str) -> bool:
    """Whether what stands in a call's brackets is JSON and then something else."""
    try:
        _, end = json.JSONDecoder().raw_decode(inside)
    except (ValueError, RecursionError):
        return False
    return bool(inside[end:].strip())
