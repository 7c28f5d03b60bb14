"""An outcomes file names its desk; its settings are found where they may be, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from desk_folder import Folder, outcome

from monitor.cli import main
from monitor.store.figures import Figures, identity_of


def desk(path: Path) -> Folder:
    """Return a desk with one case in a folder of its own."""
    path.mkdir(parents=True)
    folder = Folder(path)
    folder.add("13800138111")
    return folder


def saved(folder: Folder, at: Path, **fields: object) -> Path:
    """Write the file that a page of this desk saves."""
    at.mkdir(parents=True, exist_ok=True)
    file = at / "outcomes-云落.json"
    content = {
        "format": "distress-outcomes",
        "version": 2,
        "store": identity(folder),
        "outcomes": [outcome("7f2c0001")],
        **fields,
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def identity(folder: Folder) -> str:
    with folder.store() as store:
        return Figures(store.connection).identity()


def take_in(file: Path, *options: object) -> Result:
    words = [*map(str, options), "callback", "import", str(file)]
    return CliRunner().invoke(main, words, catch_exceptions=False)


def calls(folder: Folder) -> int:
    return len(folder.case(1).callbacks)


def test_a_store_is_told_by_its_file_without_opening_it_to_write(tmp_path: Path) -> None:
    folder = desk(tmp_path / "desk")
    assert identity_of(folder.path / "distress.db") == identity(folder)
    assert identity_of(folder.path / "distress.toml") is None
    assert identity_of(tmp_path / "nothing.db") is None


@pytest.mark.parametrize("here", ["around", "inside", "elsewhere"])
def test_the_desk_that_a_page_names_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    mine, other = desk(tmp_path / "around" / "mine"), desk(tmp_path / "around" / "other")
    (tmp_path / "elsewhere").mkdir()
    places = {
        "around": tmp_path / "around",
        "inside": mine.path,
        "elsewhere": tmp_path / "elsewhere",
    }
    monkeypatch.chdir(places[here])
    file = saved(mine, mine.path if here == "elsewhere" else tmp_path / "downloads")
    done = take_in(file)
    assert (done.exit_code, calls(mine), calls(other)) == (0, 1, 0), done.output
    assert ("of the desk of" in done.output) == (here != "inside")


def test_settings_of_another_desk_in_this_folder_do_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk(tmp_path / "here")
    mine = desk(here.path / "mine")
    monkeypatch.chdir(here.path)
    done = take_in(saved(mine, tmp_path / "downloads"))
    assert (done.exit_code, calls(mine), calls(here)) == (0, 1, 0), done.output


def test_a_wrong_config_is_refused_and_nothing_is_noted(tmp_path: Path) -> None:
    mine, other = desk(tmp_path / "mine"), desk(tmp_path / "other")
    file = saved(mine, tmp_path / "downloads")
    done = take_in(file, "--config", other.path / "distress.toml")
    assert (done.exit_code, calls(other)) == (1, 0)
    assert "its outcomes are of another desk" in done.output


@pytest.mark.parametrize("named", ["../mine", "/etc/passwd", "*", "0" * 12, "x\0y"])
def test_a_file_chooses_among_desks_and_names_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    mine = desk(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    done = take_in(saved(mine, tmp_path / "downloads", store=named))
    assert (done.exit_code, calls(mine)) == (1, 0)
    assert "Name them: distress --config FILE" in " ".join(done.output.split())


def test_settings_whose_store_lies_elsewhere_are_only_used_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = desk(tmp_path / "mine")
    file = saved(mine, tmp_path / "downloads")
    store = str(mine.path / "distress.db")
    lure = f'[store]\npath = "{store}"\n\n[[agents]]\nname = "云落"\n'
    (file.parent / "distress.toml").write_text(lure, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert take_in(file).exit_code == 1
    assert calls(mine) == 0
    assert take_in(file, "--config", file.parent / "distress.toml").exit_code == 0


def test_two_settings_of_one_store_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = desk(tmp_path / "mine")
    (mine.path / "distress.toml").rename(mine.path / "a.toml")
    (mine.path / "b.toml").write_bytes((mine.path / "a.toml").read_bytes())
    monkeypatch.chdir(tmp_path)
    done = take_in(saved(mine, tmp_path / "downloads"))
    assert done.exit_code == 1
    assert "several settings" in done.output


def test_a_file_that_names_no_store_goes_to_the_desk_of_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = desk(tmp_path / "mine")
    monkeypatch.chdir(mine.path)
    file = saved(mine, tmp_path / "downloads", store="")
    assert (take_in(file).exit_code, calls(mine)) == (0, 1)


def test_a_store_that_is_no_word_is_refused(tmp_path: Path) -> None:
    mine = desk(tmp_path / "mine")
    file = saved(mine, tmp_path / "downloads", store=[1])
    done = take_in(file, "--config", mine.path / "distress.toml")
    assert "names no store but list" in done.output
    assert calls(mine) == 0
