"""Two agents and an administrator: what is not yours is not there, whichever way you ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.errors import Invalid, NotFound, RealtyError
from realty_cli.kit.schema import validate
from realty_cli.properties import figures, record
from realty_cli.properties.exporting import rows
from realty_cli.properties.photos import Picture
from realty_cli.properties.schemas.filters import PropertyFilter, PropertySearchRequest
from realty_cli.properties.schemas.listing import PropertyUpdate, StatusChange
from realty_cli.properties.schemas.transfer import PropertyBulkUpdate
from tests.conftest import Agency
from tests.test_properties.listings import PARTS, create, entries, examples, found, hang, numbers, take

MARK = "тайнопись"
HIS = {
    "title": MARK, "city": MARK, "district": MARK, "metro": MARK, "description": MARK, "external_id": "A-1",
    "tags": [MARK], "contact_phone": "+79990000001", "source_url": "https://cian.ru/sale/flat/301581644/",
    "rooms": 3, "area_total": 54.0, "latitude": 55.0, "longitude": 37.0, "cadastral_number": "77:01:0001001:1234",
    "address": "Москва, ул. Мира, 5",
}  # fmt: skip


@pytest.fixture
def office(agency: Agency) -> Agency:
    """Anna runs it; Boris and Vera are agents. Listing 1 is Boris's, with a photo and a history; 2 lies in his bin."""
    agency.add_account("boris")
    agency.add_account("vera")
    with agency.write("properties add", "boris") as work:
        create(**HIS)(work)
        hang(work, 1, 1)
    with agency.write("properties edit", "boris") as work:
        work.properties.update(1, validate(PropertyUpdate, {"price": 4_000_000}))
    with agency.write("properties delete", "boris") as work:
        create(title=MARK + " в корзине")(work)
        work.properties.delete(2)
    return agency


READS: dict[str, Callable[[Work], Any]] = {
    "get": lambda work: work.properties.get(1),
    "get in the bin": lambda work: work.properties.get(2, deleted=None),
    "history": lambda work: work.properties.history(1),
    "photos": lambda work: work.photos.of(1),
    "photo file": lambda work: work.photos.file(1),
    "thumbnail": lambda work: work.photos.file(1, 320),
    "analyze": lambda work: work.descriptions.analyze(listing=1),
}
_PICTURE = Picture("ab" * 32, 10, 10, 100, "image/jpeg")
WRITES: dict[str, Callable[[Work], Any]] = {
    "update": lambda work: work.properties.update(1, validate(PropertyUpdate, {"price": 1})),
    "status": lambda work: work.properties.change_status(1, StatusChange(status="sold")),
    "delete": lambda work: work.properties.delete(1),
    "restore": lambda work: work.properties.restore(2),
    "purge": lambda work: work.properties.purge([2]),
    "bulk": lambda work: work.properties.bulk(validate(PropertyBulkUpdate, {"ids": [1], "delete": True})),
    "photo add": lambda work: work.photos.add(1, _PICTURE),
    "photo remove": lambda work: work.photos.remove(1, 1),
    "photo order": lambda work: work.photos.reorder(1, [1]),
    "different": lambda work: work.duplicates.mark_different(1, 3),
    "undo": lambda work: work.undo.undo(1),
    "undo of an edit": lambda work: work.undo.undo(2),
    "undo of the last": lambda work: work.undo.undo(),
    "undo of an import": lambda work: work.undo.undo_import(1),
}


def refusal(act: Callable[[], Any]) -> type[RealtyError] | None:
    try:
        act()
    except RealtyError as error:
        return type(error)
    return None


