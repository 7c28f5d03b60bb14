"""Walk the line: the stages that belong together, for the command line and the schedule alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifiers.doors import DOORS
from monitor import callback, intake, merge, messages, route, supply
from monitor import digest as digest_stage
from monitor import flag as flag_stage
from monitor.errors import DistressError
from monitor.flag import FlagCounts
from monitor.intake.spoken import SpokenNeed
from monitor.intake.spoken_entry import SpokenEntry
from monitor.merge import MergeCounts
from monitor.route import Routed
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.targets import Target
from monitor.supply.checks import checks
from monitor.supply.news import due_back
from monitor.supply.progress import progress
from monitor.types import Need
from monitor.upkeep import forget as forgetting
from monitor.upkeep import retention


@dataclass(frozen=True, slots=True)
class Digested:
    """Where a digest was written, and how its cases were routed."""

    folder: Path
    routed: Routed


@dataclass(frozen=True, slots=True)
class TakenCall:
    """What became of a call; run_id: of its import, None where it had come in before.

    is_new: whether its case holds nothing else.
    """

    run_id: int | None
    case_id: int
    is_new: bool
    need: Need


@dataclass(frozen=True, slots=True)
class TakenFiles:
    """How many calls of files were new, and why others were refused."""

    taken: int
    refused: tuple[str, ...]


def readers() -> list[str]:
    """Return the names of the readers, in working order, once all could be loaded."""
    flag_stage.version()
    return flag_stage.readers()


def unread(settings: Settings, *, again: bool = False) -> int:
    """Return how many posts `flag` would read."""
    with Store(settings.store_path, create=False) as store:
        store.examine(large=False)
        return store.posts.count_unread(flag_stage.version() if again else None)


def flag(
    settings: Settings, *, again: bool = False, on_progress: Callable[[int], None] | None = None
) -> tuple[FlagCounts, MergeCounts]:
    """Read the unread posts and put their needs into cases."""
    with Store(settings.store_path, create=False) as store:
        store.examine(large=False)
        store.explain(settings.zone)
        flag_counts = flag_stage.flag(store, again=again, on_progress=on_progress)
        merge_counts = merge.merge(store, window=settings.merge.window)
        take_in(store)
        return flag_counts, merge_counts


def flag_from(
    settings: Settings,
    file: Path,
    *,
    source: str,
    again: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[FlagCounts, MergeCounts]:
    """Take in a file of needs and put them into cases.

    again: also read what only earlier readers have read, in the file and in the store. The rest is
    as flag_from() of the stage has it.
    """
    from monitor.flag.from_file import flag_from as take  # loads what reads Parquet

    if source in DOORS:
        raise DistressError(f"'{source}' is a door, not a source of posts; name another")
    with Store(settings.store_path, create=False) as store:
        store.examine(large=False)
        store.explain(settings.zone)
        taken = take(store, file, source=source, again=again, on_progress=on_progress)
        if again:
            taken = taken.and_of(flag_stage.flag(store, again=True, on_progress=on_progress))
        merge_counts = merge.merge(store, window=settings.merge.window)
        take_in(store)
        return taken, merge_counts


def take_in(store: Store, on_progress: Callable[[int], None] | None = None) -> None:
    """Make searchable what came in since that was done last."""
    done = 0
    while count := store.search.take_in():
        done += count
        if on_progress:
            on_progress(done)


def take_call(  # noqa: PLR0913 - what a person says of a call
    store: Store,
    settings: Settings,
    need: SpokenNeed,
    *,
    actor: str,
    purpose: str = "",
    case_id: int | None = None,
    apart: bool = False,
    confirm: bool = False,
    keep_until: datetime | None = None,
) -> TakenCall:
    """Take in what somebody said, read it and put it into a case; the same need twice is once.

    case_id: an open case that it is of, as a person says; apart: a person says that it is of none.
        Else the rules of merging tell, and a held contact of one open case does.
    confirm: the goods count as confirmed by `actor` on the phone, and become supply lines.
    Raises DistressError where it cannot be taken in; nothing is kept then.
    """
    intake.spoken.check(need)
    if confirm:
        callback.check_agent(store, actor, {agent.name for agent in settings.agents})
    with store.write():
        if known := store.posts.id_of(need.kind, need.id):
            return _taken(store, known, run_id=None)
        if case_id is not None and case_id not in store.cases.open_ids():
            raise DistressError(f"case {case_id} is not open. See: distress case list")
        if case_id is None and not apart:
            case_id = _case_of_held(store, need)
        brought = intake.bring_in(
            store,
            need.kind,
            [intake.spoken.telling_of(need)],
            purpose=purpose,
            actor=actor,
            keep_until=keep_until,
        )
        [(post_id, _)] = brought.posts
        flag_stage.flag_these(store, [post_id])
        need_id = store.needs.of_posts([post_id])[post_id].id
        if case_id is not None:
            store.cases.join(case_id, need_id, reason="merged", matched_need_id=None)
        elif apart:
            store.cases.open(need_id, reason="split")
    merge.merge(store, window=settings.merge.window)  # which holds the lock for as little as it can
    taken = _taken(store, post_id, run_id=brought.run_id)
    if confirm:
        _confirm(store, need, taken.case_id, actor)
        supply.open_lines(store)
    return taken


def take_entry(store: Store, settings: Settings, entry: SpokenEntry) -> TakenCall:
    """Take in what a page's form says; raises DistressError as take_call() does."""
    callback.check_agent(store, entry.agent, {agent.name for agent in settings.agents})
    return take_call(
        store,
        settings,
        entry.need,
        actor=entry.agent,
        case_id=entry.case_id,
        apart=entry.apart,
        confirm=entry.confirm,
    )


