"""The errors of the project: each names what is wrong and the way out; monitor/cli prints them.

Raise one of these where a person can mend the cause; let everything else surface as it is.
"""

_LONGEST_NAME = 80  # characters of a wrong name that are told


class DistressError(Exception):
    """What went wrong, in words for the person at the terminal; exit status 1."""

    exit_status = 1


class SettingsError(DistressError):
    """distress.toml is missing, unreadable or has a wrong key or value; exit status 2."""

    exit_status = 2


class StoreBusyError(DistressError):
    """Another process has the store's write lock, or runs the schedule on it; exit status 3."""

    exit_status = 3


class StoreError(DistressError):
    """The store's file is missing, damaged, full, read-only or not ours; exit status 4."""

    exit_status = 4


class UnknownNameError(DistressError):
    """A case, source, agent or disposition that does not exist was named."""

    def __init__(self, what: str, name: object, choices: list[str], see: str) -> None:
        known = ", ".join(choices) if choices else "none yet"
        shown = str(name)[:_LONGEST_NAME] + "…" * (len(str(name)) > _LONGEST_NAME)
        super().__init__(f"no {what} '{shown}'; there are: {known}. See: {see}")


class QueueError(DistressError):
    """The queue between the desk's machine and its workers does not answer, or refuses."""
