"""Which listings are proposed as one property, why, and in what order."""

from __future__ import annotations

import csv
import itertools
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties.duplicate_pairs import cadastral_numbers
from realty_cli.properties.duplicates import Candidate, Proposal, Rules, find, find_for

CIAN = Path(__file__).parents[3] / "shared/data/listings/cian_moscow_sale_2024_cianparser.csv"

FLAT = Candidate(
    1, city="Казань", address="ул. Портовая, 17", area_total=54.3, floor=5, floors_total=9, rooms=2, price=900_000_000
)
HOUSE = Candidate(
    1, property_type="house", address="д. Куюки, ул. Лесная, 5", area_total=120.0, area_land=600, price=10**9
)
PLOT = Candidate(1, property_type="land", address="СНТ Ромашка, уч. 5", area_land=600, price=10**8)
NOWHERE = FLAT._replace(address=None, latitude=55.7712, longitude=49.0965)
NUMBER = "16:50:0110501:1234"


def one(a: Candidate, **changes: object) -> Proposal | None:
    """The proposal for a listing and its changed copy, the same both ways and in `find_for`."""
    b = a._replace(**{"id": 2, **changes})
    found = find([a, b])
    assert found == find([b, a]) == find_for(a, [b]) == find_for(b, [a])
    assert len(found) <= 1
    return found[0] if found else None


def codes(proposal: Proposal | None) -> set[str]:
    return {reason.code.removeprefix("duplicate.") for reason in proposal.reasons} if proposal else set()


def score(proposal: Proposal | None) -> float:
    return proposal.score if proposal else 0.0


def test_the_same_flat_in_two_spellings_is_proposed_with_its_reasons() -> None:
    found = one(FLAT, address="Казань, Портовая, д.17", area_total=54, price=890_000_000, owner_id=7)
    assert found is not None
    assert (found.a, found.b) == (1, 2)
    assert 0.75 <= found.score < 1
    assert [(reason.code, reason.params) for reason in found.reasons] == [
        ("duplicate.address_same", {"address": "ул. Портовая, 17"}),
        ("duplicate.area_close", {"a": 54.3, "b": 54.0}),
        ("duplicate.floor_same", {"floor": 5}),
        ("duplicate.rooms_same", {"rooms": 2}),
        ("duplicate.price_close", {"percent": 1.1}),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"deal_type": "rent"},
        {"property_type": "room"},
        {"address": "ул. Портовая, 19"},
        {"address": "ул. Портовая, 17к1"},
        {"city": "Москва"},
        {"floor": 6},
        {"area_total": 56.1},
        {"rooms": 3},
        {"status": "sold"},
        {"status": "rented"},
        {"address": None},
        {"price": 100_000_000, "area_total": 53.0},
    ],
)
def test_a_different_property_is_not_proposed(changes: dict[str, object]) -> None:
    assert one(FLAT, **changes) is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"area_total": 52.9},
        {"area_total": None},
        {"floor": None},
        {"rooms": None},
        {"rooms": 3, "is_euro": True},
        {"price": None},
        {"city": None},
        {"status": "withdrawn"},
        {"status": "draft"},
        {"address": "пос. Портовый, ул. Портовая, 17"},
    ],
)
def test_what_is_unknown_or_a_little_off_does_not_hide_a_duplicate(changes: dict[str, object]) -> None:
    assert one(FLAT, **changes) is not None


def test_area_is_compared_by_share_and_by_metre() -> None:
    small = FLAT._replace(area_total=20.0)
    assert one(small, area_total=21.0) is not None
    assert one(small, area_total=21.2) is None
    large = FLAT._replace(area_total=200.0)
    assert one(large, area_total=205.5) is not None
    assert one(large, area_total=207.0) is None


def test_a_studio_may_be_counted_as_one_room() -> None:
    assert one(FLAT._replace(rooms=0), rooms=1) is not None
    assert one(FLAT._replace(rooms=0), rooms=2) is None


def test_a_flat_number_decides() -> None:
    with_flat = FLAT._replace(flat="52")
    assert one(with_flat, flat="53") is None
    assert one(with_flat, flat=None, address="ул. Портовая, 17, кв. 53") is None
    assert "flat_same" in codes(one(with_flat, flat=None, address="ул. Портовая, 17, квартира 52"))
    assert score(one(with_flat)) > score(one(FLAT))


