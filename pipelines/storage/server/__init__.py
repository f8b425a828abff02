"""The MongoDB server: how it is reached, and the embedded one that we run."""
