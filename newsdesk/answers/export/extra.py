"""What only the extra `export` installs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from newsdesk.exceptions import MissingExtra

PACKAGES = frozenset(("pyarrow", "xlsxwriter"))


@contextmanager
def explained() -> Iterator[None]:
    """Says how to get the packages that the imports of the block miss.

    Raises:
        MissingExtra: the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in PACKAGES:
            raise
        raise MissingExtra(
            f"This needs {error.name}: install the extra `export` (pip install 'newsdesk[export]')."
        ) from error


def is_installed() -> bool:
    """Tells whether everything of the extra is there."""
    return all(find_spec(package) for package in PACKAGES)
