"""Measure how long commands take to start: CPU seconds, and times a bare interpreter's, one JSON.

python benchmarks/startup.py [RUNS] runs each RUNS times (5) in a process of its own, in a new desk
without sources, with one source, and takes the quickest. The bare one imports json, click and rich.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = '[[sources]]\nname = "feed"\nspider = "feed"\nurls = ["https://e.org/rss"]\n'
NOISE = {"id": "1", "text": "今天天气真好，出门走走"}
PLEA = {
    "id": "1",
    "text": "武汉市第三医院急缺N95口罩500个、防护服200套，请联系李医生13800130000，求转发！",
}
COMMAND = [sys.executable, "-m", "monitor.cli"]
CASES = {
    "bare": ([sys.executable, "-c", "import json, click, rich"], None),
    "--help": ([*COMMAND, "--help"], None),
    "status": ([*COMMAND, "status"], None),
    "status, one source": ([*COMMAND, "--config", "one.toml", "status"], None),
    "case list": ([*COMMAND, "case", "list"], None),
    "classify noise": ([*COMMAND, "classify"], NOISE),
    "classify a plea": ([*COMMAND, "classify"], PLEA),
    "import desk server": ([sys.executable, "-c", "import monitor.desk.server"], None),
    "import crawl": ([sys.executable, "-c", "import monitor.crawl.sources"], None),
    "import schedule": ([sys.executable, "-c", "import monitor.schedule"], None),
}


def seconds_of(words: list[str], folder: Path, stdin: str) -> float:
    """Return the CPU seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, input=stdin.encode(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the figures."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "distress.toml").write_text('language = "zh-CN"\n', encoding="utf-8")
        (folder / "one.toml").write_text(SOURCE, encoding="utf-8")
        make = "import pathlib; from monitor.store import Store; Store(pathlib.Path('distress.db'))"
        subprocess.run([sys.executable, "-c", make], cwd=folder, check=True)
        figures = {
            what: min(
                seconds_of(words, folder, json.dumps(post) + "\n" if post else "")
                for _ in range(runs)
            )
            for what, (words, post) in CASES.items()
        }
    told = {
        what: {"seconds": round(took, 3), "times bare": round(took / figures["bare"], 1)}
        for what, took in figures.items()
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
