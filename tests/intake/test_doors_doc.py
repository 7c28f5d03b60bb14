"""What docs/doors.md tells of the doors is what is there: commands, tests, sources."""

from __future__ import annotations

import re

from documents import COMMANDS, ROOT, cells

from monitor.intake import DOORS

DOCUMENT = "docs/doors.md"


def test_every_door_is_told() -> None:
    assert [row[0].strip("`") for row in cells(DOCUMENT, "source")] == list(DOORS)


def test_every_door_has_a_command_and_a_test_that_are_there() -> None:
    for door, command, tests in cells(DOCUMENT, "door"):
        words = re.search(r"`(distress [a-z ]+)`", command)
        assert words and words[1] in COMMANDS, door
        for path in tests.split(", "):
            assert (ROOT / path).is_file(), path
