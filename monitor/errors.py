"""The errors of the project: each names what is wrong and the way out; monitor/cli prints them.

Raise one of these where a person can mend the cause; let everything else surface as it is.
"""


class DistressError(Exception):
    """What went wrong, in words for the person at the terminal; exit status 1."""

    exit_status = 1


class SettingsError(DistressError):
    """distress.toml is missing, unreadable or has a wrong key or value; exit status 2."""

    exit_status = 2


class StoreBusyError(DistressError):
    """Another process kept the store's write lock longer than we wait; exit status 3."""

    exit_status = 3


class StoreError(DistressError):
    """The store's file is not a store of ours or cannot be opened."""


class UnknownNameError(DistressError):
    """A case, source, agent or disposition that does not exist was named."""

    def __init__(self, what: str, name: object, choices: list[str], see: str) -> None:
        known = ", ".join(choices) if choices else "none yet"
        super().__init__(f"no {what} '{name}'; there are: {known}. See: {see}")
