"""Begin a new spider: a name goes in; its file, its sample and a test that fails come out."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

import data
import spiders
from monitor.errors import DistressError
from spiders.base import available

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def new_source(name: str, root: Path | None = None) -> list[Path]:
    """Write the spider of that name, its sample and its test; return their paths.

    root: the checkout, else the one that this code runs from. Raises DistressError for a name
    that cannot be one, for files that are there already, and outside a checkout.
    """
    root = root or Path(spiders.__file__).resolve().parents[1]
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise DistressError(
            f"'{name}' cannot be a spider's name; use small letters, digits and _, such as zhihu"
        )
    if name in available():
        raise DistressError(f"there is a spider '{name}' already. See: distress sources")
    if not (root / "tests" / "spiders").is_dir() or not (root / "setup.cfg").is_file():
        raise DistressError(
            f"{root} is not a checkout of the project; clone it and run this there: "
            f"distress new-source {name}"
        )
    words = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "class_spider": "".join(map(str.capitalize, name.split("_"))) + "Spider",
        "class_options": "".join(map(str.capitalize, name.split("_"))) + "Options",
    }
    files = {
        root / "spiders" / f"{name}.py": data.read_text("templates/spider.txt"),
        root / "data" / "samples" / f"{name}.json": '{"posts": []}\n',
        root / "tests" / "spiders" / f"test_{name}.py": data.read_text("templates/test.txt"),
    }
    for path in files:
        if path.exists():
            raise DistressError(f"{path} is there already; choose another name, or remove it")
    for path, text in files.items():
        path.write_text(Template(text).substitute(words), encoding="utf-8")
    return list(files)
