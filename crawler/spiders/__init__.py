"""What every spider does: walk its site's lists, ask for what is new there, read the articles."""