def test_nearer_evidence_scores_higher() -> None:
    scores = [
        score(one(FLAT, flat="5", contact_phone="+79990000000", photo_hashes=("a",))),
        score(one(FLAT)),
        score(one(FLAT, price=870_000_000)),
        score(one(FLAT, price=870_000_000, area_total=54.0)),
        score(one(FLAT, price=700_000_000, area_total=54.0)),
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


@pytest.mark.parametrize(
    "other", [NUMBER, f" {NUMBER} ", "16 : 50 : 0110501 : 1234", f"{NUMBER}; 16:50:0110501:99", "16:50:0110501:01234"]
)
def test_an_equal_cadastral_number_is_certain(other: str) -> None:
    found = one(FLAT._replace(cadastral_number=NUMBER), cadastral_number=other, address="Казань, ориентир вокзал")
    assert found is not None
    assert found.score == 1
    assert found.reasons[0] == ("duplicate.cadastral_same", {"number": NUMBER})


def test_an_equal_cadastral_number_on_unlike_flats_is_doubted_but_shown() -> None:
    found = one(FLAT._replace(cadastral_number=NUMBER), cadastral_number=NUMBER, floor=8, area_total=70.0)
    assert found is not None
    assert found.score == 0.7
    assert {"floor_differs", "area_differs"} <= codes(found)


def test_different_cadastral_numbers_are_two_flats_but_may_be_a_house_and_its_plot() -> None:
    plot = NUMBER.replace("1234", "99")
    assert one(FLAT._replace(cadastral_number=NUMBER), cadastral_number=plot) is None
    assert one(HOUSE._replace(cadastral_number=NUMBER), cadastral_number=plot) is not None
    assert one(HOUSE._replace(cadastral_number=NUMBER), cadastral_number="16:50:0110502:99") is None


def test_a_building_s_cadastral_number_tells_nothing() -> None:
    flats = [FLAT._replace(id=i, cadastral_number=NUMBER, floor=i, flat=str(i)) for i in range(1, 12)]
    assert find(flats) == []
    assert find(flats[:8]) != []


def test_rooms_of_one_flat_share_its_cadastral_number() -> None:
    room = FLAT._replace(property_type="room", area_total=14.0, cadastral_number=NUMBER)
    assert one(room, area_total=18.0) is None
    assert score(one(room)) == 1


def test_sale_and_rent_are_never_one_listing() -> None:
    assert (
        one(FLAT._replace(cadastral_number=NUMBER, source_url="https://cian.ru/flat/123456"), deal_type="rent") is None
    )


def test_the_same_advertisement_is_certain() -> None:
    first = FLAT._replace(source_url="https://www.cian.ru/sale/flat/301581644/")
    again = {"address": None, "price": 1, "area_total": 20.0, "floor": 1}
    assert score(one(first, source_url="http://cian.ru/sale/flat/301581644/?utm_source=x", **again)) == 1
    assert score(one(first, source_url="https://msk.cian.ru/sale/flat/301581644", **again)) == 1
    assert one(first, source_url="https://www.cian.ru/sale/flat/301581645/", **again) is None
    assert one(first, source_url="https://www.avito.ru/sale/flat/301581644/", **again) is None


def test_a_page_of_many_lots_is_no_advertisement() -> None:
    page = "https://developer.example/zhk-svetly-2024"
    lots = [
        FLAT._replace(id=i, source_url=page, external_id=f"lot-{i}", floor=i, area_total=40.0 + 2 * i)
        for i in range(1, 5)
    ]
    assert find(lots) == []


def test_only_a_number_at_the_end_of_a_link_is_an_advertisement_s() -> None:
    again = {"address": None, "price": 1, "area_total": 20.0, "floor": 1}
    for one_link, other_link in (
        ("https://portal12345.example/flat-by-the-sea", "https://portal12345.example/flat-in-the-wood"),
        ("https://portal.example/20240101/sea", "https://portal.example/20240101/wood"),
        ("https://one.co.uk/flat-123456", "https://other.co.uk/flat-123456"),
    ):
        assert one(FLAT._replace(source_url=one_link), source_url=other_link, **again) is None
    same = FLAT._replace(source_url="https://msk.one.co.uk/flat-123456.html")
    assert score(one(same, source_url="https://one.co.uk/x/flat-123456", **again)) == 1


def test_impossible_values_count_as_unknown() -> None:
    nowhere = {"latitude": float("nan"), "longitude": 49.0, "price": -5, "area_total": float("nan")}
    assert one(FLAT._replace(flat="5"), **nowhere) is not None
    assert one(FLAT._replace(address=None, **nowhere)) is None


def test_like_flats_of_one_seller_come_after_real_doubles() -> None:
    ad = FLAT._replace(contact_phone="+7 (999) 000-00-00", source_url="https://cian.ru/sale/flat/300000001/")
    other_ad = "https://cian.ru/sale/flat/300000002/"
    series = one(ad, source_url=other_ad, contact_phone="89990000000", area_total=54.0, price=930_000_000)
    repeated = one(ad, source_url=other_ad, contact_phone="89990000000")
    two_agents = one(ad, source_url=other_ad, contact_phone="+79991111111")
    assert score(series) < score(repeated) < score(two_agents)
    assert series is None
    assert "separate_ads" in codes(repeated)
    assert "separate_ads" not in codes(two_agents)


def test_a_name_stands_in_for_a_phone() -> None:
    ad = FLAT._replace(contact_name="ПИК", source_url="https://cian.ru/sale/flat/300000001/")
    assert one(ad, source_url="https://cian.ru/sale/flat/300000002/", contact_name=" пик ", price=930_000_000) is None
    assert (
        one(ad, source_url="https://cian.ru/sale/flat/300000002/", contact_name="Самолет", price=930_000_000)
        is not None
    )


def test_without_an_address_coordinates_serve() -> None:
    found = one(NOWHERE, latitude=NOWHERE.latitude + 0.0001)
    assert "coordinates_near" in codes(found)
    assert score(found) < score(one(FLAT))
    assert one(NOWHERE, latitude=NOWHERE.latitude + 0.0004) is None
    assert one(NOWHERE, area_total=None) is None
    assert one(NOWHERE, floor=6) is None
    assert one(FLAT._replace(latitude=55.7712, longitude=49.0965), address=None) is not None


def test_plots_side_by_side_are_two() -> None:
    plot = PLOT._replace(address=None, latitude=55.0, longitude=49.0)
    assert one(plot, latitude=55.0002) is None
    assert one(plot, latitude=55.00001) is not None
    assert score(one(PLOT)) > 0.8


def test_one_street_name_in_two_towns_is_two_houses() -> None:
    here = FLAT._replace(city=None, latitude=55.77, longitude=49.09)
    assert one(here, city="Казань", latitude=55.7701) is not None
    assert one(here, city="Казань", latitude=56.77) is None
    assert "place_unsure" in codes(one(FLAT, city=None))
    assert one(FLAT, address="пос. Дербышки, ул. Портовая, 17", city="Пермь") is None


def test_photos_speak_for_a_pair_and_find_it_without_an_address() -> None:
    shots = ("0f0f0f0f0f0f0f0f", "sha-of-a-plan", "00ff00ff00ff00ff")
    lost = FLAT._replace(address=None, photo_hashes=shots)
    assert "photos_same" in codes(one(lost))
    assert score(one(FLAT._replace(photo_hashes=shots))) > score(one(FLAT))
    elsewhere = one(FLAT._replace(photo_hashes=shots), address="ул. Портовая, 71")
    assert "address_differs" in codes(elsewhere)


def test_perceptual_hashes_agree_within_a_few_bits() -> None:
    flat = FLAT._replace(photo_hashes=("0f0f0f0f0f0f0f0f",))
    assert "photos_same" in codes(one(flat, photo_hashes=("0f0f0f0f0f0f0f0c",)))
    assert "photos_same" not in codes(one(flat, photo_hashes=("0f0f0f0f0f0f00ff",)))


def test_a_picture_in_many_listings_tells_nothing() -> None:
    flats = [FLAT._replace(id=i, address=None, photo_hashes=("rendering",)) for i in range(1, 11)]
    assert find(flats) == []
    assert len(find(flats[:3])) == 3


def test_parking_places_without_numbers_are_not_doubles() -> None:
    place = Candidate(1, property_type="parking", address="ул. Портовая, 17", area_total=13.3, floor=-1, price=10**8)
    seller = {"contact_phone": "+79990000000"}
    assert one(place._replace(external_id="a", **seller), external_id="b") is None
    assert score(one(place._replace(flat="12"), property_type="garage")) > 0.8


def test_a_withdrawn_listing_is_named() -> None:
    found = one(FLAT, status="withdrawn")
    assert found is not None
    assert ("duplicate.withdrawn", {"id": 2}) in found.reasons
    assert one(FLAT._replace(status="withdrawn"), status="withdrawn") is None


def test_owners_are_told_apart() -> None:
    assert "other_agent" in codes(one(FLAT._replace(owner_id=1), owner_id=2))
    assert "other_agent" not in codes(one(FLAT._replace(owner_id=1), owner_id=1))


def test_dismissed_pairs_stay_away_in_either_order() -> None:
    pair = [FLAT, FLAT._replace(id=2)]
    assert find(pair, dismissed={(1, 2)}) == find(pair, dismissed={(2, 1)}) == []
    assert find_for(pair[0], pair[1:], dismissed={(2, 1)}) == []
    assert len(find([*pair, FLAT._replace(id=3)], dismissed={(2, 1)})) == 2


def test_only_the_new_ones() -> None:
    flats = [FLAT._replace(id=i) for i in (1, 2, 3)]
    assert [(found.a, found.b) for found in find(flats, only={3})] == [(1, 3), (2, 3)]


def test_a_listing_is_no_duplicate_of_itself() -> None:
    assert find_for(FLAT, [FLAT]) == []
    assert find([FLAT, FLAT]) == []
    assert find_for(FLAT._replace(status="sold"), [FLAT._replace(id=2)]) == []


def test_the_surest_are_kept_when_there_are_too_many() -> None:
    flats = [FLAT._replace(id=i, price=900_000_000 + i * 20_000_000) for i in range(1, 11)]
    everything = find(flats)
    assert find(flats, Rules(most=5)) == everything[:5]
    assert [found.score for found in everything] == sorted((found.score for found in everything), reverse=True)


def test_a_large_block_finds_its_doubles_without_comparing_all() -> None:
    random_ = random.Random(4)
    flats = [
        FLAT._replace(id=i, area_total=round(random_.uniform(25, 90), 1), floor=random_.randint(1, 25), price=i * 10**7)
        for i in range(1, 501)
    ]
    doubles = [flat._replace(id=1000 + flat.id, owner_id=5) for flat in flats[::10]]
    doubles[0] = doubles[0]._replace(floor=None)
    found = {(proposal.a, proposal.b) for proposal in find([*flats, *doubles])}
    assert {(double.id - 1000, double.id) for double in doubles} <= found


def test_identical_rows_stay_bounded() -> None:
    alike = [FLAT._replace(id=i) for i in range(1, 401)]
    assert len(find(alike)) <= 400 * Rules().window
    unknown = [Candidate(i, address="ул. Портовая, 17", price=10**8, flat="5") for i in range(1, 401)]
    assert len(find(unknown)) <= 2 * 400 * Rules().window


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (None, set()),
        ("нет", set()),
        ("77:01:0001001:1234", {"77:01:0001001:1234"}),
        ("77:01:000100:7 ; 77:01:0001001:0008", {"77:01:000100:7", "77:01:0001001:8"}),
        ("77:01:0001001:1234 77:01:0001001:8", {"77:01:0001001:1234", "77:01:0001001:8"}),
        ("７７：０１：0001001：12", {"77:01:0001001:12"}),
    ],
)
def test_cadastral_numbers_are_read_out_of_a_cell(text: str | None, numbers: set[str]) -> None:
    assert cadastral_numbers(text) == numbers


