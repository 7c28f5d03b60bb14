"""Forget a person or post: targets in; words, names and numbers go from store and files.

What is left is how many there were, and keyed hashes that keep the same from coming back. Nothing
that was forgotten is ever told in clear again: not to the terminal, the audit or a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import DistressError
from monitor.store import Store
from monitor.store.audit import FORGOT
from monitor.store.targets import Target, Targets

SEALED = b'id="sealed"'  # a page under a passphrase, which nobody here can look into
_NOT_KEPT_OUT = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a removal takes: ids of posts, pages of digests and files on the register of exports.

    naming: how many of the posts are others', and only name it: many where a name is a word.
    """

    posts: tuple[int, ...]
    naming: int
    pages: tuple[Path, ...]
    exports: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What went: posts, other rows, pages and exported files; clean: whether the log of writes did.

    left: files that name it and could not be removed.
    """

    posts: int
    rows: int
    pages: int
    exports: int
    left: tuple[Path, ...]
    clean: bool


def reach(store: Store, digests: Path, targets: Sequence[Target]) -> Reach:
    """Return what would go; nothing is written."""
    posts = store.forgetting.posts_of(targets)
    if any(target.kind == "post" for target in targets):
        posts = store.forgetting.reposts_of(posts)
    whole = [*targets, *store.forgetting.also(targets, posts)]
    return Reach(
        posts=tuple(posts),
        naming=len(set(posts) - store.forgetting.posts_by(targets)),
        pages=tuple(_naming(_pages(digests), whole)),
        exports=tuple(_naming(store.audit.exports(), whole)),
    )


def forget(
    store: Store, digests: Path, targets: Sequence[Target], *, actor: str, reason: str
) -> Forgotten:
    """Take targets out of the store, the pages and the exported files, and keep them out.

    digests: the folder of the days' pages. Those of today are to be written again by the caller.
    Raises DistressError where there is nothing to forget.
    """
    if not targets:
        raise DistressError("nothing to forget was named")
    reached = reach(store, digests, targets)
    with store.write():
        also = store.forgetting.also(targets, reached.posts)
        whole = list(dict.fromkeys([*targets, *also]))
        store.tombstones.add(one for one in whole if one.kind != _NOT_KEPT_OUT)
        posts = store.forgetting.wipe(reached.posts, whole=True)
        rows = store.forgetting.scrub(whole)
        kinds = ", ".join(sorted({target.kind for target in targets}))
        what = f"{len(targets)} ({kinds}): {posts} posts, {rows} other rows; {reason}"
        # What was asked for may be named in the reason.
        store.audit.note(FORGOT, Targets(whole).blanked(what), actor=actor)
    store.pictures.sweep()
    store.forgetting.rebuild_indexes()
    left = _remove([*reached.pages, *reached.exports])
    clean = store.forgetting.clean()
    return Forgotten(
        posts=posts,
        rows=rows,
        pages=len(set(reached.pages) - set(left)),
        exports=len(set(reached.exports) - set(left)),
        left=tuple(left),
        clean=clean,
    )


def forget_again(store: Store, digests: Path, *, actor: str) -> Forgotten | None:
    """Take out what was forgotten before and has come back, as by a backup; None for nothing.

    The file of a store that holds nothing of it is cleaned all the same.
    """
    if store.tombstones.behind():
        store.tombstones.take_in(store.tombstones.file)
    targets = store.forgetting.forgotten_in_clear()
    if targets:
        return forget(store, digests, targets, actor=actor, reason="forgotten before")
    store.forgetting.clean()
    return None


def _pages(digests: Path) -> list[Path]:
    """Return the pages of all days, and those that a killed process left half written."""
    return sorted(digests.rglob("*.html*")) if digests.is_dir() else []


def _naming(files: Iterable[Path], targets: Sequence[Target]) -> Iterable[Path]:
    """Yield the files that name one of these, and those that nobody can look into."""
    names = Targets(targets)
    for file in files:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        except OSError:
            yield file
            continue
        if SEALED in content or names.named_in_bytes(content):
            yield file


def _remove(files: Iterable[Path]) -> list[Path]:
    left = []
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            left.append(file)
    return left
