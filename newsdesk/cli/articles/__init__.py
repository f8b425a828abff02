"""Commands about what was collected."""
