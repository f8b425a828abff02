"""Which domains a site's articles stand on, by its files alone: nothing of it is loaded or run.

Pages are read by the site of their domain, so no two may claim one. A domain on which a site has
lists only, such as a service for feeds, is not claimed.
"""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

_URLS = "urls.py"
_NAME = "DOMAINS"
_LARGEST = 1_000_000


def claims_of(path: Path) -> frozenset[str]:
    """The domains that a TOML file or a folder of Python claims; none if they cannot be told."""
    file = path / _URLS if path.suffix != ".toml" else path
    try:
        found = file.stat()
    except OSError:  # loading says why
        return frozenset()
    return _claims(os.fspath(file), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1024)
def _claims(file: str, _changed: int, size: int) -> frozenset[str]:
    """Kept until the file changes: a service asks every few seconds."""
    if size > _LARGEST:
        return frozenset()
    try:
        text = Path(file).read_text(encoding="utf-8")
        return _of_toml(tomllib.loads(text)) if file.endswith(".toml") else _of_python(text)
    except (OSError, ValueError, SyntaxError, RecursionError):  # loading says why
        return frozenset()


def _of_toml(said: Mapping[str, object]) -> frozenset[str]:
    tables = said.get("articles")
    tables = tables if isinstance(tables, list) else [tables]
    named = [each.get("hosts") for each in tables if isinstance(each, dict)]
    hosts = [host for each in named for host in _texts(each)]
    anywhere = not named or not all(named)
    return frozenset(
        domain
        for domain in _texts(said.get("domains"))
        if anywhere or any(_is_in(host, domain) for host in hosts)
    )


def _of_python(text: str) -> frozenset[str]:
    for each in ast.parse(text).body:
        if isinstance(each, ast.Assign) and any(map(_is_domains, each.targets)):
            return frozenset(_texts(ast.literal_eval(each.value)))
    return frozenset()


def _is_domains(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == _NAME


def _texts(value: object) -> Iterable[str]:
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [each.lower() for each in values if isinstance(each, str)]


def _is_in(host: str, domain: str) -> bool:
    host = host.removeprefix("*.")
    return host == domain or host.endswith(f".{domain}")
