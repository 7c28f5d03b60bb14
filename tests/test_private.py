"""What is made is for its owner's eyes, whatever the umask, and says whether numbers are masked."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_folder import Folder, outcome

from monitor.logs import PlainLines
from monitor.masking import HIDDEN, masked
from monitor.store import Store

NUMBER = "13800138002"
SPELLINGS = (
    "13800138002", "138💗0013💗8002",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣2️⃣", "138|0013|8002",
    "138：0013：8002", "138——0013——8002",
    "138 ♥♥♥♥ 0013 ♥♥ 8002", "１３８〇〇１３８００２", "幺三八洞洞幺三八洞洞两二",
    "138\n0013\n8002", "138#0013#8002", "138\u200b0013\u200b8002",
)  # fmt: skip
IDS = (
    "微信：nurse_8000", "微信号 wangxiaoming", "加微信 abc-12345", "vx: abc12345", "加v：nurse8000",
    "WeChat id: nurse_8000", "wxid_abc123def", "扣扣 12345", "QQ：123456", "V信nurse_8000",
    "nurse.li@example.org", "薇信【ziheng_8000】",
)  # fmt: skip


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["umask 000", "022", "077"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    before = os.umask(request.param)
    try:
        yield Folder(tmp_path)
    finally:
        os.umask(before)


def test_files_are_for_their_owner_alone_whatever_the_umask(folder: Folder) -> None:
    (folder.path / "distress.toml").write_text(
        (folder.path / "distress.toml").read_text("utf-8") + '[store]\npath = "deep/er/desk.db"\n',
        "utf-8",
    )
    with Store(folder.path / "deep" / "er" / "desk.db") as store:
        run = store.runs.start("crawl", "day")
        store.runs.end(run, "ok")
        made = set((folder.path / "deep").rglob("*"))
        assert {path.name for path in made} >= {"er", "desk.db", "desk.db-wal", "desk.db-shm"}
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made}
    folder.run("digest")
    folder.run("supplies", "--xlsx", folder.path / "goods.xlsx")
    folder.run("init", folder.path / "new.toml")
    pages = [folder.path / "digest", *(folder.path / "digest").rglob("*")]
    others = [folder.path / "deep", folder.path / "goods.xlsx", folder.path / "new.toml", *pages]
    modes |= {path.name: stat.S_IMODE(path.stat().st_mode) for path in others}
    for name, mode in modes.items():
        is_file = Path(name).suffix and not name[:4].isdigit()
        assert mode == (0o600 if is_file else 0o700), (name, oct(mode))


@pytest.mark.parametrize("words", SPELLINGS)
def test_a_number_is_masked_however_it_is_spelled(words: str) -> None:
    shown = masked(f"请打 {words} 谢谢")
    assert shown.startswith(f"请打 {HIDDEN}") and shown.endswith("谢谢")
    assert not any(part in shown for part in ("0013", "8002", "洞", "〇"))


@pytest.mark.parametrize("words", IDS)
def test_an_id_that_is_named_as_one_is_masked(words: str) -> None:
    shown = masked(f"李护士，{words}，谢谢")
    assert HIDDEN in shown and shown.endswith("，谢谢")
    assert not any(part in shown for part in ("8000", "abc", "wang", "12345", "example"))


@pytest.mark.parametrize(
    "words",
    ["2020-02-10 08:30:00", "http://127.0.0.1:8080/rss", "N95口罩500个，防护服200套",
     "第三人民医院 120",
     "138****8000", "护手霜40支、面膜若干", "a v shaped line", "口罩 1860 型 3 盒"],
)  # fmt: skip
def test_days_addresses_of_machines_and_amounts_stay(words: str) -> None:
    assert masked(words) == words


def test_what_agents_typed_is_masked_in_every_output(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    case_id = folder.add("13800138000")
    signs = "138💗0013💗8002"
    folder.run("callback", "record", case_id, "need_confirmed", "--goods", f"护手霜 {signs}=40支",
               "--goods", f"面膜={NUMBER}", "--note", "微信 ziheng_8002 " + signs)  # fmt: skip
    folder.run(
        "supplies", "step", 1, "committed", "--by", f"红会 {signs}", "--note", f"问 {NUMBER}"
    )
    folder.run("case", "reopen", case_id, "--by", signs, "--reason", f"问 {NUMBER}")
    folder.run("case", "assign", case_id, "望舒", "--by", signs, "--reason", f"打 {NUMBER}")
    folder.run("contact", "bar", "13800138009", "--reason", f"找 {signs}", "--by", f"组长{NUMBER}")
    outputs = [
        folder.run(*command).output
        for command in (
            ("case", "show", case_id), ("case", "list"), ("supplies",), ("supplies", "--totals"),
            ("supplies", "--csv"), ("supplies", "show", 1), ("contact", "list"), ("status",),
        )
    ]  # fmt: skip
    folder.run("digest")
    [day] = (tmp_path / "digest").iterdir()
    pages = ("supplies.html", "packing.html", "index.html")
    outputs += [(day / page).read_text("utf-8") for page in pages]
    for shown in outputs:
        assert "8002" not in shown and "8009" not in shown.replace("****8009", ""), shown


def test_an_export_says_whether_numbers_are_masked(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    case_id = folder.add("13800138000")
    folder.run("callback", "record", case_id, "need_confirmed", "--goods", f"护手霜 {NUMBER}=40支")
    [row] = csv.DictReader(io.StringIO(folder.run("supplies", "--csv").output))
    assert row["numbers"] == "masked" and NUMBER not in str(row)
    [row] = csv.DictReader(io.StringIO(folder.run("supplies", "--csv", "--numbers").output))
    assert row["numbers"] == "in full" and NUMBER in row["goods"]
    said = folder.run("supplies", "--xlsx", tmp_path / "a.xlsx").output
    assert "people's numbers masked" in said
    said = folder.run("supplies", "--xlsx", tmp_path / "b.xlsx", "--numbers").output
    assert "people's numbers in full" in said


def test_a_log_masks_numbers_in_words_and_tracebacks() -> None:
    try:
        raise ValueError(f"cannot read {NUMBER}")
    except ValueError as error:
        record = logging.LogRecord("a", 30, __file__, 1, "post of 138💗0013💗8002", None,
                                   (ValueError, error, error.__traceback__))  # fmt: skip
    line = PlainLines().format(record)
    assert "WARNING" in line and "8002" not in line and HIDDEN in line
    assert line.split(" ")[0].count("-") == 2, "its own time stays"


def test_a_refused_outcome_tells_its_reason_without_numbers(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.add("13800138000")
    file = folder.save({**outcome("refused1"), "disposition": f"call {NUMBER}"})
    done = folder.run("callback", "import", file, exit_code=1)
    assert "refused" in done.output and NUMBER not in done.output
    assert json.loads(file.read_text("utf-8"))
