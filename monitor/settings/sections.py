"""Typed settings: distress.toml over defaults; every error names file, key, value and choices."""

from __future__ import annotations

import difflib
import re
import tomllib
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from classifiers.doors import DOORS
from monitor.errors import SettingsError
from monitor.settings.calling import (
    AgentSettings,
    CallingSettings,
    CampaignsSettings,
    DeskSettings,
    WarningsSettings,
)
from monitor.settings.messages import MessagesSettings
from monitor.settings.values import (
    Clocks,
    Language,
    Name,
    QueueAddress,
    Section,
    SpiderName,
    Zone,
)
from spiders.base import spider_named
from spiders.base.options import Duration, Options, Variable

FILE_NAME = "distress.toml"
# Keys in which a secret may have been typed, which no message then repeats.
_HELD_SECRET = re.compile(r"token|cookie|password|secret|key", re.I)


class StoreSettings(Section):
    """[store]: where the store's file is."""

    path: Path = Path("distress.db")


class SourceSettings(Section):
    """[[sources]]: one configured spider; keys unknown here belong to the spider's options."""

    name: Name
    spider: SpiderName
    enabled: bool = True
    every: Duration | None = None
    at: Clocks = ()
    time_limit: Duration = timedelta(minutes=30)
    obey_robots: bool | None = None
    allow_private: bool = False
    delay: float = Field(default=1.0, ge=0, le=3600)
    options: Options = Options()

    @model_validator(mode="before")
    @classmethod
    def _split_options(cls, table: Any) -> Any:
        if not isinstance(table, dict) or isinstance(table.get("options"), Options):
            return table
        fields = cls.model_fields.keys() - {"options"}
        own = {key: value for key, value in table.items() if key in fields}
        rest = {key: value for key, value in table.items() if key not in fields}
        try:
            spider = spider_named(str(own.get("spider")))
        except KeyError:
            return own  # the wrong or missing name is told; nobody knows the other keys
        return {**own, "options": spider.Options.model_validate(rest)}

    @model_validator(mode="after")
    def _one_rhythm(self) -> Self:
        if self.every and self.at:
            raise ValueError("give `every` or `at`, not both")
        return self


class DigestSettings(Section):
    """[digest]; scripts: a folder whose call.zh-CN.md or call.en.md stands for the bundled one."""

    at: Clocks = (time(8, 0),)
    folder: Path = Path("digest")
    scripts: Path | None = None

    @field_validator("at")
    @classmethod
    def _some(cls, at: tuple[time, ...]) -> tuple[time, ...]:
        if not at:
            raise ValueError('give at least one time of day such as "08:30"')
        return at


class ScheduleSettings(Section):
    """[schedule]: how `distress run` does its jobs.

    time_limit: how long a job may take before it hangs; a source's own is added to it. jitter: by
    how much a turn of a source may come later, a tenth of its `every` at most.
    """

    time_limit: Duration = timedelta(hours=2)
    jitter: Duration = timedelta(seconds=30)


class MergeSettings(Section):
    """[merge]: how far apart posts of one need may lie."""

    window: Duration = timedelta(days=7)


class ModelSettings(Section):
    """[model]: the folder of a model that `distress train` made; none means the bundled one."""

    folder: Path | None = None


class RetentionSettings(Section):
    """[retention]: how long to keep what; nothing is removed where a length is left out.

    raw: sources' own answers. posts: those that no case rests on. cases: the words, numbers and
    notes of cases, from their end. pages: the digests of past days. audit: who looked at what, and
    sign-ins that have ended.
    lists: how long an imported sheet, campaign or list of warnings is kept that names no day.
    """

    raw: Duration | None = None
    posts: Duration | None = None
    lists: Duration = timedelta(days=90)
    cases: Duration | None = None
    pages: Duration | None = None
    audit: Duration | None = None


class BackupSettings(Section):
    """[backup]: when `distress run` makes backups, where they go and how long each is kept.

    at: times of day; none leaves backups to `distress backup`.
    recipient: the public key of age that they are encrypted to. passphrase: the variable of the
    environment with the words they are encrypted by. Without either they are as they are.
    """

    at: Clocks = (time(4, 0),)
    folder: Path = Path("backups")
    keep: Duration = timedelta(days=30)
    recipient: str | None = Field(default=None, pattern="^age1[a-z0-9]{20,}$")
    passphrase: Variable | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.recipient and self.passphrase:
            raise ValueError("give `recipient` or `passphrase`, not both")
        return self


class CrawlSettings(Section):
    """[crawl]: how spiders present themselves and behave.

    queue: the Redis over which `distress work` crawls, on any machine; none crawls on this one.
    queue_password: the variable of the environment with its password.
    """

    user_agent: str = "distress-signal-monitor/0.1 (public posts; contact: set crawl.user_agent)"
    retries: int = Field(default=3, ge=0, le=20)
    concurrent: int = Field(default=2, ge=1, le=16)
    daily: int = Field(default=20_000, ge=1, le=10_000_000)
    failures: int = Field(default=5, ge=1, le=1000)
    rest: Duration = timedelta(hours=1)
    queue: QueueAddress | None = None
    queue_password: Variable | None = None


