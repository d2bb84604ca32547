"""What events stand on: an undo takes none of it out from under them. For `desk.undo`."""

from __future__ import annotations

NAMING_LISTINGS = ("events.property_id", "showing_feedback.property_id")
NAMING_CLIENTS = ("events.client_id", "showing_feedback.client_id")
NAMING_DEALS = ("events.deal_id",)
