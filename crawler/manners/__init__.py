"""Politeness towards a site: its budget, the pauses it asks for, hosts that are down, walls."""
