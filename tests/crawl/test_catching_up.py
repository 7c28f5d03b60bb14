"""A gap that is longer than one run can read is closed by the runs that follow, page by page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawls import children, crawled, wait_for
from replay import Replay
from replayed import logins, stored, told
from served import Request, Served, some_posts
from web import Answer, listening

from monitor.store import Store
from monitor.types import Run
from spiders.base.walks import Walk
from spiders.mastodon import MastodonOptions, MastodonSpider

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime.now(UTC).replace(microsecond=0)
APART = timedelta(minutes=20)
REACHED = "reached #口罩"
TAG = "/mastodon/api/v1/timelines/tag/%E5%8F%A3%E7%BD%A9 limit=40"
# Of each kind of walk its service, the posts of a page and what a source of it is told.
KINDS: dict[str, tuple[str, int, dict[str, object]]] = {
    "hashtag": ("mastodon", 40, {}),
    "search": ("bluesky", 100, {}),
    "channel": ("telegram", 20, {}),
    "keyword": ("weibo", 10, {}),
    "person": ("weibo", 10, {"keywords": [], "users": ["1"]}),
}


class Asked(Replay):
    """A replay server that counts what it is asked for, and can answer some of it otherwise."""

    def __init__(self) -> None:
        super().__init__("")
        self.pages: Counter[str] = Counter()
        self.otherwise: dict[str, Answer] = {}

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, which is counted by its path and query."""
        page = request.path + "".join(f" {key}={value}" for key, value in request.query.items())
        if "com.atproto.server" not in page:
            self.pages[page] += 1
        return self.otherwise.get(page) or super().answer(request)


@pytest.fixture
def served() -> Iterator[Asked]:
    asked = Asked()

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        return asked.answer(Request.of(target, headers, method, body))

    with logins(), listening(answer) as asked.address:
        yield asked


def posts_of(pages: int, kind: str = "hashtag") -> list[Served]:
    """Return posts none of which needs a second request; the last page is not quite full."""
    posts = some_posts(pages * KINDS[kind][1] - 5, newest=NOW, apart=APART)
    return [replace(post, long=None) for post in posts]


def table(served: Asked, kind: str = "hashtag", **keys: object) -> str:
    name, _, more = KINDS[kind]
    return told(served, name, called="m", first="60d", **more, **keys)


def run(folder: Path, *lines: str) -> Run:
    [found] = crawled(folder, *lines)
    return found


def budget(requests: int) -> str:
    """Return the setting of how many requests a day may be made, over all runs."""
    return f"crawl.daily = {requests}"


def reached(folder: Path) -> str:
    """Return the address of the page that a cut walk had reached, "" where none is remembered."""
    with Store(folder / "distress.db") as store:
        value = store.posts.marks("m").get(REACHED)
    return str(json.loads(value)["url"]) if value else ""


def below(post: Served) -> str:
    """Return what a hashtag's page below a post is asked for with."""
    return f"{TAG} max_id={post.id}"


