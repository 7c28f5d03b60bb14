"""The live desk: the agents' pages served from the store, and outcomes taken in at once."""
