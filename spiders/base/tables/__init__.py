"""The one reader of tables and files: a stream of bytes goes in, rows with their columns come out.

For the archive, and for whatever else takes in a file that people made: spreadsheets save it,
other programs export it, the network cuts it. Whatever it is, each row that cannot be read comes
out with its place, what is wrong and what to do; it never raises for what a file holds.
"""

from spiders.base.tables.cells import lost_number, unguarded
from spiders.base.tables.encoding import encoding_of
from spiders.base.tables.row import AHEAD, GZIP, Row
from spiders.base.tables.rows import read

__all__ = ["AHEAD", "GZIP", "Row", "encoding_of", "lost_number", "read", "unguarded"]
