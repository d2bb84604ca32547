"""`realty events`: the commands of all its modules, gathered."""

from __future__ import annotations

from realty_cli.cli import event_care, event_files, event_repeat, event_sync, events, planning

app = events.app
__all__ = ["app", "event_care", "event_files", "event_repeat", "event_sync", "planning"]
