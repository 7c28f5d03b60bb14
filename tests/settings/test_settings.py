"""Settings: the least that works works; what is wrong is told with file, key, value, choices."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

import data
from monitor.errors import SettingsError
from monitor.settings import Settings, load

Write = Callable[[str], Path]

LEAST = """
[store]
path = "distress.db"

[[sources]]
name = "day"
spider = "archive"
path = "posts.jsonl"

[[agents]]
name = "云落"
capacity = 200
"""
SOURCE = '[[sources]]\nname = "day"\nspider = "archive"\npath = "posts.jsonl"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a settings file and return where it is."""

    def written(text: str) -> Path:
        path = tmp_path / "distress.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def complaint(path: Path) -> str:
    """Load a file that must be refused and return what the operator is told."""
    with pytest.raises(SettingsError) as told:
        load(path)
    assert str(path) in str(told.value)
    assert told.value.exit_status == 2
    return str(told.value).replace(str(path), "FILE")


def test_the_least_file_works_with_defaults_for_the_rest(write: Write, tmp_path: Path) -> None:
    settings = load(write(LEAST))
    assert settings.timezone == "Asia/Shanghai"
    assert settings.digest.at == (time(8),)
    assert settings.merge.window == timedelta(days=7)
    assert settings.store_path == tmp_path / "distress.db"
    assert settings.digest_folder == tmp_path / "digest"
    assert settings.agents[0].capacity == 200
    assert settings.sources[0].enabled


def test_an_empty_file_is_a_file_of_defaults(write: Write) -> None:
    assert load(write("")).model_dump() == Settings().model_dump()


def test_the_file_in_the_current_folder_is_read(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(LEAST)
    monkeypatch.chdir(tmp_path)
    assert load().agents[0].name == "云落"


def test_paths_start_at_the_files_folder_and_not_at_the_current_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        '[store]\npath = "data/a.db"\n[digest]\nfolder = "/srv/pages"\n[model]\nfolder = "ours"\n'
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    settings = load(path)
    assert settings.store_path == tmp_path / "data/a.db"
    assert settings.digest_folder == Path("/srv/pages")
    assert settings.model_folder == tmp_path / "ours"


def test_without_a_folder_the_bundled_model_is_meant(write: Write) -> None:
    assert load(write("[model]\n")).model_folder is None


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "distress.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert load(path).agents[0].name == "云落"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        (" 1d ", timedelta(days=1)),
    ],
)
def test_lengths_of_time_are_read(write: Write, written: str, meant: timedelta) -> None:
    assert load(write(SOURCE + f'every = "{written}"')).sources[0].every == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('["08:00", "20:30"]', (time(8), time(20, 30))),
        ('"8:05"', (time(8, 5),)),
        ("07:15:00", (time(7, 15),)),
        ("[07:15:00]", (time(7, 15),)),
    ],
)
def test_times_of_day_are_read(write: Write, written: str, meant: tuple[time, ...]) -> None:
    settings = load(write(f"{SOURCE}at = {written}\n[digest]\nat = {written}"))
    assert settings.sources[0].at == settings.digest.at == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SOURCE + 'evry = "2m"', "FILE: sources['day'].evry: unknown key (did you mean 'every'?)"),
        (SOURCE + 'every = "2 weeks"', "FILE: sources['day'].every = '2 weeks': give a length"),
        (SOURCE + 'every = "0m"', "FILE: sources['day'].every = '0m': give a length of time"),
        (SOURCE + 'every = "5m"\nat = "08:00"', "FILE: sources['day']: give `every` or `at`"),
        (SOURCE + 'at = ["08:00", "25:00"]', "FILE: sources['day'].at[1] = '25:00': give a time"),
        (SOURCE + 'enabled = "perhaps"', "FILE: sources['day'].enabled = 'perhaps'"),
        (SOURCE + "options = {}", "FILE: sources['day'].options: unknown key"),
        (SOURCE.replace("path", "pfad"), "FILE: sources['day'].path: this key is needed"),
        ('[[sources]]\nspider = "archive"\npath = "p"', "FILE: sources[0].name: this key is n"),
        ('[[sources]]\nname = "day"', "FILE: sources['day'].spider: this key is needed"),
        ('[sources]\nname = "day"', "FILE: sources: give a list; for tables write [[sources]]"),
        ('[[agents]]\nname = "小禾"\ncapacity = "many"', "FILE: agents['小禾'].capacity = 'many'"),
        ('[[agents]]\nname = "小禾"\ncapacity = -1', "FILE: agents['小禾'].capacity = -1"),
        ('[[agents]]\nname = "../../etc"', "FILE: agents['../../etc'].name = '../../etc': a name"),
        ('[[agents]]\nname = "-rf"', "FILE: agents['-rf'].name = '-rf': a name"),
        ('[[agents]]\nname = "' + "长" * 61 + '"', "a name has at most 60 characters"),
        ('[digest]\nat = "8am"', "FILE: digest.at = '8am': give a time of day such as \"08:30\""),
        ("[digest]\nat = []", "FILE: digest.at = []: "),
        ("[digest]\nat = 8", "FILE: digest.at = 8: give a time of day"),
        ('[calling]\nstart = "21:00"\nend = "09:00"', "FILE: calling: `start` must be earlier"),
        ('[merge]\nwindow = "99999999999d"', "FILE: merge.window = '99999999999d': a length"),
        ("[crawl]\nretries = 99", "FILE: crawl.retries = 99"),
        ('[stor]\npath = "x"', "FILE: stor: unknown key (did you mean 'store'?). Choices: timez"),
        ('[model]\nfolders = "x"', "FILE: model.folders: unknown key (did you mean 'folder'?)"),
        ('[store]\npth = "x"', "FILE: store.pth: unknown key (did you mean 'path'?). Choices: p"),
        ("timezone = 8", "FILE: timezone = 8: "),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_value(write: Write, text: str, told: str) -> None:
    assert told in complaint(write(text))


