"""A case that later posts change and another that may be the same one, read and merged for real."""

from __future__ import annotations

from datetime import timedelta

from staged_day import AGENT, NOW

from monitor.flag import flag
from monitor.merge import merge
from monitor.store import Store
from spiders.base.post import Post

AUTHOR = "梧桐山呼吸科小禾"
WARD = "武汉梧桐山医院呼吸科"
PLEA = f"求助！{WARD}急需护手霜100支、面膜20盒、橡皮筋若干，手都裂了，联系李护士13800138001"
# Who posted, how many hours ago, what.
POSTS = (
    (AUTHOR, 20, PLEA),
    ("热心的邻居", 18, f"扩散！{PLEA}"),
    ("梧桐山设备科", 16, "武汉梧桐山医院急需监护仪5台，请大家帮忙"),
    (AUTHOR, 6, f"{WARD}橡皮筋够了，不要再寄。别再打李护士电话，改打王护士13800138002"),
    (AUTHOR, 2, f"{WARD}收到护手霜40支，还差60支，谢谢大家"),
    ("路人甲", 1, f"{WARD}的面膜够了，大家不要再寄，电话13800138001"),
)  # fmt: skip
STOP = (AUTHOR, 0.5, f"{WARD}物资都收到了，够用了，不用再寄，感谢大家")


def stage_updates(store: Store, *more: tuple[str, float, str]) -> int:
    """Let the posts come in, each read and merged before the next; return the ward's case."""
    before = set(store.cases.all_ids())
    for number, (author, hours, text) in enumerate((*POSTS, *more)):
        made = Post(
            source_id=f"u{number}",
            text=text,
            url=f"https://example.org/u{number}",
            author=author,
            posted_at=NOW - timedelta(hours=hours),
        )
        store.posts.save("day", [made], run_id=None)
        flag(store)
        merge(store, window=timedelta(days=3))
    made_cases = [case_id for case_id in store.cases.open_ids() if case_id not in before]
    for case_id in made_cases:
        store.cases.assign(case_id, AGENT, "test")
    return made_cases[0]
