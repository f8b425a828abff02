"""What a schedule says, and when it is due."""
