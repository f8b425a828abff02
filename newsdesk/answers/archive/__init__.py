"""What people ask of the WARC archive: what it holds, a page as it was, whether all is whole."""