def _sometimes(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), values)


listings = st.builds(
    Candidate,
    id=st.just(0),
    owner_id=_sometimes(st.integers(1, 2)),
    property_type=st.sampled_from(["apartment", "apartment", "house", "land", "room", "parking", "garage"]),
    deal_type=st.sampled_from(["sale", "sale", "rent"]),
    status=st.sampled_from(["active", "active", "draft", "withdrawn", "sold"]),
    cadastral_number=_sometimes(st.sampled_from([NUMBER, "16:50:0110501:7", f"{NUMBER}; 16:50:0110501:7"])),
    address=_sometimes(
        st.sampled_from(["ул. Портовая, 17", "Портовая, д. 17, кв. 2", "п. Дербышки, Портовая 17", "Мира 5"])
    ),
    city=_sometimes(st.sampled_from(["Казань", "г. Москва"])),
    flat=_sometimes(st.sampled_from(["2", "3"])),
    area_total=_sometimes(st.sampled_from([20.0, 20.9, 54.0, 54.3, 55.5])),
    floor=_sometimes(st.integers(1, 2)),
    rooms=_sometimes(st.integers(0, 2)),
    price=_sometimes(st.sampled_from([10**8, 101 * 10**6, 2 * 10**8])),
    contact_phone=_sometimes(st.sampled_from(["+79990000000", "89990000000", "+79991111111"])),
    source_url=_sometimes(
        st.sampled_from(["https://cian.ru/flat/300001", "https://cian.ru/flat/300002", "http://a.ru/x"])
    ),
    external_id=_sometimes(st.sampled_from(["a", "b"])),
    latitude=_sometimes(st.sampled_from([55.0, 55.0001, 55.01])),
    longitude=_sometimes(st.sampled_from([49.0, 49.0001])),
    photo_hashes=st.sampled_from([(), (), ("x",), ("x", "y"), ("0f0f0f0f0f0f0f0f",), ("0f0f0f0f0f0f0f0e", "y")]),
    is_euro=st.booleans(),
)


