"""The query language of topics and of search: read, and matched against articles."""
