"""The model that judges posts: a folder of `distress train` goes in, the readers judge by it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import data
from classifiers.request import request
from classifiers.request.model import Model
from monitor.errors import DistressError


def use(folder: Path) -> None:
    """Judge by the model in `folder` from now on.

    Raises DistressError where there is no model or it cannot be read.
    """
    path = folder / request.MODEL_FILE
    if not path.is_file():
        raise DistressError(
            f"no {request.MODEL_FILE} in {folder}; make one with: distress train {folder}"
        )
    read(path.read_bytes(), str(path))
    request.use_models_in(folder)


def present(folder: Path) -> tuple[Model, str] | None:
    """Return the model that one in `folder` would replace and its name, None where there is none.

    It is the one in `folder`, or else the bundled one. Raises DistressError where it is unreadable.
    """
    path = folder / request.MODEL_FILE
    if path.is_file():
        return read(path.read_bytes(), str(path)), str(path)
    try:
        return read(data.read_bytes(f"models/{request.MODEL_FILE}"), "bundled"), "the bundled one"
    except FileNotFoundError:
        return None


def read(content: bytes, name: str) -> Model:
    """Return the model of a file's content; raises DistressError naming the file otherwise."""
    try:
        return Model.from_bytes(content)
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise DistressError(
            f"{name} is not a model of this version ({error}); remove it, or make another with: "
            "distress train"
        ) from None