def take_files(store: Store, settings: Settings, files: Sequence[Path]) -> TakenFiles:
    """Take in the calls and notes of outcomes files; what is wrong is refused, the rest goes in.

    A file that is no outcomes file, or of another desk, is callback.import_outcomes()'s to refuse.
    """
    taken, refused = 0, []
    for file in files:
        try:
            content = callback.outcomes_file.read(file)
            callback.check_store(store, content)
        except DistressError:
            continue
        for number, given in enumerate(content.needs, 1):
            try:
                entry = intake.spoken_entry.entry_of(given)
                taken += take_entry(store, settings, entry).run_id is not None
            except DistressError as error:
                refused.append(f"{file.name} call {number}: {error}")
    return TakenFiles(taken, tuple(refused))


def _case_of_held(store: Store, need: SpokenNeed) -> int | None:
    """Return the one open case whose caller had this number held back, None where there is none."""
    cases = {case for contact in need.contacts for case in store.imports.cases_of_held(contact)}
    return cases.pop() if len(cases) == 1 else None


def _taken(store: Store, post_id: int, *, run_id: int | None) -> TakenCall:
    need = store.needs.of_posts([post_id])[post_id]
    place = store.cases.of_need(need.id)
    if place is None:
        raise DistressError("it came in before, and is in no case now. See: distress intake list")
    [case] = store.cases.get([place[0]])
    return TakenCall(run_id, case.id, is_new=len(case.joined) == 1, need=need)


def _confirm(store: Store, need: SpokenNeed, case_id: int, actor: str) -> None:
    """Note that the goods were confirmed on the phone that the need came by."""
    [case] = store.cases.get([case_id])
    outcome = callback.noted_now(
        case_id=case_id,
        agent=actor,
        disposition="need_confirmed",
        items=[callback.confirmed(f"{one.name}={one.amount or ''}") for one in need.goods or ()],
        contact=need.contact if need.may_pass_on else need.ward,
        after_id=case.callbacks[-1].id if case.callbacks else "",
    )
    callback.record(store, outcome, origin=need.kind, complete=True, typed=True)


