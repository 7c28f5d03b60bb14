"""How much a picture may ask of this machine."""

BYTES = 20 * 1024 * 1024  # of a file
PIXELS = 50_000_000  # told by the header, before anything is decoded
SIDE = 30_000  # pixels of the longer side
MEMORY = 2 * 1024**3  # bytes that the reading process may allocate
CPU_SECONDS = 120
SECONDS = 240  # by the clock; machines are busy
BOXES = 2000  # places with words
PICTURES = 20  # at once
LINE = 200  # characters of a line
LINES = 500
NO_NETWORK = "the reader of pictures asks nothing of a network"
