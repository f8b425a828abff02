"""How a site is treated: its budget, its wish for pauses, hosts that are down, walls."""
