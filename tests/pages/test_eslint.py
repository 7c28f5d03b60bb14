"""The scripts of the pages are held to eslint's rules, and a script that breaks one is told of."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).resolve().parents[2]
ESLINT = HERE / ".ci/node/node_modules/.bin/eslint"
PAGE = "monitor/pages/scripts/agent/x.js"
RULES = "monitor/calling/page/x.js"
BRANCHES = "\n".join(f"  if (a === {number}) return {number};" for number in range(12))


@pytest.mark.parametrize(
    ("place", "code", "rule"),
    [
        (PAGE, "nowhere();\n", "no-undef"),
        (PAGE, "const a = 1;\n", "no-unused-vars"),
        (PAGE, 'import { a } from "./y.js";\n', "no-unused-vars"),
        (PAGE, "const a = 1;\nconst f = (a) => a;\n\nexport { a, f };\n", "no-shadow"),
        (PAGE, f"function f(a) {{\n{BRANCHES}\n  return 0;\n}}\n\nexport {{ f }};\n", "complexity"),
        (PAGE, "export const a = 1;\n", "no-restricted-syntax"),
        (PAGE, "export default 1;\n", "no-restricted-syntax"),
        (PAGE, 'import * as a from "./y.js";\na.b();\n', "no-restricted-syntax"),
        (PAGE, "const a = 1;\nexport { a };\nvoid a;\n", "no-restricted-syntax"),
        (RULES, "document.title = 1;\n", "no-undef"),
        (RULES, "localStorage.clear();\n", "no-undef"),
        (RULES, "const a = Date.now();\n\nexport { a };\n", "no-restricted-properties"),
        (RULES, "const a = new Date();\n\nexport { a };\n", "no-restricted-syntax"),
    ],
)
def test_a_break_of_the_rules_is_told(
    missing: Callable[[str], NoReturn], place: str, code: str, rule: str
) -> None:
    if not ESLINT.is_file():
        missing("eslint (npm install --prefix .ci/node)")
    told = subprocess.run(
        [str(ESLINT), "--stdin", "--stdin-filename", place, "--format", "json"],
        cwd=HERE,
        input=code,
        capture_output=True,
        text=True,
    )
    (file,) = json.loads(told.stdout)
    assert [message["ruleId"] for message in file["messages"]] == [rule]