def assert_all_there(folder: Path, posts: Sequence[Served]) -> None:
    assert set(stored(folder)) == {post.id for post in posts}


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_days_budget_cannot_read_the_next_do_though_new_posts_come(
    kind: str, served: Asked, tmp_path: Path
) -> None:
    posts, outcomes = posts_of(14, kind), []
    name, count, _ = KINDS[kind]
    for day in range(1, 6):
        served.posts[name] = posts[max(0, 3 - day) * count // 2 :]
        outcomes.append(run(tmp_path, budget(7 * day), table(served, kind)).outcome)
        if outcomes[-1] == "ok":
            break
    assert outcomes[0] == "cut short" and outcomes[-1] == "ok"
    assert_all_there(tmp_path, posts)
    # A run begins with the new posts and the page or two on which they end.
    assert served.pages.total() <= 14 + 1 + 3 * (len(outcomes) - 1)


def test_the_pages_of_the_gap_are_asked_for_once_but_those_that_runs_ended_with(
    served: Asked, tmp_path: Path
) -> None:
    posts = served.posts["mastodon"] = posts_of(12)
    for day in range(1, 5):
        run(tmp_path, budget(6 * day), table(served))
    assert_all_there(tmp_path, posts)
    gap = [served.pages[below(post)] for post in posts[2 * 40 - 1 : -1 : 40]]
    assert set(gap) == {1, 2} and gap.count(2) == 2
    assert reached(tmp_path) == "", "what is complete is not gone on with"
    run(tmp_path, table(served))
    assert served.pages[below(posts[3 * 40 - 1])] == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(status=410), Answer(b"[]"), Answer(wait=-1.0)],
    ids=["gone", "empty", "no answer"],
)
def test_where_the_remembered_page_is_gone_it_walks_down_again_without_a_word(
    answer: Answer, served: Asked, tmp_path: Path
) -> None:
    posts = posts_of(5)
    served.posts["mastodon"] = posts[25:]
    cut = run(tmp_path, budget(3), table(served))
    [page] = [below(post) for post in posts if reached(tmp_path).endswith(post.id)]
    served.posts["mastodon"], served.otherwise[page] = posts, answer
    found = run(tmp_path, table(served))
    assert served.pages[page], "it was tried"
    assert (cut.outcome, found.outcome, found.message) == ("cut short", "ok", None)
    assert_all_there(tmp_path, posts)
    assert reached(tmp_path) == ""


def test_a_run_cut_among_the_new_posts_forgets_neither_these_nor_what_was_reached_before(
    served: Asked, tmp_path: Path
) -> None:
    posts = posts_of(12)
    served.posts["mastodon"] = posts[4 * 40 :]
    run(tmp_path, budget(5), table(served))
    served.posts["mastodon"] = posts
    assert run(tmp_path, budget(5 + 2), table(served)).outcome == "cut short"
    assert run(tmp_path, table(served)).outcome == "ok"
    assert_all_there(tmp_path, posts)
    assert max(served.pages[below(post)] for post in posts[2 * 40 - 1 :: 40]) <= 2


def test_a_long_pause_is_made_up_for_while_every_day_brings_new_posts(
    served: Asked, tmp_path: Path
) -> None:
    posts, outcomes = posts_of(15), []
    for day in range(1, 7):
        served.posts["mastodon"] = posts[max(0, (10 if day == 1 else 5 - day) * 40) :]
        outcomes.append(run(tmp_path, budget(6 * day), table(served)).outcome)
    assert outcomes[1] == "cut short"
    assert_all_there(tmp_path, posts)


