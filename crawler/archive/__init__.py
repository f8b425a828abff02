"""The WARC archive: what sites sent, as they sent it; how it is written, read, checked and mended.

Nothing here knows Scrapy, sites or MongoDB. A record is a gzip member of its own (`members`), a
file holds the records of one site, kind and day (`folder`), and an index lies beside each.
"""
