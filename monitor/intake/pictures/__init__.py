"""Pictures of lists: a file goes in, its lines come out to be ticked or mended, then a post.

Nothing enters a case that nobody has seen. Only the process that reads a picture decodes it. What
takes the checked lines in is accepting.accept(), apart since it loads the readers of posts.
"""

from monitor.intake.pictures.reading import (
    PictureError,
    PictureLine,
    PictureReading,
    content_of,
    kind_of,
    read_picture,
)

__all__ = [
    "PictureError",
    "PictureLine",
    "PictureReading",
    "content_of",
    "kind_of",
    "read_picture",
]