def test_an_unknown_key_of_a_source_is_told_with_the_keys_of_its_spider(write: Write) -> None:
    told = complaint(write(SOURCE + 'mapp = "weibo-search"'))
    choices = told.partition("Choices: ")[2].split(", ")
    assert {"name", "every", "at", "path", "map"} <= set(choices)
    assert "urls" not in choices


@pytest.mark.parametrize("more", ["", "options = {}\n"])
def test_an_unknown_spider_is_told_with_those_there_are(write: Write, more: str) -> None:
    told = complaint(write('[[sources]]\nname = "day"\nspider = "archve"\n' + more))
    assert "FILE: sources['day'].spider = 'archve': no such spider" in told
    assert "did you mean 'archive'?" in told
    assert "archive, bluesky, feed" in told


def test_a_wrong_time_zone_is_told_with_close_ones(write: Write) -> None:
    told = complaint(write('timezone = "Asia/Shangai"'))
    assert "FILE: timezone = 'Asia/Shangai': no such time zone" in told
    assert "Asia/Shanghai" in told


def test_a_time_zone_that_looks_like_a_path_is_refused(write: Write) -> None:
    assert "no such time zone" in complaint(write('timezone = "../../etc/passwd"'))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SOURCE * 2, "two sources are named 'day'"),
        ('[[agents]]\nname = "云落"\n' * 2, "two agents are named '云落'"),
    ],
)
def test_two_of_one_name_are_refused(write: Write, text: str, told: str) -> None:
    assert told in complaint(write(text))


def test_everything_wrong_is_told_at_once(write: Write) -> None:
    told = complaint(write('timezone = "Mars"\n[digest]\nat = "never"\n[store]\npth = "x"'))
    assert [line.split(" ")[1] for line in told.splitlines()] == [
        "timezone",
        "store.pth:",
        "digest.at",
    ]


def test_a_file_that_is_not_toml_is_told_with_the_place(write: Write) -> None:
    assert "FILE is not valid TOML" in complaint(write("[store]\npath distress.db"))
    assert "line 2" in complaint(write("[store]\npath distress.db"))
    for endless in ("[" * 5_000, "9" * 5_000):
        assert "FILE is not valid TOML" in complaint(write(f"timezone = {endless}"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "distress.toml"
    path.write_bytes(LEAST.encode("gb18030"))
    assert "It must be a TOML file in UTF-8" in complaint(path)


def test_a_missing_file_is_told_with_the_command_that_writes_one(tmp_path: Path) -> None:
    told = complaint(tmp_path / "nowhere.toml")
    assert "distress init" in told
    assert "--config" in told


def test_the_file_that_init_writes_is_valid_and_says_what_the_defaults_are(write: Write) -> None:
    template = data.read_text("samples/distress.toml")
    settings = load(write(template))
    assert [source.spider for source in settings.sources] == ["archive"]
    assert settings.model_dump(exclude={"sources", "agents"}) == Settings().model_dump(
        exclude={"sources", "agents"}
    )


def test_every_key_that_init_leaves_as_a_comment_is_a_key_we_know(write: Write) -> None:
    lines = data.read_text("samples/distress.toml").splitlines()
    shown = [line.removeprefix("# ") if is_setting(line[2:]) else line for line in lines]
    settings = load(write("\n".join(shown)))
    assert settings.retention.raw == timedelta(days=30)
    assert [source.name for source in settings.sources] == ["archive", "news", "weibo"]
    assert settings.model.folder == Path("models")
    queue = {"queue": "redis://127.0.0.1:6379/0", "queue_password": "QUEUE_PASSWORD"}
    assert settings.crawl == Settings().crawl.model_copy(update=queue)
    assert settings.calling == Settings().calling


def is_setting(line: str) -> bool:
    """Tell whether a line is a key or a table once its `# ` is taken away."""
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False
