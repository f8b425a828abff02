"""Whether all that is stored fits together, and what can be mended where it does not.

`checks.py` lists what may be wrong, `finding.py` holds what takes more than looking up a name,
`mending.py` what is done about it, `examining.py` goes through all of it, and `notes.py` keeps how
far that is. `archived.py` says where pages should stand in the archive.
"""
