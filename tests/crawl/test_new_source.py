"""A new source is begun with one command, and its test fails until somebody has written it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.crawl.new_source import new_source
from monitor.errors import DistressError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("spiders", "data/samples", "tests/spiders"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "setup.cfg").touch()
    return tmp_path


def test_spider_sample_and_test_are_written(checkout: Path) -> None:
    written = [str(path.relative_to(checkout)) for path in new_source("zhihu", checkout)]
    assert written == ["spiders/zhihu.py", "data/samples/zhihu.json", "tests/spiders/test_zhihu.py"]
    assert "class ZhihuSpider(PagedSpider)" in (checkout / "spiders/zhihu.py").read_text("utf-8")


def test_the_spider_is_one_and_its_test_fails_until_it_is_written(checkout: Path) -> None:
    new_source("two_words", checkout)
    here = Path(__file__).resolve().parents[2]
    code = (
        f"import sys; sys.path[:0] = [{str(here)!r}]\n"
        "import data, spiders\n"
        f"spiders.__path__.append({str(checkout / 'spiders')!r})\n"
        f"folder = {str(checkout / 'data')!r}\n"
        "data.read_bytes = lambda path: open(f'{folder}/{path}', 'rb').read()\n"
        "from spiders.base import available\n"
        "assert available()['two_words'].__name__ == 'TwoWordsSpider'\n"
        f"sys.path[:0] = [{str(checkout / 'tests' / 'spiders')!r}]\n"
        "import test_two_words\n"
        "try:\n    test_two_words.test_a_recorded_answer_holds_these_posts()\n"
        "except AssertionError:\n    print('fails as it should')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "fails as it should\n"


@pytest.mark.parametrize("name", ["abc", "my_net", "zhihu"])
def test_what_is_written_passes_the_linter(name: str, checkout: Path) -> None:
    here = Path(__file__).resolve().parents[2]
    for path in new_source(name, checkout):
        if path.suffix != ".py":
            continue
        place = str(path.relative_to(checkout))
        for command in (["check"], ["format", "--check"]):
            ran = subprocess.run(
                [sys.executable, "-m", "ruff", *command, "--stdin-filename", place, "-"],
                cwd=here, input=path.read_text("utf-8"), capture_output=True, text=True,
            )  # fmt: skip
            assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["Zhihu", "1a", "a-b", "../x", "class", "x"])
def test_a_name_that_cannot_be_one_is_refused(name: str, checkout: Path) -> None:
    with pytest.raises(DistressError, match="cannot be a spider's name"):
        new_source(name, checkout)


def test_a_spider_that_is_there_is_not_overwritten(checkout: Path) -> None:
    with pytest.raises(DistressError, match="distress sources"):
        new_source("feed", checkout)
    new_source("zhihu", checkout)
    with pytest.raises(DistressError, match="is there already"):
        new_source("zhihu", checkout)


def test_outside_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DistressError, match="is not a checkout"):
        new_source("zhihu", tmp_path)
    assert list(tmp_path.iterdir()) == []
