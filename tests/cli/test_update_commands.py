"""What later posts say of a case is shown with its history, and undone by a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from desk_folder import Folder

from monitor import flag
from monitor.merge import merge
from spiders.base.post import Post

PLEA = "我们晴川紫荆医院急需面膜20盒、护手霜60支，联系李医生13800138001"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and a case with a word of its own and one of a stranger."""
    made = Folder(tmp_path)
    posts = [
        Post(source_id="1", text=PLEA, author="小李"),
        Post(source_id="2", text="收到40支护手霜，改打医务科0712-5550123", author="小李"),
        Post(source_id="3", text="紫荆医院物资够了，不要再寄", author="路人"),
    ]
    with made.store() as store:
        store.posts.save("day", posts, run_id=None)
        flag.flag(store)
        merge(store, window=timedelta(days=3))
    return made


def test_the_history_tells_who_says_what_with_numbers_hidden(folder: Folder) -> None:
    text = folder.run("case", "show", 1).output
    assert "update 1, arrived some (own voice, same author): 收到40支护手霜" in text
    assert "hand cream arrived 40 pcs" in text
    assert "5550123" not in text
    assert "(someone says, which changes nothing, same facility): 紫荆医院物资够了" in text


def test_an_update_is_undone_once_and_the_history_says_by_whom(folder: Folder) -> None:
    result = folder.run("case", "update-undo", 1, "--by", "青岚")
    assert "update 1 no longer counts for case 1" in result.output
    assert "update 1 undone by 青岚" in folder.run("case", "show", 1).output
    again = folder.run("case", "update-undo", 1, "--by", "青岚", exit_code=1)
    assert "no update 1 stands" in again.output
