"""The site kit: from some pages of a site to a proposal how to read it.

Pure functions over pages that were fetched before. What an article says is known beforehand, from
the reading without rules or from what is stored; the kit finds where that stands on the pages.
Begin with `survey.py`; `look.py` says what is fetched, `writing.py` writes the file.
"""
