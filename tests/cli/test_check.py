"""`distress check` tells what will not work, with the way out, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_folder import Folder

AGENT = '[[agents]]\nname = "云落"\n'


def archive(path: str = "posts.jsonl") -> str:
    return f'[[sources]]\nname = "a"\nspider = "archive"\npath = "{path}"\n'


def spider(name: str, keys: str) -> str:
    return f'[[sources]]\nname = "a"\nspider = "{name}"\n{keys}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    for name in ("WEIBO_COOKIE", "MASTODON_TOKEN", "BLUESKY_HANDLE", "BLUESKY_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    return Folder(tmp_path)


def checked(folder: Folder, settings: str, exit_code: int) -> str:
    (folder.path / "distress.toml").write_text(settings, "utf-8")
    return folder.run("check", exit_code=exit_code).output


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (archive() + AGENT, "source a: there is no file or folder"),
        (archive("empty") + AGENT, "holds no file ending in"),
        (spider("weibo_html", 'keywords = ["口罩"]') + AGENT, "variable WEIBO_COOKIE"),
        (spider("mastodon", 'base_url = "https://e.org"\nwords = ["口罩"]') + AGENT,
         "variable MASTODON_TOKEN"),
        (spider("mastodon", 'base_url = "https://e.org"\nhashtags = ["a"]\ntoken = "MY_TOKEN"')
         + AGENT, "variable MY_TOKEN"),
        (archive("here.jsonl"), "no agent can take a case"),
        (archive("here.jsonl") + AGENT + "capacity = 0\n", "no agent can take a case"),
        (archive("here.jsonl") + AGENT + 'regions = ["湖北武汉"]\n', "Did you mean: 湖北, 武汉?"),
        (archive("here.jsonl") + AGENT + 'regions = ["Hubei"]\n', "the region 'Hubei' begins"),
        (archive("here.jsonl") + AGENT + 'regions = ["武汉", "武汗"]\n', "region '武汗' begins"),
        (archive("here.jsonl") + AGENT + 'passphrase = "YUNLUO_WORDS"\n', "variable YUNLUO_WORDS"),
        (archive("here.jsonl") + "enabled = false\n" + AGENT, "no source is enabled"),
        (AGENT, "write a [[sources]] into the settings"),
    ],
)  # fmt: skip
def test_what_will_not_work_is_told_with_the_way_out(
    folder: Folder, settings: str, told: str
) -> None:
    (folder.path / "empty").mkdir()
    (folder.path / "here.jsonl").touch()
    output = checked(folder, settings, 1)
    assert told in output and "settings ok" in output and "1 of it will not work" in output
    assert not (folder.path / "distress.db").exists()


def test_all_is_well_where_nothing_is_missing(folder: Folder) -> None:
    (folder.path / "here.jsonl").touch()
    regions = 'regions = ["武汉", "湖北省", "孝感", "协和"]\n'
    assert "!" not in checked(folder, archive("here.jsonl") + AGENT + regions, 0)


def test_a_login_that_is_set_is_enough(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=cookie-of-the-desk")
    output = checked(folder, spider("weibo_html", 'keywords = ["口罩"]') + AGENT, 0)
    assert "cookie-of" not in output


def test_a_disabled_source_may_lack_what_it_wants(folder: Folder) -> None:
    (folder.path / "here.jsonl").touch()
    off = archive().replace('"a"', '"b"') + "enabled = false\n"
    checked(folder, archive("here.jsonl") + off + AGENT, 0)
