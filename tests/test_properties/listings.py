"""Random listings and random filters, and a slow, obvious second implementation of what a filter and an order mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.formats.codec import Block, WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.kit.importing import Report
from realty_cli.kit.schema import validate
from realty_cli.properties.exporting import columns_of, fields_of, rows
from realty_cli.properties.importing import Reading, prepare
from realty_cli.properties.kinds import BuildingMaterial, DealType, Market, PropertyType, Renovation, Status
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency

FLAT: dict[str, Any] = {"title": "Flat", "property_type": "apartment", "deal_type": "sale", "price": 5_000_000}


def examples(count: int) -> settings:
    """So many examples, thrice as many in a long run; the store is shared by all examples of a test."""
    return settings(
        max_examples=count * (3 if os.environ.get("REALTY_LONG") else 1),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def create(**fields: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.properties.create(validate(PropertyCreate, {**FLAT, **fields}))


def found(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    """A page of listings by the filter given as HTTP or the command line give it."""
    return work.properties.page(validate(PropertyFilter, wanted), sort=sort, limit=100)


def numbers(body: Mapping[str, Any]) -> list[int]:
    return [item["id"] for item in body["items"]]


# Random listings ------------------------------------------------------------------------------------------------------

_CITIES = st.sampled_from(["Москва", "москва", "МОСКВА", "Орёл", "Орел", "Казань", "Нью-Йорк", "İstanbul"])
_PLACES = st.sampled_from(["Сокол", "сокол", "Ёлкино", "елкино", "В. О.", "100% центр", "a_b"])
_WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=1, max_size=3, unique=True)
_MONEY = st.one_of(st.integers(0, 12), st.sampled_from([5_000_000, 5_000_000.01, 10**13, 12_345_678.9]))
_AREA = st.sampled_from([0.01, 9.9, 30.0, 30.5, 54.2, 120.0, 1e8])
_DAYS = st.sampled_from(["2024-02-29", "2025-12-31", "2026-03-09", "2026-03-10", "2026-06-01"])
_MOMENTS = st.sampled_from([
    "2024-02-29T00:00:00Z", "2025-12-31T21:00:00Z", "2026-01-01T00:00:00+03:00", "2026-03-10T09:00:00Z",
    "2026-03-10T12:00:00.000001+03:00", "2026-03-12T00:00:00Z",
])  # fmt: skip
_COUNT = st.integers(0, 5)
_TAGS = st.lists(st.sampled_from(["vip", "VIP", "горящий", '"; --', "a,b"]), max_size=3, unique=True)
_FLAG = st.sampled_from([None, True, False])


def _or_none(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """A listing that the rules accept; `_deleted`, `_photos` and `_later` (seconds) say what else becomes of it."""
    total = draw(_or_none(_AREA))
    floors = draw(_or_none(st.integers(1, 5)))
    point = draw(
        _or_none(st.tuples(st.sampled_from([-90, 55.75, 0.0, 90]), st.sampled_from([-180, 37.6, 0, 179.5, 180])))
    )
    one: dict[str, Any] = {
        "title": " ".join(draw(_WORDS)),
        "property_type": draw(st.sampled_from(list(PropertyType))).value,
        "deal_type": draw(st.sampled_from(list(DealType))).value,
        "status": draw(st.sampled_from(["draft", "active", "reserved", "withdrawn"])),
        "price": draw(_MONEY),
        "currency": draw(st.sampled_from(["RUB", "USD", "usd"])),
        "market": draw(_or_none(st.sampled_from(list(Market)))),
        "building_material": draw(_or_none(st.sampled_from(list(BuildingMaterial)))),
        "renovation": draw(_or_none(st.sampled_from(list(Renovation)))),
        "rooms": draw(_or_none(_COUNT)),
        "area_total": total,
        "area_kitchen": draw(_or_none(st.sampled_from([total / 2, total]))) if total and total > 1 else None,
        "area_land": draw(_or_none(_AREA)),
        "floors_total": floors,
        "floor": draw(_or_none(st.integers(-2, floors or 5))),
        "year_built": draw(_or_none(st.sampled_from([1000, 1968, 2024, 2200]))),
        "city": draw(_or_none(_CITIES)),
        "district": draw(_or_none(_PLACES)),
        "metro": draw(_or_none(_PLACES)),
        "metro_minutes": draw(_or_none(_COUNT)),
        "latitude": point and point[0],
        "longitude": point and point[1],
        "tags": draw(_TAGS),
        "source": draw(_or_none(st.sampled_from(["cian", "avito"]))),
        "external_id": draw(_or_none(st.sampled_from(["7", "07", "A-7"]))),
        "listed_at": draw(_or_none(_MOMENTS)),
        "exclusive_until": draw(_or_none(_DAYS)),
        **{name: draw(_FLAG) for name in ("mortgage", "bargain", "is_euro", "is_apartments")},
        "_deleted": draw(st.sampled_from([False, False, False, True])),
        "_photos": draw(st.integers(0, 2)),
        "_later": draw(st.sampled_from([0, 0.000001, 1, 86_400])),
    }
    closing = {"sale": "sold", "rent": "rented", "daily_rent": "rented"}[one["deal_type"]]
    one["status"] = draw(st.sampled_from([one["status"], closing]))
    if one["status"] == "draft":
        one["price"] = draw(_or_none(_MONEY))
    return one


def stock(agency: Agency, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put just these listings into the store, and give them back as the store shows each."""
    with agency.write() as work:
        for table in ("photos", "property_search", "property_prices", "property_statuses", "properties"):
            work.db.run(f"DELETE FROM {table}")
        made = []
        for entry in wanted:
            agency.clock.advance(seconds=entry.get("_later", 0))
            fields = {name: value for name, value in entry.items() if name[0] != "_"}
            number = work.properties.create(validate(PropertyCreate, fields))["id"]
            hang(work, number, entry.get("_photos", 0))
            if entry.get("_deleted"):
                work.properties.delete(number)
            made.append(number)
        return [work.properties.get(number, deleted=None) for number in made]


