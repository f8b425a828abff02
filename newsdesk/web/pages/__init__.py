"""The pages, a module each: whatever has a `router` here is served."""
