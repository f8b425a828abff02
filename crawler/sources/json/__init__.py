"""Reading JSON as sites send it: what stands around it, slips, ways to a value."""
