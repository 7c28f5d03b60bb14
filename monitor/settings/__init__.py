"""Settings: distress.toml goes in; typed, frozen sections come out, or errors that name the key."""

from __future__ import annotations

from monitor.settings.calling import (
    AgentSettings,
    CallingSettings,
    CampaignsSettings,
    DeskSettings,
    WarningsSettings,
)
from monitor.settings.messages import ChannelSettings, Kind, MessagesSettings
from monitor.settings.sections import (
    FILE_NAME,
    BackupSettings,
    CrawlSettings,
    DigestSettings,
    RetentionSettings,
    ScheduleSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    load,
)

__all__ = [
    "FILE_NAME",
    "AgentSettings",
    "BackupSettings",
    "CallingSettings",
    "CampaignsSettings",
    "ChannelSettings",
    "CrawlSettings",
    "DeskSettings",
    "DigestSettings",
    "Kind",
    "MessagesSettings",
    "RetentionSettings",
    "ScheduleSettings",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "WarningsSettings",
    "load",
]
