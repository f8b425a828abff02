"""A site as one TOML file, for people who write no Python: read into a `Site` and a page object.

docs/sites.md is the reference of the form.
"""
