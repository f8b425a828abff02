"""The visible text of an element, one paragraph a line, and the pictures in it with captions."""

from crawler.pages.blocks.addresses import absolute
from crawler.pages.blocks.reader import MOST_LINES, Blocks, read_blocks

__all__ = ["MOST_LINES", "Blocks", "absolute", "read_blocks"]
