"""Ways to find articles: each source knows its requests and reads its answers, nothing else."""
