"""How a request is carried out: by the network, from a recording, or on loopback."""