def whole_store(work: Work) -> list[Any]:
    tables = ("properties", "photos", "property_prices", "property_statuses", "property_not_duplicates", "operations",
              "changes")  # fmt: skip
    return [work.db.all(f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def test_reading_what_is_not_yours_finds_nothing(office: Agency) -> None:
    for name, read in READS.items():
        assert refusal(lambda act=read: office.ask(act, user="vera")) is NotFound, name
    for name, read in READS.items():
        if "file" not in name and name != "thumbnail":
            assert office.ask(read, user="boris"), name
            assert office.ask(read, user="anna"), name


def test_writing_what_is_not_yours_finds_nothing_and_changes_nothing(office: Agency) -> None:
    before = office.ask(whole_store)
    for name, write in WRITES.items():
        assert refusal(lambda act=write: office.do(act, user="vera")) is NotFound, name
    assert office.ask(whole_store) == before


def test_what_is_not_yours_and_what_is_not_there_look_alike(office: Agency) -> None:
    with pytest.raises(NotFound) as foreign:
        office.ask(lambda work: work.properties.get(1), user="vera")
    with pytest.raises(NotFound) as missing:
        office.ask(lambda work: work.properties.get(987_654_321), user="vera")
    assert foreign.value.code == missing.value.code
    assert foreign.value.params.keys() == missing.value.params.keys()


def _everything(work: Work) -> str:
    """All that an agent can be told without naming a listing."""
    answers: list[Any] = [
        found(work), found(work, deleted=True), found(work, ids=[1, 2]), found(work, q=MARK), found(work, city=[MARK]),
        found(work, district=[MARK]), found(work, metro=[MARK]), found(work, tags=[MARK]), found(work, q="9990000001"),
        found(work, external_id=["A-1"]), found(work, owner_id=[2]), found(work, bbox="36,54,38,56"),
        found(work, has_photos=True), work.properties.count(PropertyFilter()),
        work.properties.search(validate(PropertySearchRequest, {"text": MARK})),
        work.properties.search(validate(PropertySearchRequest, {"filters": {"city": [MARK]}})),
        work.properties.statistics(PropertyFilter()), work.properties.statistics(PropertyFilter(deleted=True)),
        figures.facets(work.db, work.actor, PropertyFilter()),
        list(rows(work.properties.stream(PropertyFilter(), record.EXPORTED, None), record.EXPORTED)),
        list(work.properties.stream(PropertyFilter(deleted=True), record.COLUMNS, None)),
        work.duplicates.propose(PropertyFilter()), work.history.operations(limit=100),
        work.history.operations(limit=100, object_id=1), work.history.changes(limit=100),
        work.history.changes(limit=100, object_id=1), work.history.changes(limit=100, operation_id=1),
        work.history.changes(limit=100, kind="photo"),
    ]  # fmt: skip
    return repr(answers)


def test_lists_counts_statistics_exports_and_logs_hold_nothing_of_a_stranger(office: Agency) -> None:
    with office.write("properties add", "vera") as work:
        create(
            title="Моё", **{name: HIS[name] for name in ("rooms", "area_total", "address", "latitude", "longitude")}
        )(work)
    told = office.ask(_everything, user="vera")
    for secret in (MARK, "79990000001", "A-1", "301581644", "boris", "77:01"):
        assert secret not in told
    mine = office.ask(found, user="vera")
    assert (numbers(mine), mine["total"]) == ([3], 1)
    assert office.ask(lambda work: work.properties.statistics(PropertyFilter()), user="vera")["total"] == 1
    assert office.ask(lambda work: work.duplicates.propose(PropertyFilter()), user="vera")["total"] == 0
    assert MARK in office.ask(_everything, user="boris")
    assert MARK in office.ask(_everything, user="anna")
    assert office.ask(found, user="anna")["total"] == 2


def test_changing_and_emptying_by_filter_reaches_only_ones_own(office: Agency) -> None:
    before = office.ask(lambda work: work.properties.get(1))
    bulk = validate(PropertyBulkUpdate, {"filter": {}, "update": {"city": "Сочи"}})
    assert office.do(lambda work: work.properties.bulk(bulk), user="vera")["matched"] == 0
    assert office.do(lambda work: work.properties.purge(), user="vera") == []
    assert office.ask(lambda work: work.properties.get(1)) == before
    assert office.ask(lambda work: work.properties.get(2, deleted=True))


def test_only_an_administrator_gives_a_listing_to_somebody_else(office: Agency) -> None:
    for fields in ({"owner_id": 1}, {"owner_id": 3}):
        with pytest.raises(Invalid) as refused:
            office.do(
                lambda work, given=fields: work.properties.update(1, validate(PropertyUpdate, given)), user="boris"
            )
        assert refused.value.fields[0].code == "owner.admin_only"
        with pytest.raises(Invalid):
            office.do(create(**fields), user="boris")
    assert office.do(create(owner_id=2), user="boris")["owner_id"] == 2


def test_a_listing_changes_hands_with_its_photos(office: Agency, tmp_path: Path) -> None:
    key = office.ask(lambda work: work.db.value("SELECT key FROM photos WHERE id = 1"))
    folder = office.realty.settings.photos_folder / key[:2]
    folder.mkdir(parents=True)
    (folder / f"{key}.jpg").write_bytes(b"x")
    assert office.ask(lambda work: work.photos.file(1), user="boris").exists()
    office.do(lambda work: work.properties.update(1, validate(PropertyUpdate, {"owner_id": 3})), user="anna")
    assert office.ask(lambda work: work.photos.file(1), user="vera").exists()
    assert office.ask(lambda work: work.properties.get(1), user="vera")["photos"]
    for name, read in READS.items():
        if name != "get in the bin":
            with pytest.raises(NotFound):
                office.ask(read, user="boris")
    with pytest.raises(NotFound):
        office.do(lambda work: work.properties.delete(1), user="boris")


def test_an_import_recognises_only_ones_own(office: Agency) -> None:
    """Vera's file names Boris's listing in every way that there is; she gets one of her own each time."""
    his = office.ask(lambda work: work.properties.get(1))
    own = ("id", "created_at", "owner_id", "title", "property_type", "deal_type", "price")
    ways: list[tuple[tuple[str, ...], list[object]]] = [
        (own, ["1", his["created_at"], "2", "Перехват", "apartment", "sale", "1"]),
        (("external_id", "Тип", "Сделка", "Цена"), ["A-1", "Квартира", "Продажа", "1"]),
        (("Ссылка", "Тип", "Сделка", "Цена"), [HIS["source_url"], "Квартира", "Продажа", "1"]),
        (
            ("Адрес", "Площадь", "Комнат", "Широта", "Долгота", "Кадастровый номер", "Тип", "Сделка", "Цена"),
            [HIS["address"], "54", "3", "55", "37", HIS["cadastral_number"], "Квартира", "Продажа", "1"],
        ),
    ]
    for header, line in ways:
        report = office.do(lambda work, names=header, cells=line: take(work, names, [cells]), user="vera")
        assert (report.created, report.updated, report.rejected) == (1, 0, 0), header
    assert office.ask(lambda work: work.properties.get(1)) == his
    assert {one["owner_id"] for one in office.ask(found, user="vera")["items"]} == {3}


def test_an_undo_reaches_only_what_one_did_oneself(office: Agency) -> None:
    office.do(create(title="Моё"), user="vera")
    office.do(lambda work: work.undo.undo(), user="vera")
    with pytest.raises(NotFound):
        office.do(lambda work: work.undo.undo(), user="vera")
    assert office.ask(lambda work: work.properties.get(1))["price"] == 4_000_000
    done = office.do(lambda work: work.undo.undo(2), user="anna")
    assert done["undone"] == 2
    assert office.ask(lambda work: work.properties.get(1), user="boris")["price"] == 5_000_000


@examples(10)
@given(some=st.lists(entries(), min_size=2, max_size=6), data=st.data())
def test_no_filter_whatever_finds_a_listing_of_a_stranger(
    agency: Agency, some: list[dict[str, Any]], data: st.DataObject
) -> None:
    with agency.write() as work:
        there = {row[0] for row in work.db.all("SELECT username FROM accounts")}
    for name in {"boris", "vera"} - there:
        agency.add_account(name)
    for turn, entry in enumerate(some):
        fields = {field: value for field, value in entry.items() if field[0] != "_"}
        agency.do(create(**fields), user=("boris", "vera")[turn % 2])
    of_vera = "SELECT p.id FROM properties p JOIN accounts a ON a.id = p.owner_id WHERE a.username = 'vera'"
    with agency.read("vera") as work:
        hers = {row[0] for row in work.db.all(of_vera)}
        assert hers
        for part, (values, _) in PARTS.items():
            seen = set(numbers(found(work, **{part: data.draw(values, label=part)})))
            assert seen <= hers, part
