"""How the browser reaches the internet: by a proxy of our own that judges every connection."""
