"""What deals hold of a client: for merging two records of one person, for showing all that is held, for erasing.

The clients' slice, which stands below, is handed this by the composition root. Whose the deals are makes no difference
here: a person is one, whoever works with him.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.deals.money_record import commission_presented
from realty_cli.store.redaction import names_somebody
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.deals.service import DealService

#: The fields of each kind in which somebody may have written of a person. Erasing empties them here and in the log.
TEXTS: dict[str, tuple[str, ...]] = {
    "deal": ("title", "notes", "attributes", "lost_reason", "stable_key", "import_hash"),
    "offer": ("note",),
    "payment": ("note",),
    "commission": ("note", "splits"),
}
_NAMING = {
    "deal": "SELECT deal_id FROM deal_parties WHERE client_id = :client ORDER BY deal_id",
    "offer": "SELECT id FROM offers WHERE client_id = :client ORDER BY id",
    "payment": "SELECT id FROM payments WHERE client_id = :client ORDER BY id",
}
_PRESENTED = {"commission": commission_presented}


class DealPeople:
    def __init__(self, deals: DealService) -> None:
        self._deals, self._db = deals, deals.db

    @property
    def _rows(self) -> dict[str, Rows]:
        money = self._deals.money
        return {
            "deal": self._deals.rows,
            "offer": self._deals.offers.rows,
            "payment": money.payments.rows,
            "commission": money.commissions.rows,
        }

    def naming(self, client: int) -> dict[str, list[int]]:
        """The objects of each kind that name a client, those in the bin too."""
        found = {
            kind: list(dict.fromkeys(row[0] for row in self._db.all(sql, {"client": client})))
            for kind, sql in _NAMING.items()
        }
        splits = self._db.all("SELECT id, splits FROM commissions WHERE splits IS NOT NULL ORDER BY id")
        found["commission"] = [
            number for number, text in splits if any(one.get("client_id") == client for one in orjson.loads(text))
        ]
        return found

    def held(self, client: int) -> dict[str, list[dict[str, Any]]]:
        """All of these objects as they show themselves."""
        named = self.naming(client)
        return {
            kind: [_PRESENTED.get(kind, rows.kind.presented)(state) for state in rows.states(named[kind]).values()]
            for kind, rows in self._rows.items()
        }

    def replace(self, old: int, new: int) -> int:
        """One client takes the place of another everywhere, as two records of one person are merged. Gives how many
        objects that changed."""
        named, count = self.naming(old), 0
        for kind, rows in self._rows.items():
            pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
            for state in rows.states(named[kind]).values():
                if kind == "deal":
                    parties = [{**one, "client_id": _swap(one["client_id"], old, new)} for one in state["parties"]]
                    pairs.append(
                        (state, {"parties": [one for at, one in enumerate(parties) if one not in parties[:at]]})
                    )
                elif kind == "commission":
                    splits = [
                        {**one, "client_id": _swap(one["client_id"], old, new)} if one.get("client_id") else one
                        for one in state["splits"]
                    ]
                    pairs.append((state, {"splits": splits}))
                else:
                    pairs.append((state, {"client_id": new}))
            count += len(rows.update(pairs))
        return count

    def erase(self, client: int, names: Sequence[str]) -> dict[str, list[int]]:
        """Empty what was written about a person: ids, dates, stages and sums stay, so that totals stay true.

        A title goes where a word of his `names` stands in it. Gives the objects whose past in the log has to lose the
        fields of `TEXTS` too; this change itself is in the log with what it took away.
        """
        named = self.naming(client)
        for kind, rows in self._rows.items():
            pairs = []
            for state in rows.states(named[kind]).values():
                changes: dict[str, Any] = {name: None for name in TEXTS[kind] if name not in ("title", "splits")}
                if kind == "deal" and names_somebody(state["title"], names):
                    changes["title"] = f"№ {state['id']}"
                if kind == "commission":
                    changes["splits"] = [_unnamed(one, client) for one in state["splits"]]
                pairs.append((state, changes))
            rows.update(pairs)
        return named


def _swap(number: int | None, old: int, new: int) -> int | None:
    return new if number == old else number


def _unnamed(split: dict[str, Any], client: int) -> dict[str, Any]:
    """A share without the name of whom it belongs to, where that is this client."""
    return {**split, "name": None} if split.get("client_id") == client and split.get("name") else split
