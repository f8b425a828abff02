"""Reading articles of sites without rules: where the text is, what stands around its title."""
