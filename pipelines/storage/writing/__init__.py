"""How what a crawl hands over gets into MongoDB, and where it waits when that is away."""
