"""What the words of a line are: names of people, media, roles, words of a kind."""
