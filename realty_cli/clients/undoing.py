"""How clients, leads and interactions are taken back, for `desk.undo`."""

from __future__ import annotations

from collections.abc import Sequence

from realty_cli.store.rows import Rows, UndoRows, refuse_named

#: What of this slice and below names a client, a lead, a listing, column by column.
CLIENT_NAMED_BY = (
    "properties.client_id",
    "leads.client_id",
    "interactions.client_id",
    "requests.client_id",
    "consents.client_id",
    "clients.referrer_id",
    "clients.merged_into",
    "leads.referrer_id",
)
LEAD_NAMED_BY = ("interactions.lead_id", "requests.lead_id")
REQUEST_NAMED_BY = ("match_marks.request_id",)
LISTING_NAMED_BY = ("leads.property_id", "interactions.property_id", "match_marks.property_id")


class UndoNamed(UndoRows):
    """Objects that other rows name: what is named is not taken away."""

    def __init__(self, rows: Rows, naming: Sequence[str]) -> None:
        super().__init__(rows)
        self._db, self._naming = rows.db, naming

    def remove(self, numbers: Sequence[int]) -> None:
        refuse_named(self._db, self._naming, numbers)
        super().remove(numbers)
