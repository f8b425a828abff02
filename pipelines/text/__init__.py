"""Pure functions over text: cleaning, folding, script, queries, and what texts are found by."""