def hang(work: Work, listing: int, count: int) -> list[int]:
    """Rows of photos without files, for what only counts them."""
    if not count:
        return []
    fresh = work.db.next_ids("photos", count)
    owner = work.db.value("SELECT owner_id FROM properties WHERE id = :id", {"id": listing})
    work.properties.photo_rows.insert([
        {"id": number, "owner_id": owner, "property_id": listing, "key": f"{number:064x}", "position": position,
         "width": 640, "height": 480, "bytes": 1_000, "media_type": "image/jpeg",
         "created_at": "2026-03-10T09:00:00.000000Z"}
        for position, number in enumerate(fresh)
    ])  # fmt: skip
    return list(fresh)


# Filters, slowly ------------------------------------------------------------------------------------------------------

Test = Callable[[Mapping[str, Any], Any], bool]


def _same(text: str | None, other: str) -> bool:
    return text is not None and _folded(text) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _any_of(name: str) -> Test:
    return lambda one, values: any(one[name] is not None and one[name] == value for value in values)


def _place(name: str) -> Test:
    return lambda one, values: any(_same(one[name], value) for value in values)


def _least(name: str) -> Test:
    return lambda one, value: one[name] is not None and one[name] >= value


def _most(name: str) -> Test:
    return lambda one, value: one[name] is not None and one[name] <= value


def _since(name: str) -> Test:
    return lambda one, value: one[name] is not None and _moment(one[name]) >= _moment(value)


def _before(name: str) -> Test:
    return lambda one, value: one[name] is not None and _moment(one[name]) < _moment(value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _flag(name: str) -> Test:
    return lambda one, value: bool(one[name]) == value


def _in_box(one: Mapping[str, Any], box: str) -> bool:
    west, south, east, north = map(float, box.split(","))
    if one["latitude"] is None or not south <= one["latitude"] <= north:
        return False
    there: float = one["longitude"]
    return west <= there <= east if west <= east else there >= west or there <= east


def _many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3)


_BOXES = st.tuples(
    st.sampled_from([-180, 0, 37, 179]), st.sampled_from([-90, 0, 50]), st.sampled_from([-180, 0, 38, 180]),
    st.sampled_from([50, 56, 90]),
).map(lambda box: ",".join(map(str, box)))  # fmt: skip

