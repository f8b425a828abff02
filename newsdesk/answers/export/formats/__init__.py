"""The forms that exports have, each a writer that can go on where an earlier one was cut off."""
