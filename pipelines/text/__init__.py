"""Pure functions over text: cleaning, folding, fingerprints, script, queries, finding."""
