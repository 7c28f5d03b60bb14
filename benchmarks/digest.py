"""Write the digest of many open cases by this tree and by another one, from copies of one store.

usage: python benchmarks/digest.py [CASES [TREE]]

A store of CASES open cases (20,000 where left out) of 40 agents. In processes of their own: the
first digest of a day, and the pages once more after one outcome, as `distress run` brings it to
them at once. Prints as JSON the CPU-seconds (user and system) and the peak of memory of each; with
TREE, a checkout of an earlier commit (git worktree add), of both, their ratios, and how many of the
pages have the same bytes but for the line that says when they were made.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE / "tests")]

from many_cases import add_assigned  # noqa: E402

from monitor.store import Store  # noqa: E402

AGENTS = tuple(f"同事{number}" for number in range(1, 41))
_NOW = datetime(2026, 2, 12, 6, 30, tzinfo=UTC)
_GENERATED = re.compile(rb'^<script [^>]* id="generated">.*$', re.MULTILINE)
_WORK = """
import sys
from datetime import datetime
from pathlib import Path
from monitor import digest
from monitor.settings import load
from monitor.store import Store
settings = load(Path(sys.argv[1]))
with Store(settings.store_path) as store:
    print(getattr(digest, sys.argv[2])(store, settings, now=datetime.fromisoformat(sys.argv[3])))
"""
# The outcome is noted by the tree that is measured, so that both have the same.
_NOTE = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from monitor.callback import record
from monitor.store import Store
from monitor.types import Callback, KnownContact
with Store(Path(sys.argv[1])) as store:
    at = datetime.fromisoformat(sys.argv[2]) - timedelta(hours=1)
    [case] = store.cases.get([1])
    contact = KnownContact(kind="mobile", value=case.needs[0].reading.contacts[0].value)
    record(store, Callback(id="00000000-0000-4000-8000-000000000001", case_id=1, agent=case.agent,
        disposition="no_answer", attempted_at=at, contact=contact), origin="test")
"""


def settings_file(folder: Path, cases: int) -> Path:
    """Fill a folder with a store and settings; return the settings' file."""
    folder.mkdir()
    with Store(folder / "distress.db") as store:
        add_assigned(store, cases, AGENTS, since=_NOW - timedelta(minutes=2 * cases + 60))
    file = folder / "distress.toml"
    agents = "".join(f'[[agents]]\nname = "{name}"\ncapacity = 1000\n' for name in AGENTS)
    file.write_text(agents, encoding="utf-8")
    return file


def _run(tree: Path, code: str, *given: str) -> dict[str, float]:
    """Run code of a tree; return what it cost."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *given],
        cwd=tree,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"a process of {tree} ended with {status}")
    return {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "memory_mb": round(usage.ru_maxrss / 1024),
    }


def measured(tree: Path, config: Path) -> dict[str, dict[str, float]]:
    """Return what the digests of a tree cost."""
    whole = _run(tree, _WORK, str(config), "write", _NOW.isoformat())
    _run(tree, _NOTE, str(config.with_name("distress.db")), _NOW.isoformat())
    later = (_NOW + timedelta(minutes=1)).isoformat()
    return {"whole": whole, "one_outcome": _run(tree, _WORK, str(config), "write_changed", later)}


def _same(one: Path, other: Path) -> str:
    pages = sorted(one.glob("digest/*/*.html"))
    same = sum(
        _GENERATED.sub(b"", page.read_bytes())
        == _GENERATED.sub(b"", (other / page.relative_to(one)).read_bytes())
        for page in pages
    )
    return f"{same} of {len(pages)}"


def main(cases: int = 20_000, before: str = "") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        config = settings_file(Path(folder) / "after", cases)
        old = Path(folder) / "before"
        if before:
            shutil.copytree(config.parent, old)
        figures: dict[str, object] = {"cases": cases, "agents": len(AGENTS)}
        figures["load"] = [round(one, 1) for one in os.getloadavg()]
        figures["after"] = after = measured(HERE, config)
        if before:
            figures["before"] = earlier = measured(Path(before).resolve(), old / config.name)
            figures["ratio"] = {
                name: {key: round(earlier[name][key] / after[name][key], 1) for key in after[name]}
                for name in after
            }
            figures["same_pages"] = _same(config.parent, old)
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        sys.exit(__doc__)
    main(*(int(word) if word.isdigit() else word for word in sys.argv[1:]))
