"""Time: what it is, lengths of it, and when stored articles are looked at again."""
