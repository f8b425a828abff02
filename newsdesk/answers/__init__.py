"""What people ask, whatever the medium."""
