"""The script of a page: its entry module goes in; it and all that it imports come out as one text.

A module of ours has one form, so that no parser is needed to put it into a page: comments, then
imports (`import { a, b } from "./x.js";`), then its code, then at most one `export { a, b };` as
its last line. What it exports is a const, a function or a class, for the page has its value. In the
page each module is a function that is called once, so that its names are its own.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_NAMES = r"\{\s+(\w+(?:,\s+\w+)*),?\s+\}"
_IMPORT = re.compile(rf'import {_NAMES} from "(\.[\w./]+)";\n')
_MODULE = re.compile(
    rf"(?://.*\n)*(?P<imports>(?:{_IMPORT.pattern})*)(?P<body>(?s:.*?))"
    rf"(?:export (?P<exports>{_NAMES});\n)?"
)
_DEFINED = re.compile(r"^(?:const|class|(?:async )?function\*?) (\w+)", re.M)
_OTHER_FORM = re.compile(r"^\s*(?:import|export)\b.*|\bimport\(.*", re.M)


class BundleError(Exception):
    """Modules that make no script; its words name the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module: its path from the root, what it imports by path, what it exports, its code."""

    path: str
    imports: dict[str, tuple[str, ...]]
    exports: tuple[str, ...]
    body: str

    @property
    def variable(self) -> str:
        """The name in the page of what it exports; two paths never share one."""
        return _variable(self.path)

    @property
    def text(self) -> str:
        """The module as the page has it, in a scope of its own."""
        names = "".join(
            f"const {{ {', '.join(names)} }} = {_variable(path)};\n"
            for path, names in self.imports.items()
        )
        doors = f"return {{ {', '.join(self.exports)} }};\n" if self.exports else ""
        return (
            f"const {self.variable} = (() => {{ // {self.path}\n{names}{self.body}{doors}}})();\n"
        )


@cache
def bundle(entry: str) -> str:
    """Return the script of a page of ours.

    entry: the file in scripts/ that starts it, such as agent.js.
    Raises BundleError where its modules do not fit together.
    """
    return "".join(module.text for module in modules(f"pages/scripts/{entry}", files("monitor")))


def modules(entry: str, root: Traversable) -> list[Module]:
    """Return the module at a path from `root` and all it imports, each after those it imports.

    Raises BundleError for a file that is not there or not of the one form, for an import of what
    is not exported, and for modules that import each other.
    """
    ready: dict[str, Module] = {}
    _follow(entry, root, ready, ())
    return list(ready.values())


def _follow(
    path: str, root: Traversable, ready: dict[str, Module], above: tuple[str, ...]
) -> Module:
    """Put a module into `ready`, after those it imports; above: who is waiting for it."""
    if path in above:
        circle = (*above[above.index(path) :], path)
        raise BundleError(f"modules import each other: {' → '.join(circle)}")
    if path not in ready:
        module = _read(path, root, above)
        for other, names in module.imports.items():
            exports = _follow(other, root, ready, (*above, path)).exports
            for name in names:
                if name not in exports:
                    raise BundleError(
                        f"{path} imports {name} from {other}, which exports"
                        f" {', '.join(exports) or 'nothing'}"
                    )
        ready[path] = module
    return ready[path]


def _read(path: str, root: Traversable, above: tuple[str, ...]) -> Module:
    try:
        text = root.joinpath(path).read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise BundleError(
            f"{above[-1] if above else 'the page'} imports {path}, which is not there"
        ) from error
    parts = _MODULE.fullmatch(text)
    if not parts:
        raise BundleError(f"{path} does not end with a line")
    body = parts["body"]
    other = _OTHER_FORM.search(body)
    if other:
        raise BundleError(
            f"{path}: {other[0].strip()!r} is not of the one form; first all"
            ' `import { a, b } from "./x.js";`, last one `export { a, b };`'
        )
    imports: dict[str, tuple[str, ...]] = {}
    for names, target in _IMPORT.findall(parts["imports"]):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if place in imports:
            raise BundleError(f"{path} imports {place} twice")
        imports[place] = _names(names)
    exports = _names(parts["exports"] or "")
    for name in sorted(set(exports) - set(_DEFINED.findall(body))):
        raise BundleError(f"{path} exports {name}, which is no name of its own")
    return Module(path=path, imports=imports, exports=exports, body=body)


def _variable(path: str) -> str:
    """Return a name for a module: no path has the $ that stands for its slashes."""
    return path.removesuffix(".js").replace("/", "$")


def _names(words: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", words))
