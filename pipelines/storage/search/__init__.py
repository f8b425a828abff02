"""How articles are looked up: by query and by likeness."""