def digest(settings: Settings, *, now: datetime | None = None) -> Digested:
    """Open supply lines for confirmed goods, route the open cases and write the day's pages.

    What the retention settings say is to be kept no longer is removed before.
    """
    now = now or datetime.now(UTC)
    with Store(settings.store_path, create=False) as store:
        store.examine()
        store.explain(settings.zone)
        retention.forget(store, settings.retention, now=now, digests=settings.digest_folder)
        supply.open_lines(store)
        _walk_lists(store, settings, now)
        routed = route.route(store, settings, awake=_awake(store, settings, now))
        folder = digest_stage.write(store, settings, now=now)
        messages.digest_ready(
            store,
            settings,
            open_cases=len(store.cases.open_ids()),
            new=store.outbox.count_opened(now - timedelta(days=1)),
            now=now,
        )
        return Digested(folder, routed)


def send_messages(
    settings: Settings, *, now: datetime | None = None, after_round: bool = True
) -> messages.SendCounts:
    """Put into the outbox what there is to tell, and send what is due.

    after_round: whether the line was just walked; else it is looked for only now and then.
    """
    now = now or datetime.now(UTC)
    with Store(settings.store_path, create=False) as store:
        if after_round or messages.is_due(store, settings, now=now):
            messages.notice(store, settings, _stops(store), now=now)
        return messages.send_due(store, settings, now=now)


def _stops(store: Store) -> Iterator[messages.Stop]:
    """Yield the goods on their way that nobody needs any more."""
    lines = {line.id: line for line in store.supplies.lines()}
    for line_id, found in checks(lines.values()).items():
        line = lines[line_id]
        for check in found:
            if check.update and progress(line).underway:
                at, cause = check.update.matched_at, f"update {check.update.id}"
            elif check.underway:
                at, cause = line.changed_at, f"step {line.standing[-1].id}"
            else:
                continue
            yield messages.Stop(
                key=f"{line_id}:{cause}",
                at=at,
                line_id=line_id,
                case_id=line.kept_case_id,
                facility=line.facility or line.team or "",
                goods=line.name,
            )


def show_new(settings: Settings, *, now: datetime | None = None) -> int:
    """Route the open cases and write the pages that this changes; return how many it were.

    Raises DistressError where the pages cannot be written; those of before stand.
    """
    now = now or datetime.now(UTC)
    with Store(settings.store_path, create=False) as store:
        _walk_lists(store, settings, now)
        route.route(store, settings, awake=_awake(store, settings, now))
        return digest_stage.write_changed(store, settings, now=now)


def _walk_lists(store: Store, settings: Settings, now: datetime) -> None:
    """Give out the calls of the campaigns for this part of the day, where there are any."""
    if store.campaigns.all() or store.cases.unassigned_of("warnings"):
        from monitor.intake import campaigns  # loads readers

        campaigns.walk(store, settings, now=now)


def forget(
    settings: Settings,
    targets: Sequence[Target],
    *,
    actor: str,
    reason: str,
    now: datetime | None = None,
) -> forgetting.Forgotten:
    """Forget people or posts, and write the day's pages again where there are any."""
    with Store(settings.store_path, create=False) as store:
        done = forgetting.forget(store, settings.digest_folder, targets, actor=actor, reason=reason)
        _write_again(store, settings, done, now or datetime.now(UTC))
    return done


def forget_again(
    settings: Settings, *, actor: str, now: datetime | None = None
) -> forgetting.Forgotten | None:
    """Forget what was forgotten before and has come back; None where nothing has."""
    with Store(settings.store_path, create=False) as store:
        done = forgetting.forget_again(store, settings.digest_folder, actor=actor)
        if done:
            _write_again(store, settings, done, now or datetime.now(UTC))
    return done


def _write_again(
    store: Store, settings: Settings, done: forgetting.Forgotten, now: datetime
) -> None:
    """Write the pages of today that were removed; those of other days are gone."""
    day = settings.digest_folder / f"{now.astimezone(settings.zone):%Y-%m-%d}"
    if done.pages and day.is_dir():
        digest_stage.write_changed(store, settings, now=now)
        store.forgetting.clean()


def _awake(store: Store, settings: Settings, now: datetime) -> list[int]:
    """Return the ids of cases that have ended and whose ward is to be called back by now."""
    return due_back(store, store.supplies.lines(), settings.calling, until=now)
