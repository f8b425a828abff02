"""Where things stand on the pages of a site: names of elements, places, how far they hold."""
