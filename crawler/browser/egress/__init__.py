"""How the browser gets out: a proxy of our own that judges every address."""
