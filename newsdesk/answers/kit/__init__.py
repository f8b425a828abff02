"""Sites: proposed from their pages, mended by what is stored, recorded and checked."""
