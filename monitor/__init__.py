"""The line from public posts to supply lines, and the commands people run."""

__version__ = "0.3.0"
