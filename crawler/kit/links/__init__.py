"""What the links of a site say: which addresses are articles, and where they are listed."""
