"""The scripts of the pages are modules that fit together, and one text comes of them."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from monitor.pages.bundle import BundleError, bundle, modules

MONITOR = Path(str(files("monitor")))
ROOMS = ("calling/page", "pages/scripts")
ENTRIES = (
    "agent.js", "intake.js", "lead.js", "live.js", "rehearsal.js", "sealed.js", "supplies.js"
)  # fmt: skip
# What the modules of a folder may import beside those of their own.
MAY_IMPORT: dict[str, set[str]] = {
    "calling/page": set(),
    "pages/scripts/shared": set(),
    "pages/scripts/memory": {"calling/page", "pages/scripts/shared"},
    "pages/scripts/agent": {"calling/page", "pages/scripts/shared", "pages/scripts/memory"},
    "pages/scripts/live": {
        "pages/scripts/shared",
        "pages/scripts/memory",
        "pages/scripts/agent",
    },
    "pages/scripts": {
        "pages/scripts/shared",
        "pages/scripts/memory",
        "pages/scripts/agent",
        "pages/scripts/live",
    },
}
OURS = {
    module.path: module
    for entry in ENTRIES
    for module in modules(f"pages/scripts/{entry}", files("monitor"))
}
LIB = "// A library.\nconst a = 1;\nfunction b() {}\nconst own = 2;\n\nexport { a, b };\n"


def _room(path: str) -> str:
    return path.rpartition("/")[0]


def test_every_module_is_part_of_a_page() -> None:
    there = {
        path.relative_to(MONITOR).as_posix()
        for room in ROOMS
        for path in (MONITOR / room).rglob("*.js")
    }
    assert there == set(OURS)


def test_every_export_is_imported_by_another_module() -> None:
    wanted = {
        (path, name)
        for module in OURS.values()
        for path, names in module.imports.items()
        for name in names
    }
    there = {(module.path, name) for module in OURS.values() for name in module.exports}
    assert there - wanted <= {("calling/page/contacts.js", "kinds")}


@pytest.mark.parametrize("path", sorted(OURS))
def test_a_module_imports_only_from_rooms_below_its_own(path: str) -> None:
    rooms = {_room(other) for other in OURS[path].imports} - {_room(path)}
    assert rooms <= MAY_IMPORT[_room(path)]


@pytest.mark.parametrize("path", sorted(OURS))
def test_a_module_says_first_what_it_is_for(path: str) -> None:
    about = re.match(r"(?:// .+\n)+", (MONITOR / path).read_text(encoding="utf-8"))
    assert about
    assert about[0].endswith(".\n")


def test_each_rule_of_the_page_stands_beside_its_twin() -> None:
    twins = {path.stem for path in (MONITOR / "calling").glob("*.py")}
    rules = {path.stem for path in (MONITOR / "calling/page").glob("*.js")}
    assert rules - twins <= {"contacts", "zones"}, "zones.js is beside hours.py"


def test_a_module_stands_once_and_after_those_it_imports() -> None:
    found = [module.path for module in modules("pages/scripts/live.js", files("monitor"))]
    assert len(found) == len(set(found))
    for at, path in enumerate(found):
        assert set(OURS[path].imports) <= set(found[:at])


def _written(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_two_modules_may_use_one_name_for_their_own(tmp_path: Path, chromium: Any) -> None:
    root = _written(
        tmp_path,
        {
            "lib/x.js": LIB,
            "y.js": 'import { a } from "./lib/x.js";\n\nconst own = a + 40;\n\nexport { own };\n',
            "page.js": 'import { b } from "./lib/x.js";\nimport {\n  own,\n} from "./y.js";\n\n'
            "globalThis.answer = [own, typeof b];\n",
        },
    )
    script = "".join(module.text for module in modules("page.js", root))
    page = chromium.new_page()
    assert page.evaluate(f"{script}; globalThis.answer") == [41, "function"]
    page.close()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            'import { c } from "./lib/x.js";\n',
            "page.js imports c from lib/x.js, which exports a, b",
        ),
        ('import { a } from "./lib/z.js";\n', "page.js imports lib/z.js, which is not there"),
        ('import { a } from "./y.js";\n', "each other: page.js → y.js → page.js"),
        ('import { a } from "./page.js";\n', "each other: page.js → page.js"),
        (
            'import { a } from "./lib/x.js";\nimport { b } from "./lib/x.js";\n',
            "page.js imports lib/x.js twice",
        ),
        ('import * as x from "./lib/x.js";\n', "is not of the one form"),
        ('import { a as c } from "./lib/x.js";\n', "is not of the one form"),
        ('import "./lib/x.js";\n', "is not of the one form"),
        ('const d = 1;\nimport { a } from "./lib/x.js";\n', "is not of the one form"),
        ('const x = await import("./lib/x.js");\n', "is not of the one form"),
        ("export const d = 1;\n", "is not of the one form"),
        ("export default 1;\n", "is not of the one form"),
        ("const d = 1;\nexport { d };\nd();\n", "is not of the one form"),
        ("export { d };\n", "page.js exports d, which is no name of its own"),
        ("let d = 1;\nexport { d };\n", "page.js exports d, which is no name of its own"),
        ("function d() {\n  const e = 1;\n}\nexport { e };\n", "page.js exports e, which is no"),
    ],
)
def test_modules_that_do_not_fit_are_refused_by_name(tmp_path: Path, entry: str, said: str) -> None:
    y = 'import { a } from "./page.js";\n\na();\n'
    root = _written(tmp_path, {"lib/x.js": LIB, "y.js": y, "page.js": entry})
    with pytest.raises(BundleError, match=re.escape(said)):
        modules("page.js", root)


def test_the_bundle_holds_no_trace_of_modules() -> None:
    assert not re.search(r"^\s*(import|export)\b", bundle("live.js"), re.M)
