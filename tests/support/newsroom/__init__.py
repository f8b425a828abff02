"""Two invented news sites in the shapes of the real ones: their pages, lists and APIs.

The articles stand in `fixtures/recordings/newsroom/*.toml`; `python -m tests.support.newsroom`
writes the recordings of two nights and the articles that must come out of them. Benchmarks use
the same pages, filled with random text.
"""
