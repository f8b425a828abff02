"""The Scrapy project: sites, the ways to find their articles, and the pages they are read from."""
