"""Lines just below a picture that say what it shows and whose it is: they are its caption.

In a story told by pictures such lines are all the text there is; there they stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.pages.blocks.link_lists import Links
from crawler.pages.lines.boilerplate.pictures import LONGEST_CAPTION, is_caption
from crawler.pages.lines.words.plain import plain_form
from pipelines.items import Image

_FEWEST = 60
"""Characters that a text has without the captions of its pictures."""


def without_captions(
    lines: Sequence[str], links: Mapping[int, Links], below: Mapping[int, Image]
) -> tuple[list[str], dict[int, Links]]:
    """The lines that are no captions, with their links; a caption goes to its picture.

    below: pictures by the number of the line that stands just below each.
    """
    captions = {
        number
        for number, image in below.items()
        if number < len(lines)
        and image.caption is None
        and len(lines[number]) <= LONGEST_CAPTION
        and is_caption(plain_form(lines[number]))
    }
    told = sum(len(lines[number]) for number in captions)
    rest = sum(map(len, lines)) - told
    if not captions or rest < max(_FEWEST, told):
        return list(lines), dict(links)
    for number in captions:
        below[number].caption = lines[number].lstrip("▲△↑ ")
    kept = [number for number in range(len(lines)) if number not in captions]
    moved = {old: new for new, old in enumerate(kept)}
    return (
        [lines[number] for number in kept],
        {moved[number]: found for number, found in links.items() if number in moved},
    )
