"""The version is one: of the program, of the changelog's newest heading, of the command."""

from __future__ import annotations

import re
from datetime import date

from click.testing import CliRunner
from documents import read

from monitor import __version__
from monitor.cli import main

HEADING = re.compile(r"^## \[(\d+)\.(\d+)\.(\d+)\] - (unreleased|\d{4}-\d\d-\d\d)$", re.M)


def test_the_newest_heading_of_the_changelog_is_this_version() -> None:
    headings = HEADING.findall(read("CHANGELOG.md"))
    assert len(headings) == len(re.findall(r"^## ", read("CHANGELOG.md"), re.M))
    assert ".".join(headings[0][:3]) == __version__


def test_versions_and_their_days_go_down_and_only_the_newest_has_none() -> None:
    headings = HEADING.findall(read("CHANGELOG.md"))
    versions = [tuple(map(int, one[:3])) for one in headings]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(one[3]) for one in headings if one[3] != "unreleased"]
    assert days == sorted(days, reverse=True)
    assert all(one[3] != "unreleased" for one in headings[1:])


def test_the_command_tells_its_version() -> None:
    done = CliRunner().invoke(main, ["--version"])
    assert (done.exit_code, done.output) == (0, f"distress, version {__version__}\n")
