"""The Scrapy project: sites, sources that list their articles, page objects, and what runs them."""
