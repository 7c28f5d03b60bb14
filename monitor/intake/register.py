"""The register of imports: what was told goes in as posts of one run, and is taken back by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.doors import DOORS
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Import, KnownContact
from spiders.base.post import Post

_CASES_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One need, record or event as somebody told it.

    source_id: the same for the same row of the same list, however often that is imported.
    text: as said, with the line of checked goods behind it where a person checked them.
    author: who told it. at: when, aware. place: where in the file, such as "row 17".
    raw: the row as it stood. held: contacts that may not be passed on and stay out of the text.
    """

    source_id: str
    text: str
    author: str
    at: datetime | None = None
    place: str = ""
    raw: bytes = b""
    held: tuple[KnownContact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an import did; posts: id and change ("new", "changed" or "same") of each told, in order.

    gone: ids of posts that an earlier import brought and this one does not hold.
    """

    run_id: int
    posts: tuple[tuple[int, str], ...]
    gone: tuple[int, ...] = ()

    def count(self, change: str) -> int:
        """Return how many posts are "new", "changed" or "same"."""
        return sum(one == change for _, one in self.posts)


def bring_in(
    store: Store,
    kind: str,
    told: Sequence[Telling],
    *,
    purpose: str,
    actor: str,
    name: str = "",
    keep_until: datetime | None = None,
    gone: Sequence[int] = (),
) -> Brought:
    """Keep what was told as posts of `kind`, all of it or nothing; flag and merge come after.

    gone: ids of posts that an earlier import of this list brought and that are no longer in it.
    """
    if kind not in DOORS:
        raise ValueError(f"no door {kind!r}; there are: {', '.join(DOORS)}")
    with store.write():
        run_id = store.imports.begin(
            kind, name=name, purpose=purpose, actor=actor, keep_until=keep_until
        )
        posts: list[tuple[int, str]] = []
        for one in told:
            post = Post(
                source_id=one.source_id,
                text=one.text,
                author=one.author,
                posted_at=one.at,
                raw=one.raw,
            )
            post_id, change = store.posts.keep(kind, post, run_id=run_id)
            store.imports.note(run_id, post_id, place=one.place, change=change)
            for contact in one.held:
                store.imports.hold_back(post_id, contact)
            posts.append((post_id, change))
        for post_id in gone:
            store.imports.note_gone(run_id, post_id)
        brought = Brought(run_id=run_id, posts=tuple(posts), gone=tuple(gone))
        store.runs.progress(
            run_id,
            pages=0,
            new=brought.count("new") + brought.count("changed"),
            known=brought.count("same"),
            set_aside=0,
            newest_post_at=max((one.at for one in told if one.at), default=None),
        )
        store.runs.end(run_id, "ok", f"{len(told)} told, {len(gone)} no longer there")
    return brought


def import_of(store: Store, run_id: int) -> Import:
    """Return an import; raises UnknownNameError where the run is none."""
    found = store.imports.get(run_id)
    if found is None:
        ids = [str(one.run_id) for one in store.imports.all()[:20]]
        raise UnknownNameError("import", run_id, ids, "distress intake list")
    return found


def take_back(store: Store, run_id: int, *, actor: str) -> Import:
    """Take an import back; raises DistressError once somebody called one of its cases."""
    with store.write():
        found = import_of(store, run_id)
        if found.undone_at or found.forgotten_at:
            what = "taken back" if found.undone_at else "forgotten"
            raise DistressError(f"import {run_id} was {what} before. See: distress intake list")
        later = [one.run_id for one in store.imports.all(found.kind, found.name)
                 if found.name and one.run_id > run_id and not one.undone_at]  # fmt: skip
        if later:
            raise DistressError(
                f"{found.name} was imported again after {run_id}; take that back first: "
                f"distress intake undo {later[0]}"
            )
        called = store.imports.cases_called_since(run_id)
        if called:
            named = ", ".join(map(str, called[:_CASES_NAMED]))
            raise DistressError(
                f"somebody called case {named} since import {run_id} came in, so it stays; "
                f"split what is wrong: distress case show {called[0]}"
            )
        store.imports.undo(run_id, actor=actor)
    return found


def forget(store: Store, run_id: int) -> int:
    """Blank what an import said of people and return of how many posts; outcomes stay as counts."""
    import_of(store, run_id)
    with store.write():
        posts = store.imports.forget(run_id)
        store.pictures.expire(None)
    store.pictures.sweep()
    return posts
