"""Proposals of duplicate listings over the store. Nothing is merged: a person looks, and may say "not the same"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit.messages import message
from realty_cli.properties import reads
from realty_cli.properties.duplicates import Candidate, find
from realty_cli.properties.service import PropertyService
from realty_cli.store.database import in_list

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter

_COLUMNS = tuple(name for name in Candidate._fields if name != "photo_hashes")


class DuplicateService:
    def __init__(self, properties: PropertyService) -> None:
        self._properties = properties
        self._db, self._actor = properties.db, properties.actor

    def propose(self, wanted: PropertyFilter, *, limit: int = 50, language: str = "en") -> dict[str, Any]:
        """Pairs that may be one property, the surest first: `{items: [{a, b, score, reasons, ...}], total}`."""
        require(self._actor, Act.PROPERTY_READ)
        photos = self._photos()
        candidates = []
        for row in reads.stream(self._db, self._actor, wanted, _COLUMNS):
            values = dict(zip(_COLUMNS, row, strict=True))
            values["is_euro"] = bool(values["is_euro"])
            candidates.append(Candidate(**values, photo_hashes=photos.get(values["id"], ())))
        dismissed = [
            (first, second) for first, second in self._db.all("SELECT first, second FROM property_not_duplicates")
        ]
        found = find(candidates, dismissed=dismissed)
        shown = found[:limit]
        titles = self._titles({number for pair in shown for number in (pair.a, pair.b)})
        return {
            "items": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "score": round(pair.score, 3),
                    "title_a": titles[pair.a],
                    "title_b": titles[pair.b],
                    "reasons": [
                        {"code": one.code, "params": one.params, "message": message(one.code, language, **one.params)}
                        for one in pair.reasons
                    ],
                }
                for pair in shown
            ],
            "total": len(found),
        }

    def mark_different(self, first: int, second: int) -> None:
        """Two listings were looked at and are not the same; they are not proposed again."""
        require(self._actor, Act.PROPERTY_WRITE)
        if first == second:
            raise Invalid.one("different", "duplicate.same_listing", id=first)
        for number in (first, second):
            self._properties.get(number)
        self._properties.repository.mark_different(self._actor.id, first, second)

    def _photos(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for number, key in self._db.all(
            "SELECT property_id, key FROM photos WHERE property_id IS NOT NULL ORDER BY id"
        ):
            found[number] = (*found.get(number, ()), key)
        return found

    def _titles(self, numbers: set[int]) -> dict[int, str]:
        if not numbers:
            return {}
        params: dict[str, Any] = {}
        sql = f"SELECT id, title FROM properties WHERE id IN {in_list('id', sorted(numbers), params)}"
        return dict(self._db.all(sql, params))