class Settings(Section):
    """The whole of distress.toml; paths are resolved against the file's folder."""

    timezone: Zone = "Asia/Shanghai"
    language: Language = "zh-CN"
    store: StoreSettings = StoreSettings()
    sources: tuple[SourceSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    digest: DigestSettings = DigestSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    calling: CallingSettings = CallingSettings()
    desk: DeskSettings = DeskSettings()
    campaigns: CampaignsSettings = CampaignsSettings()
    warnings: WarningsSettings = WarningsSettings()
    merge: MergeSettings = MergeSettings()
    model: ModelSettings = ModelSettings()
    retention: RetentionSettings = RetentionSettings()
    backup: BackupSettings = BackupSettings()
    messages: MessagesSettings = MessagesSettings()
    crawl: CrawlSettings = CrawlSettings()
    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, names in (
            ("source", [source.name for source in self.sources]),
            ("agent", [agent.name for agent in self.agents]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"two {what}s are named '{twice[0]}'; give each a name of its own")
        taken = [source.name for source in self.sources if source.name in DOORS]
        if taken:
            raise ValueError(
                f"a source is named '{taken[0]}', as what comes by "
                "`distress intake`; give it another name"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown and clock times meant."""
        return ZoneInfo(self.timezone)

    @property
    def leads(self) -> tuple[str, ...]:
        """The names of the leads."""
        return tuple(agent.name for agent in self.agents if agent.lead)

    def agent(self, name: str) -> AgentSettings | None:
        """Return the settings of an agent, None where they do not name one so."""
        return next((agent for agent in self.agents if agent.name == name), None)

    def language_of(self, agent: str) -> Language:
        """Return the language of an agent's pages: the agent's own, else that of all pages."""
        own = self.agent(agent)
        return (own.language if own else None) or self.language

    @property
    def folder(self) -> Path:
        """The folder of the settings file; relative paths start there."""
        return self._folder

    @property
    def store_path(self) -> Path:
        """Where the store's file is."""
        return self._folder / self.store.path

    @property
    def digest_folder(self) -> Path:
        """Where the digests go."""
        return self._folder / self.digest.folder

    @property
    def backup_folder(self) -> Path:
        """Where the backups go."""
        return self._folder / self.backup.folder

    @property
    def scripts_folder(self) -> Path | None:
        """Where the lead's own call scripts lie, None for the bundled ones."""
        return self._folder / self.digest.scripts if self.digest.scripts else None

    @property
    def model_folder(self) -> Path | None:
        """Where the model that judges lies, None for the bundled one."""
        return self._folder / self.model.folder if self.model.folder else None


def load(path: Path | None = None) -> Settings:
    """Read settings from `path`, or from distress.toml in the current folder.

    Raises SettingsError naming the file, and the key, value and choices that are wrong.
    """
    file = path or Path(FILE_NAME)
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(
            f"no settings file {file}. Write one with: distress init, "
            "or name one with: distress --config FILE …"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read {file}: {error}. It must be a TOML file in UTF-8"
        ) from None
    except (ValueError, RecursionError) as error:  # endless numbers and brackets, too
        raise SettingsError(f"{file} is not valid TOML: {error}") from None
    try:
        settings = Settings.model_validate(tables)
    except ValidationError as error:
        raise SettingsError(_explain(file, tables, error)) from None
    settings._folder = file.resolve().parent
    return settings


def _explain(file: Path, tables: dict[str, Any], error: ValidationError) -> str:
    """Put each wrong key into a line: file, key, value, what is wrong, choices."""
    lines = []
    for problem in error.errors():
        where = list(problem["loc"])
        key = _dotted(where, tables)
        if problem["type"] == "extra_forbidden":
            choices = _section_at(where[:-1], tables)
            close = difflib.get_close_matches(str(where[-1]), choices, n=1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            lines.append(f"{file}: {key}: unknown key{hint}. Choices: {', '.join(choices)}")
        elif problem["type"] == "missing":
            lines.append(f"{file}: {key}: this key is needed")
        else:
            wrong = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "tuple_type":
                wrong = f"give a list; for tables write [[{where[-1]}]] above each"
            value = problem["input"]
            text = f" = {value!r}" if isinstance(value, str | int | float | bool | list) else ""
            if "not of a secret" in wrong or (where and _HELD_SECRET.search(str(where[-1]))):
                text = " = ***"
            lines.append(f"{file}: {key}{text}: {wrong}")
    return "\n".join(lines)


def _dotted(where: list[Any], tables: dict[str, Any]) -> str:
    """Return a place such as sources['day'].every."""
    text, here = "", tables
    for part in where:
        is_alone = isinstance(part, int) and not isinstance(here, list | tuple)
        here = _step(here, part)
        if is_alone:
            continue  # one value where a list may stand has no number
        if isinstance(part, int):
            name = here.get("name") if isinstance(here, dict) else None
            text += f"[{name!r}]" if name else f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text or "the file"


def _step(here: Any, part: Any) -> Any:
    try:
        return here[part]
    except (KeyError, IndexError, TypeError):
        return None


def _section_at(where: list[Any], tables: dict[str, Any]) -> list[str]:
    """Return the keys that the table at `where` may hold."""
    model: type[BaseModel] = Settings
    here: Any = tables
    for part in where:
        here = _step(here, part)
        if part in model.model_fields:
            annotation = model.model_fields[str(part)].annotation
            inner = getattr(annotation, "__args__", (annotation,))[0]
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    keys = [key for key in model.model_fields if key != "options"]
    if model is SourceSettings and isinstance(here, dict):
        with suppress(KeyError):
            keys += spider_named(str(here.get("spider"))).Options.model_fields
    return keys