@pytest.mark.parametrize("kind", ["keyword", "search", "hashtag"])
def test_posts_that_are_deleted_meanwhile_take_no_others_along(
    kind: str, served: Asked, tmp_path: Path
) -> None:
    name, count, _ = KINDS[kind]
    posts = served.posts[name] = posts_of(9, kind)
    assert run(tmp_path, budget(5), table(served, kind)).outcome == "cut short"
    left = served.posts[name] = posts[: count // 2] + posts[2 * count : -3]
    assert run(tmp_path, table(served, kind)).outcome == "ok"
    assert {post.id for post in left} <= set(stored(tmp_path))


def test_new_posts_whose_pages_end_too_early_for_once_are_read_by_the_next_run(
    served: Asked, tmp_path: Path
) -> None:
    posts = posts_of(12)
    served.posts["mastodon"] = posts[5 * 40 :]
    run(tmp_path, budget(4), table(served))
    served.posts["mastodon"], page = posts, below(posts[2 * 40 - 1])
    served.otherwise[page] = Answer(b"[]")
    run(tmp_path, table(served))
    del served.otherwise[page]
    run(tmp_path, table(served))
    assert_all_there(tmp_path, posts)


def test_a_long_overlap_does_not_hold_a_walk_where_it_is(served: Asked, tmp_path: Path) -> None:
    posts = served.posts["mastodon"] = posts_of(12)
    for day in range(1, 7):
        run(tmp_path, budget(5 * day), table(served, overlap="7d"))
    assert_all_there(tmp_path, posts)


def test_a_service_that_shows_nothing_for_once_does_not_close_the_gap(
    served: Asked, tmp_path: Path
) -> None:
    posts = served.posts["mastodon"] = posts_of(5)
    run(tmp_path, budget(3), table(served))
    before = reached(tmp_path)
    served.posts["mastodon"] = []
    assert run(tmp_path, table(served)).outcome == "cut short"
    assert reached(tmp_path) == before
    served.posts["mastodon"] = posts
    run(tmp_path, table(served))
    assert_all_there(tmp_path, posts)


def test_where_the_rest_was_deleted_meanwhile_the_gap_is_closed(
    served: Asked, tmp_path: Path
) -> None:
    posts = posts_of(5)
    served.posts["mastodon"] = posts[20:]
    run(tmp_path, budget(3), table(served))
    served.posts["mastodon"] = posts[:30]
    assert run(tmp_path, table(served)).outcome == "ok"
    assert reached(tmp_path) == ""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc tells the child's number")
def test_a_killed_run_is_gone_on_with_where_it_was(
    served: Asked,
    tmp_path: Path,
    started: Callable[..., subprocess.Popen[bytes]],
) -> None:
    posts = served.posts["mastodon"] = posts_of(8)
    page = below(posts[6 * 40 - 1])
    served.otherwise[page] = Answer(wait=600)
    parent = started(table(served))
    wait_for(lambda: bool(served.pages[page]))
    wait_for(lambda: reached(tmp_path).endswith(posts[5 * 40 - 1].id))
    os.kill(children(parent.pid)[0], signal.SIGKILL)
    assert parent.wait(120) == 0
    del served.otherwise[page]
    assert run(tmp_path, table(served)).outcome == "ok"
    assert_all_there(tmp_path, posts)
    assert [served.pages[below(posts[n * 40 - 1])] for n in range(2, 8)] == [1, 1, 1, 2, 2, 1]


def test_pages_bound_a_walk_over_all_its_runs(served: Asked, tmp_path: Path) -> None:
    served.posts["mastodon"] = posts_of(12)
    run(tmp_path, budget(4), table(served, pages=6))
    found = run(tmp_path, table(served, pages=6))
    assert found.outcome == "cut short" and "6 pages reach back" in (found.message or "")
    assert len(stored(tmp_path)) == 6 * 40


def test_what_was_reached_is_not_listed_as_complete(served: Asked, tmp_path: Path) -> None:
    served.posts["mastodon"] = posts_of(4)
    run(tmp_path, budget(2), table(served))
    with Store(tmp_path / "distress.db") as store:
        assert REACHED in store.posts.marks("m") and store.posts.complete() == []


def begun_with(value: object, base_url: str = "https://social.example") -> Walk:
    """Return how the walk of a hashtag begins where such a value is remembered."""
    options = MastodonOptions(base_url=base_url, hashtags=("口罩",))
    bookmarks = {REACHED: json.dumps(value), "complete #口罩": "2020-02-01T00:00:00+00:00"}
    spider = MastodonSpider(source="m", options=options, bookmarks=bookmarks)
    [walk] = spider.walks()
    return spider._from_top(walk, spider.ask("/").url)


def test_what_was_reached_at_another_server_is_not_asked_of_this_one() -> None:
    told = {
        "newest": "2020-02-12T06:30:00+00:00", "oldest": "2020-02-12T05:30:00+00:00",
        "url": "https://social.example/x", "number": 7, "rest": None,
    }  # fmt: skip
    assert begun_with(told).reached
    for other in ("https://social.example.net", "https://other.example"):
        assert begun_with(told, other).reached is None
        assert begun_with(told, other).until.isoformat() == "2020-01-31T23:00:00+00:00"


@pytest.mark.parametrize("value", ["", 7, {"newest": "x"}, {"newest": "2020-02-12", "url": "x"}])
def test_a_remembered_value_that_cannot_be_read_counts_as_none(value: object) -> None:
    assert begun_with(value).reached is None
