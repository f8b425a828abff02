"""How entries of a crawl get into MongoDB, and where they wait while MongoDB is away."""