#: How each part of a filter may be given, and what it means for a listing as it is shown.
PARTS: dict[str, tuple[st.SearchStrategy[Any], Test]] = {
    "q": (_WORDS.map(" ".join), lambda one, q: set(q.split()) <= set(one["title"].split())),
    "property_type": (_many(st.sampled_from(list(PropertyType))), _any_of("property_type")),
    "deal_type": (_many(st.sampled_from(list(DealType))), _any_of("deal_type")),
    "status": (_many(st.sampled_from(list(Status))), _any_of("status")),
    "market": (_many(st.sampled_from(list(Market))), _any_of("market")),
    "building_material": (_many(st.sampled_from(list(BuildingMaterial))), _any_of("building_material")),
    "renovation": (_many(st.sampled_from(list(Renovation))), _any_of("renovation")),
    "price_min": (_MONEY, _least("price")),
    "price_max": (_MONEY, _most("price")),
    "currency": (st.sampled_from(["RUB", "rub", "usd", "EUR"]), lambda one, code: one["currency"] == code.upper()),
    "price_per_m2_min": (_MONEY, _least("price_per_m2")),
    "price_per_m2_max": (_MONEY, _most("price_per_m2")),
    "rooms": (_many(_COUNT), _any_of("rooms")),
    "rooms_min": (_COUNT, _least("rooms")),
    "rooms_max": (_COUNT, _most("rooms")),
    "area_min": (_AREA, _least("area_total")),
    "area_max": (_AREA, _most("area_total")),
    "kitchen_min": (_AREA, _least("area_kitchen")),
    "land_min": (_AREA, _least("area_land")),
    "land_max": (_AREA, _most("area_land")),
    "floor_min": (st.integers(-2, 5), _least("floor")),
    "floor_max": (st.integers(-2, 5), _most("floor")),
    "year_min": (st.sampled_from([1968, 2000]), _least("year_built")),
    "year_max": (st.sampled_from([1968, 2000]), _most("year_built")),
    "city": (_many(_CITIES), _place("city")),
    "district": (_many(_PLACES), _place("district")),
    "metro": (_many(_PLACES), _place("metro")),
    "metro_minutes_max": (_COUNT, _most("metro_minutes")),
    "bbox": (_BOXES, _in_box),
    "tags": (_TAGS, lambda one, tags: any(tag in one["tags"] for tag in tags)),
    "source": (_many(st.sampled_from(["cian", "avito", "Cian"])), _any_of("source")),
    "external_id": (_many(st.sampled_from(["7", "A-7", "a-7"])), _any_of("external_id")),
    "owner_id": (_many(st.integers(1, 3)), _any_of("owner_id")),
    "ids": (_many(st.integers(1, 40)), _any_of("id")),
    "mortgage": (st.booleans(), _flag("mortgage")),
    "bargain": (st.booleans(), _flag("bargain")),
    "is_studio": (st.booleans(), _flag("is_studio")),
    "is_euro": (st.booleans(), _flag("is_euro")),
    "is_apartments": (st.booleans(), _flag("is_apartments")),
    "has_photos": (st.booleans(), _flag("photos")),
    "has_price": (st.booleans(), lambda one, value: (one["price"] is not None) == value),
    "listed_from": (_MOMENTS, _since("listed_at")),
    "listed_to": (_MOMENTS, _before("listed_at")),
    "created_from": (_MOMENTS, _since("created_at")),
    "created_to": (_MOMENTS, _before("created_at")),
    "updated_from": (_MOMENTS, _since("updated_at")),
    "updated_to": (_MOMENTS, _before("updated_at")),
    "exclusive_until_from": (_DAYS, _least("exclusive_until")),
    "exclusive_until_to": (_DAYS, _most("exclusive_until")),
    "deleted": (st.booleans(), lambda one, value: (one["deleted_at"] is not None) == value),
}  # fmt: skip


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(list(PARTS)), max_size=3, unique=True))
    return {name: draw(PARTS[name][0]) for name in names}


def fits(one: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a listing is meant by a filter."""
    return all(PARTS[name][1](one, value) for name, value in {"deleted": False, **wanted}.items())


def ordered(items: Iterable[Mapping[str, Any]], sort: str) -> list[int]:
    """The ids in the order of `sort`; what is not known comes last in both directions, and ties go by the id."""
    keys = [(part.lstrip("-"), part.startswith("-")) for part in sort.split(",")]
    keys = [("id" if name == "created_at" else name, down) for name, down in keys]
    rows = sorted(items, key=lambda one: one["id"], reverse=keys[-1][1])
    for name, down in reversed(keys):
        known = sorted((row for row in rows if row[name] is not None), key=lambda row, n=name: row[n], reverse=down)
        rows = known + [row for row in rows if row[name] is None]
    return [row["id"] for row in rows]


# Files ----------------------------------------------------------------------------------------------------------------


def take(work: Work, header: Sequence[str], *batches: Sequence[Sequence[object]], **reading: Any) -> Report:
    """Import rows under a header, a batch at a time, as a file's rows come."""
    importer = work.importer()
    line = 2
    blocks = []
    for batch in batches:
        blocks.append(Block(tuple(header), list(range(line, line + len(batch))), list(batch), []))
        line += len(batch)
    for ready in prepare(blocks, Reading("Europe/Moscow", work.clock.now(), **reading)):
        importer.take(ready)
    return importer.finish()


def bring(work: Work, path: Path, **reading: Any) -> Report:
    """Import a file, in one transaction."""
    importer = work.importer()
    with codec_for(path).read(path) as table:
        for ready in prepare(table.blocks(), Reading("Europe/Moscow", work.clock.now(), path.name, **reading)):
            importer.take(ready)
    return importer.finish()


def send(work: Work, path: Path, **wanted: Any) -> int:
    """Export to a file."""
    whole = path.suffix in (".json", ".jsonl")
    fields = fields_of(None, whole=whole)
    stored = work.properties.stream(validate(PropertyFilter, wanted), columns_of(fields), "id")
    shown = rows(stored, fields, work.clock.now(), whole=whole)
    return codec_for(path).write(path, fields, shown, options=WriteOptions(force=True))


def counts(report: Report) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return report.created, report.updated, report.unchanged, report.rejected
