"""Fetching what the site kit looks at: a spider that keeps pages as a recording."""
