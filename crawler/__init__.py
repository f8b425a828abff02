"""The Scrapy project: sites, the ways to find their articles, the pages that are read."""
