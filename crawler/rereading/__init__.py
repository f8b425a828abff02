"""Reading archived pages again, without Scrapy's engine: records in, articles out.

A plan (`planning`) deals an archive's records out in chunks that hold whole articles; `visits` says
which pages belong to one visit of an article; `reading` makes an article of them, by today's page
objects (`rules`).
"""