def _numbered(candidates: list[Candidate]) -> list[Candidate]:
    return [candidate._replace(id=i) for i, candidate in enumerate(candidates, 1)]


@given(st.lists(listings, max_size=30).map(_numbered), st.randoms(use_true_random=False))
def test_the_order_of_the_listings_does_not_matter(candidates: list[Candidate], shuffler: random.Random) -> None:
    shuffled = list(candidates)
    shuffler.shuffle(shuffled)
    found = find(candidates)
    assert find(shuffled) == found
    assert all(proposal.a < proposal.b and 0 < proposal.score <= 1 and proposal.reasons for proposal in found)
    assert len({(proposal.a, proposal.b) for proposal in found}) == len(found)


@given(st.lists(listings, max_size=12).map(_numbered))
def test_one_against_all_finds_what_all_against_all_finds(candidates: list[Candidate]) -> None:
    together = find(candidates)
    apart = itertools.chain.from_iterable(find_for(candidate, candidates) for candidate in candidates)
    assert {(found.a, found.b): found for found in apart} == {(found.a, found.b): found for found in together}


@pytest.mark.skipif(not CIAN.exists(), reason="the public portal export lies beside the project, not in it")
def test_a_real_export_yields_few_and_sure_proposals() -> None:
    with CIAN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    candidates = [
        Candidate(
            number,
            city="Москва",
            street=row["street"] or None,
            house=row["house_number"] or None,
            area_total=float(row["total_meters"]),
            floor=None if row["floor"] == "-1" else int(row["floor"]),
            rooms=None if row["rooms_count"] == "-1" else int(row["rooms_count"]),
            price=int(row["price"] or 0) * 100,
            source_url=row["url"],
            contact_name=row["author"] or None,
        )
        for number, row in enumerate(rows, 1)
    ]
    found = find(candidates)
    certain = [proposal for proposal in found if proposal.score == 1]
    assert len(certain) == 2
    assert 150 <= len(found) <= 300
    sellers = [
        (rows[proposal.a - 1]["author"], rows[proposal.b - 1]["author"]) for proposal in found if proposal.score >= 0.8
    ]
    assert sum(one != other for one, other in sellers) >= 0.9 * len(sellers)
