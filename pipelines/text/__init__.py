"""Pure functions over text: cleaning, folding, script, topics."""
