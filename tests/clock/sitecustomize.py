"""Python reads this as it starts: a process that a test starts has the clock of the tests."""

import contextlib
import sys
from pathlib import Path

# A foreign environment, such as that of a real server, has no clock to set.
with contextlib.suppress(ImportError):
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    import staged_clock

    # Only the clock: a folder of tests has the name of a package that stands further back.
    sys.path.pop()
    staged_clock.start()
