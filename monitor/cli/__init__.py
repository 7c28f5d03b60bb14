"""The commands, in the order of the line; the only room that prints.

Modules that load spaCy, Scrapy or scikit-learn are imported by the commands that need them, so
that the others answer at once.
"""

# The order of these imports is the order of the commands.
# isort: off
from monitor.cli.frame import main
from monitor.cli import setup, stages, callbacks, supplies, cases, contacts
from monitor.cli import desk, whole, status, reading, reread
# isort: on

__all__ = [
    "callbacks",
    "cases",
    "contacts",
    "desk",
    "main",
    "reading",
    "reread",
    "setup",
    "stages",
    "status",
    "supplies",
    "whole",
]
