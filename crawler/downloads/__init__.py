"""Downloads: from the public internet, through a proxy, or from a recording."""
