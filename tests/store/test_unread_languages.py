"""Posts in languages that are not read: counted for their source and run, new ones once."""

from __future__ import annotations

from monitor.store import Store
from spiders.base.post import Post

JAPANESE = "当院では防護服とマスクが不足しています"
ENGLISH = "Our hospital is out of gowns and face shields"


def crawl(store: Store, source: str, *texts: str) -> int:
    run_id = store.runs.start("crawl", source)
    posts = [Post(source_id=text[:9], text=text) for text in texts]
    store.posts.save(source, posts, run_id=run_id)
    store.runs.end(run_id, "ok")
    return run_id


def test_posts_that_nobody_reads_are_counted_by_source_and_run(store: Store) -> None:
    first = crawl(store, "fedi", JAPANESE, ENGLISH, "紫荆医院急需口罩")
    second = crawl(store, "fedi", JAPANESE, "マスクがまったく足りません")
    crawl(store, "weibo", "梧桐医院急需手套")
    assert store.runs.unread_languages() == {"fedi": {"Japanese": 2, "Latin": 1}}
    assert store.runs.languages_of([first, second]) == {
        first: {"Japanese": 1, "Latin": 1},
        second: {"Japanese": 1},
    }
