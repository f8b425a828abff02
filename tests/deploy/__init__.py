"""What stands in `deploy/`: each file is judged by what reads it, and run as far as it can be."""
