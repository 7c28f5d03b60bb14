"""Settings: distress.toml goes in; typed, frozen sections come out, or errors that name the key."""

from __future__ import annotations

from monitor.settings.calling import AgentSettings, CallingSettings, DeskSettings
from monitor.settings.sections import (
    FILE_NAME,
    CrawlSettings,
    DigestSettings,
    RetentionSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    load,
)

__all__ = [
    "FILE_NAME",
    "AgentSettings",
    "CallingSettings",
    "CrawlSettings",
    "DeskSettings",
    "DigestSettings",
    "RetentionSettings",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "load",
]
