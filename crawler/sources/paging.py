"""How a list's pages are told apart in what is asked: by number, or by how many came before."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define

PLACES = ("{page}", "{offset}")


@define(frozen=True, kw_only=True)
class Pages:
    """Addresses of a list's pages.

    url: with `{page}` or `{offset}` in it, if there is more than one page. first: of the first
    page, where that is another one. number_from: what `{page}` is on the first page (0 where
    the second one is called 1). page_size: entries on a page; `{offset}` grows by as many.
    """

    url: str
    first: str | None = None
    number_from: int = 1
    page_size: int = 0

    def check(self, texts: Iterable[str]) -> None:
        """Refuse what would be asked for all pages in the same way. texts: with the places.

        Raises:
            ValueError: says what is missing.
        """
        if self.page_size <= 0 and any("{offset}" in text for text in texts):
            raise ValueError("{offset} needs page_size, the number of entries on a page")

    def address(self, number: int) -> str:
        """Returns where page `number` stands; the first one is 1."""
        if number == 1 and self.first is not None:
            return self.first
        return filled(self.url, self.values(number))

    def values(self, number: int) -> dict[str, int]:
        """Returns what stands for `{page}` and `{offset}` on page `number`."""
        return {"page": self.number_from + number - 1, "offset": (number - 1) * self.page_size}


def has_places(text: str) -> bool:
    """Whether something in a text changes from page to page."""
    return any(place in text for place in PLACES)


def filled(text: str, values: dict[str, int]) -> str:
    """Returns the text with the values in their places."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
