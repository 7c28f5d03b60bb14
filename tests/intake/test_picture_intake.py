"""A picture's checked lines join the case; the picture stands beside the store until it expires."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result
from desk_folder import Folder
from staged_day import add_case

from classifiers import pipeline
from monitor import flag, intake, merge
from monitor.cli import main
from monitor.errors import DistressError
from monitor.intake.pictures import PictureLine, PictureReading, limits
from monitor.intake.pictures.accepting import AcceptedPicture, accept
from monitor.merge import reread
from monitor.settings import RetentionSettings
from monitor.store import Store
from monitor.store.times import now
from monitor.types import Case
from monitor.upkeep.retention import forget

WINDOW = timedelta(days=7)
LINES = ("物资名称 规格 数量", "N95口罩 3M1860 500个", "护手霜 50g 40支")
CONTENT = b"\x89PNG\r\n\x1a\n of a list"


def read_as(*lines: str, content: bytes = CONTENT) -> PictureReading:
    """Return a reading as the child process tells it."""
    return PictureReading(
        digest=hashlib.sha256(content).hexdigest(),
        kind="png",
        width=600,
        height=400,
        lines=tuple(PictureLine(text=line, unsure=(), strip="") for line in lines),
    )


def opened(store: Store, text: str) -> Case:
    """Open a case by a post, as the readers read it."""
    [reading] = pipeline.read([text], gated=False)
    return store.cases.get([add_case(store, text, reading)])[0]


@pytest.fixture
def case(store: Store) -> Case:
    return opened(store, "晴川市紫荆医院急需防护服，电话13800138000")


def take(store: Store, case: Case, *lines: str, content: bytes = CONTENT) -> AcceptedPicture:
    reading = read_as(*LINES, content=content)
    return accept(store, case, content, reading, lines or LINES, name="list.png", actor="青岚")


def again(store: Store, case: Case) -> Case:
    return store.cases.get([case.id])[0]


def goods(case: Case) -> set[tuple[str, float | None, str | None]]:
    return {
        (item.name, item.quantity, item.unit) for need in case.needs for item in need.reading.items
    }


def files(store: Store) -> list[str]:
    return sorted(file.name for file in store.pictures.folder.rglob("*.*"))


def test_checked_lines_join_the_case_as_a_post_of_the_ward(store: Store, case: Case) -> None:
    done = take(store, case)
    need = again(store, case).needs[-1]
    assert (need.post.source, need.post.author) == ("picture", "晴川市紫荆医院")
    assert need.words == "\n".join(LINES)
    assert {("N95口罩", 500, "个"), ("护手霜", 40, "支")} <= goods(again(store, case))
    assert all(need.words[i.start : i.end] == i.text for i in need.reading.items)
    assert done.change == "new"


def test_what_was_read_before_somebody_mended_it_stays_on_record(store: Store, case: Case) -> None:
    done = take(store, case, "护手霜 400支")
    raw = json.loads(store.posts.raw(done.post_id) or b"")
    assert raw["read"] == list(LINES)


def test_neither_flag_nor_merge_nor_a_reread_moves_it(store: Store, case: Case) -> None:
    take(store, case, "护手霜 40支")
    before = again(store, case)
    assert flag.flag(store).read == 0
    merge.merge(store, window=WINDOW)
    planned = reread.plan(store, window=WINDOW)
    assert planned.differences == ()
    assert again(store, case) == before


def test_the_picture_stands_beside_the_store_for_its_owner_alone(store: Store, case: Case) -> None:
    done = take(store, case)
    kept = store.pictures.of_posts([done.post_id])[done.post_id]
    file = store.path.parent / "distress.pictures" / kept.file
    assert file.read_bytes() == CONTENT
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_same_again_changes_nothing_and_other_lines_are_an_edit(
    store: Store, case: Case
) -> None:
    take(store, case)
    before = again(store, case)
    assert take(store, case).change == "same"
    assert again(store, case) == before
    assert take(store, case, "护手霜 400支").change == "changed"
    assert again(store, case).needs[-1].words == "护手霜 400支"


def test_it_joins_the_case_that_its_case_was_merged_into(store: Store, case: Case) -> None:
    other = opened(store, "晴川市紫荆医院急需护目镜，电话13800138001")
    merge.merge_cases(store, case, other, actor="青岚")
    take(store, other)
    assert [need.post.source for need in again(store, case).needs].count("picture") == 1


def test_nothing_goes_in_where_no_line_is_left(store: Store, case: Case) -> None:
    with pytest.raises(DistressError, match="no line of the picture is left"):
        take(store, case, " ", "\0")
    assert again(store, case) == case
    assert files(store) == []


def test_nothing_goes_in_where_the_picture_cannot_be_kept(store: Store, case: Case) -> None:
    store.pictures.folder.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="distress.pictures"):
        take(store, case)
    assert again(store, case) == case
    assert store.imports.all() == []


def test_too_long_a_line_is_told_by_its_number(store: Store, case: Case) -> None:
    with pytest.raises(DistressError, match="line 2 has 201 characters"):
        take(store, case, "护手霜", "长" * (limits.LINE + 1))


def test_a_wrong_picture_is_taken_back(store: Store, case: Case) -> None:
    done = take(store, case)
    intake.take_back(store, done.run_id, actor="青岚")
    assert again(store, case).needs == case.needs
    assert take(store, case).change == "new", "and comes back where it was right after all"
    assert len(again(store, case).needs) == 2


def test_the_picture_goes_as_raw_answers_go(store: Store, case: Case) -> None:
    done = take(store, case)
    forget(store, RetentionSettings(), now=now() + timedelta(days=900))
    assert len(files(store)) == 1
    forget(store, RetentionSettings(raw=timedelta(days=30)), now=now() + timedelta(days=29))
    assert len(files(store)) == 1
    forget(store, RetentionSettings(raw=timedelta(days=30)), now=now() + timedelta(days=31))
    assert files(store) == []
    assert store.pictures.of_posts([done.post_id]) == {}
    assert len(again(store, case).needs) == 2, "its words stay, for the case rests on them"


def test_what_is_forgotten_takes_its_picture_along_but_not_another_case_s(
    store: Store, case: Case
) -> None:
    other = opened(store, "青禾县人民医院急需护目镜，电话13800138001")
    first, second = take(store, case), take(store, other)
    intake.forget(store, first.run_id)
    assert len(files(store)) == 1
    intake.forget(store, second.run_id)
    assert files(store) == []


def test_a_picture_that_nobody_checked_is_gone_after_a_day(store: Store, case: Case) -> None:
    digest = read_as().digest
    store.pictures.put_by(CONTENT, digest=digest, kind="png", told=b"{}")
    store.pictures.sweep()
    assert store.pictures.unseen(digest) == (CONTENT, "png", b"{}")
    for file in store.pictures.folder.rglob("*.*"):
        os.utime(file, (0, 0))
    store.pictures.sweep()
    assert store.pictures.unseen(digest) is None
    assert files(store) == []


@pytest.mark.parametrize("name", ["../distress", "a" * 64 + "/..", "", "A" * 64])
def test_no_name_reaches_beyond_the_folder(store: Store, name: str) -> None:
    assert store.pictures.unseen(name) is None


@pytest.fixture(scope="module")
def drawn(missing: Callable[[str], NoReturn]) -> bytes:
    """A real picture of three lines, for the real reader."""
    try:
        import onnxruntime  # noqa: F401
        import rapidocr  # noqa: F401
        from made_pictures import FONTS, drawn_lines
    except ImportError as error:
        missing(str(error.name))
    return drawn_lines(
        ["N95口罩 500个", "护手霜 40支", "李护士 13800138000"], FONTS["fonts-wqy-zenhei"]
    )


@pytest.fixture
def folder(tmp_path: Path, drawn: bytes) -> Folder:
    made = Folder(tmp_path)
    made.add("13800138009")
    (tmp_path / "list.png").write_bytes(drawn)
    return made


def type_in(folder: Folder, *given: object, answers: str = "") -> Result:
    words = ["--config", str(folder.path / "distress.toml"), "intake", "picture", "1"]
    return CliRunner().invoke(
        main,
        [*words, *map(str, given)],
        input=answers,
        catch_exceptions=False,
        env={"COLUMNS": "200", "TERM": "dumb"},
    )


def words_taken(folder: Folder) -> list[str]:
    needs = folder.case(1).needs
    return [need.words.replace(" ", "") for need in needs if need.post.source == "picture"]


def test_each_line_is_shown_and_ticked_mended_or_left_out(folder: Folder) -> None:
    (folder.path / "notes.png").write_text("no picture")
    done = type_in(
        folder, folder.path / "notes.png", folder.path / "list.png", "--by", "青岚",
        answers="\n护手霜 400支\n-\n",
    )  # fmt: skip
    assert "notes.png is not a picture; there are: PNG, JPEG, WebP" in done.output
    assert done.exit_code == 1, "one of the two was refused, the other is in"
    assert "13800138000" not in done.output
    assert "taken in: N95口罩 500个、护手霜 400支" in done.output
    assert words_taken(folder) == ["N95口罩500个\n护手霜400支"]


def test_what_json_tells_goes_in_as_somebody_checked_it(folder: Folder) -> None:
    picture, checked = folder.path / "list.png", folder.path / "checked.txt"
    told = json.loads(type_in(folder, picture, "--json").output)
    texts = [line["text"] for line in told["lines"]]
    assert [text.replace(" ", "") for text in texts] == [
        "N95口罩500个",
        "护手霜40支",
        "李护士13800138000",
    ]
    assert len(folder.case(1).needs) == 1, "nothing went in yet"
    checked.write_text("\n".join(texts[:2]), encoding="utf-8")
    done = type_in(folder, picture, "--by", "青岚", "--checked", checked)
    assert done.exit_code == 0, done.output
    assert words_taken(folder) == ["N95口罩500个\n护手霜40支"]


def test_who_stops_half_way_takes_nothing_in(folder: Folder) -> None:
    done = type_in(folder, folder.path / "list.png", "--by", "青岚", answers="\n")
    assert done.exit_code == 1
    assert "was not checked to its end; nothing of it went in" in done.output
    assert len(folder.case(1).needs) == 1
    assert not list(folder.path.glob("distress.pictures/*"))


def test_a_case_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    made = Folder(tmp_path)
    made.add("13800138009")
    done = made.run("intake", "picture", 7, "list.png", "--by", "青岚", exit_code=1)
    assert "no case '7'" in done.output
