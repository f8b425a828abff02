"""What stands between the spiders and the network: guards, unpacking, recordings."""
