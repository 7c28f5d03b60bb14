"""The lead's own call scripts: a folder in, the text of a language's file out."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import SettingsError
from monitor.pages.language import LANGUAGES

NAMES = {code: f"call.{code}.md" for code in LANGUAGES}
LARGEST = 100_000  # bytes: ten times the bundled one


def own_text(folder: Path, code: str) -> tuple[Path, str] | None:
    """Return the file for language `code` in `folder` and its text, None where there is none.

    Raises SettingsError for a folder that is not there, a file named almost like a script, and
    one that is too large or no UTF-8.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"digest.scripts: there is no folder {folder}. Make it, or leave digest.scripts out "
            "of the settings for the bundled scripts"
        )
    path = folder / NAMES[code]
    try:
        _refuse_strays(folder)
        if not os.path.lexists(path):
            return None
        if not path.is_file():
            raise SettingsError(f"{path}: not a file that can be read")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise SettingsError(f"{path}: too large; a script has at most {LARGEST:,} bytes")
    try:
        return path, raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}: line {line}: not UTF-8; save the file as UTF-8") from None


def _refuse_strays(folder: Path) -> None:
    """Refuse a file that its writer takes for a script and nobody would read."""
    for name in sorted(os.listdir(folder)):
        if name.casefold().startswith("call.") and name not in NAMES.values():
            raise SettingsError(
                f"{folder / name}: no script is named so; there are: {', '.join(NAMES.values())}"
            )
