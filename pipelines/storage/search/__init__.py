"""How articles are looked up: by query, by likeness, by story, by hot list."""
