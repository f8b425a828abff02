"""Page objects: from a response to an `Article`, without asking anything of the outside world."""
