"""How listings and their photos are taken back, for `desk.undo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.errors import Conflict
from realty_cli.properties import reads, record
from realty_cli.properties.photo_rows import PhotoRows
from realty_cli.properties.repository import PropertyRepository
from realty_cli.store.database import Connection, in_list
from realty_cli.store.rows import refuse_named


class UndoProperties:
    def __init__(self, db: Connection, repository: PropertyRepository) -> None:
        self._db, self._repository = db, repository

    def existing(self, numbers: Sequence[int]) -> set[int]:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        return {row[0] for row in self._db.all(f"SELECT id FROM properties WHERE id IN {some}", params)}

    def remove(self, numbers: Sequence[int]) -> None:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        if used := self._db.one(f"SELECT property_id FROM photos WHERE property_id IN {some}", params):
            raise Conflict("undo.has_photos", object=used[0])
        refuse_named(self._db, ("price_recommendations.property_id",), numbers)
        self._repository.remove(numbers, reads.states(self._db, numbers), "remove")

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        self._repository.insert([{**state, "id": number} for number, state in states.items()])

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        now = reads.states(self._db, list(states))
        pairs = [(now[number], {name: state.get(name) for name in record.STATE}) for number, state in states.items()]
        self._repository.update(pairs, touch=False, histories=False)

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None:
        if redo:
            self._repository.reinstate_histories(operation)
        else:
            self._repository.withdraw_histories(operation, undo)


class UndoPhotos:
    def __init__(self, photos: PhotoRows) -> None:
        self._photos = photos

    def existing(self, numbers: Sequence[int]) -> set[int]:
        return set(self._photos.states(numbers))

    def remove(self, numbers: Sequence[int]) -> None:
        self._photos.delete(list(self._photos.states(numbers).values()), action="remove")

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        self._photos.insert([dict(state) for state in states.values()])

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        for number, before in self._photos.states(list(states)).items():
            self._photos.write(before, dict(states[number]))

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None:
        return None
