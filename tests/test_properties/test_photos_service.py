"""Photos of listings: rows, files, order, undo and the sweep of what nothing names; on both databases."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.clock import stamp
from realty_cli.properties.photos import Picture, take_in
from realty_cli.settings import Settings
from tests.conftest import Agency
from tests.test_properties.listings import create, examples
from tests.test_properties.listings import hang as hang_rows


def picture(agency: Agency, shade: int = 0) -> Picture:
    """A picture whose files are in place."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (shade * 60, 255 - shade * 60, 100)).save(made, "PNG")
    return take_in(made.getvalue(), agency.realty.settings)


def hang(agency: Agency, listing: int, shade: int = 0) -> int:
    made = picture(agency, shade)
    number: int = agency.do(lambda work: work.photos.add(listing, made), "properties photos add")["id"]
    return number


def shown(agency: Agency, listing: int = 1) -> list[int]:
    photos = agency.ask(lambda work: work.photos.of(listing))
    assert [one["position"] for one in photos] == list(range(len(photos)))
    assert [one["is_cover"] for one in photos] == [place == 0 for place in range(len(photos))]
    assert photos == agency.ask(lambda work: work.properties.get(listing))["photos"]
    return [one["id"] for one in photos]


def files(agency: Agency) -> set[str]:
    return {path.name for path in agency.realty.settings.photos_folder.rglob("*.jpg")}


def test_photos_come_in_order_the_first_is_the_cover(agency: Agency) -> None:
    agency.do(create())
    first, second, third = (hang(agency, 1, shade) for shade in range(3))
    assert shown(agency) == [first, second, third]
    one = agency.ask(lambda work: work.photos.of(1))[0]
    assert (one["width"], one["height"], one["media_type"]) == (40, 30, "image/jpeg")
    assert agency.ask(lambda work: work.photos.file(first)).stat().st_size == one["bytes"]
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.photos.file(first, 77))


def test_the_same_picture_is_hung_once(agency: Agency) -> None:
    agency.do(create())
    agency.do(create())
    first = hang(agency, 1)
    assert hang(agency, 1) == first
    other = hang(agency, 2)
    assert other != first
    assert (shown(agency, 1), shown(agency, 2)) == ([first], [other])
    agency.do(lambda work: work.photos.remove(1, first))
    assert agency.ask(lambda work: work.photos.file(other)).exists(), "another listing shows the same picture"


@examples(6)
@given(orders=st.lists(st.permutations(range(4)), min_size=1, max_size=3), gone=st.integers(0, 3))
def test_any_order_can_be_made_and_taken_back(agency: Agency, orders: list[list[int]], gone: int) -> None:
    listing = agency.do(create())["id"]
    photos = agency.do(lambda work: hang_rows(work, listing, 4))
    for order in orders:
        wanted = [photos[place] for place in order]
        before = shown(agency, listing)
        done = agency.do(lambda work, to=wanted: work.photos.reorder(listing, to))
        assert [one["id"] for one in done] == wanted == shown(agency, listing)
        if wanted != before:
            operation = agency.do(lambda work: work.undo.undo())["operation_id"]
            assert shown(agency, listing) == before
            agency.do(lambda work, again=operation: work.undo.undo(again))
            assert shown(agency, listing) == wanted
    before = shown(agency, listing)
    agency.do(lambda work: work.photos.remove(listing, photos[gone]))
    assert shown(agency, listing) == [one for one in before if one != photos[gone]]
    agency.do(lambda work: work.undo.undo())
    assert shown(agency, listing) == before


def test_an_order_names_every_photo_once(agency: Agency) -> None:
    agency.do(create())
    agency.do(create())
    mine = [hang(agency, 1, shade) for shade in range(2)]
    other = hang(agency, 2)
    for wrong in ([], mine[:1], [*mine, mine[0]], [mine[0], other], [mine[0], 2**70], [*mine, other]):
        with pytest.raises(Invalid) as refused:
            agency.do(lambda work, order=wrong: work.photos.reorder(1, order))
        assert refused.value.fields[0].code == "photo.order"
    with pytest.raises(NotFound):
        agency.do(lambda work: work.photos.remove(1, other))
    assert shown(agency) == mine


def test_a_listing_has_no_more_photos_than_it_may(sqlite_agency: Agency) -> None:
    agency = sqlite_agency
    agency.realty.settings = Settings(home=agency.realty.settings.home, photo_max_count=2)
    agency.do(create())
    hung = [hang(agency, 1, shade) for shade in range(2)]
    with pytest.raises(Conflict) as refused:
        hang(agency, 1, 3)
    assert refused.value.code == "photo.too_many"
    assert shown(agency) == hung
    assert hang(agency, 1, 0) == hung[0], "one that hangs there is no new one"


def test_a_listing_in_the_bin_gets_no_photos_and_keeps_its_own(agency: Agency) -> None:
    agency.do(create())
    first = hang(agency, 1)
    agency.do(lambda work: work.properties.delete(1))
    with pytest.raises(NotFound):
        hang(agency, 1, 2)
    assert agency.ask(lambda work: work.photos.file(first)).exists()
    agency.do(lambda work: work.properties.restore(1))
    assert shown(agency) == [first]


def test_a_creation_is_not_undone_from_under_its_photos(agency: Agency) -> None:
    agency.do(create())
    first = hang(agency, 1)
    with pytest.raises(Conflict):
        agency.do(lambda work: work.undo.undo(1))
    agency.do(lambda work: work.undo.undo())
    assert shown(agency) == []
    agency.do(lambda work: work.undo.undo(1))
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.photos.file(first))


def sweep(agency: Agency, user: str | None = None) -> list[str]:
    swept: list[str] = agency.ask(lambda work: work.photos.sweep(agency.clock.now()), user)
    return swept


def age(agency: Agency, by: timedelta) -> None:
    """Files as old as the clock's now less `by`."""
    then = (agency.clock.now() - by).timestamp()
    for path in agency.realty.settings.photos_folder.rglob("*.jpg"):
        os.utime(path, (then, then))


def test_the_sweep_takes_what_nothing_names_and_no_undo_can_ask_for(agency: Agency) -> None:
    agency.do(create())
    kept, gone = hang(agency, 1, 1), hang(agency, 1, 2)
    picture(agency, 3)  # its row never came: the process was killed in between
    three = files(agency)
    agency.do(lambda work: work.photos.remove(1, gone))
    age(agency, timedelta(minutes=59))
    assert sweep(agency) == []
    age(agency, timedelta(minutes=61))
    swept = sweep(agency)
    assert len({name.split("/")[1][:64] for name in swept}) == 1, "only the one without a row, past and present"
    agency.do(lambda work: work.undo.undo())
    assert shown(agency) == [kept, gone]
    assert agency.ask(lambda work: work.photos.file(gone)).exists()
    agency.do(lambda work: work.photos.remove(1, gone))
    agency.clock.advance(days=29)
    age(agency, timedelta(days=29))
    assert sweep(agency) == []
    agency.clock.advance(days=2)
    assert sweep(agency)
    left = files(agency)
    assert left < three
    assert agency.ask(lambda work: work.photos.file(kept)).exists()


def test_a_purge_leaves_the_files_to_the_sweep(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create())
    hang(agency, 1)
    agency.do(lambda work: work.properties.delete(1))
    agency.do(lambda work: work.properties.purge([1]))
    assert files(agency)
    age(agency, timedelta(hours=2))
    assert sweep(agency, "boris"), "whoever sweeps, it is by all rows of all accounts"
    assert files(agency) == set()


def test_a_sweep_by_a_stranger_takes_nothing_that_is_in_use(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create())
    hang(agency, 1)
    age(agency, timedelta(days=400))
    assert sweep(agency, "boris") == []


def test_facts_of_a_photo_go_into_the_log(agency: Agency) -> None:
    agency.do(create())
    first, second = hang(agency, 1, 1), hang(agency, 1, 2)
    agency.do(lambda work: work.photos.reorder(1, [second, first]))
    agency.do(lambda work: work.photos.remove(1, second))
    items: list[dict[str, Any]] = agency.ask(lambda work: work.history.changes(kind="photo"))["items"]
    assert [(one["action"], one["object_id"]) for one in items] == [
        ("create", first), ("create", second), ("update", second), ("update", first), ("delete", second),
        ("update", first),
    ]  # fmt: skip


def test_a_picture_that_is_none_never_gets_a_file(sqlite_agency: Agency, tmp_path: Path) -> None:
    for data in (b"", b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"MZ\x90"):
        with pytest.raises(Invalid):
            take_in(data, sqlite_agency.realty.settings)
    assert not list(sqlite_agency.realty.settings.photos_folder.rglob("*"))


class TestLoose:
    """A photo may come before its listing."""

    def loose(self, agency: Agency, shade: int = 0, user: str = "anna") -> dict[str, Any]:
        made = picture(agency, shade)
        found: dict[str, Any] = agency.do(lambda work: work.photos.add(None, made), user=user)
        return found

    def test_it_joins_the_listing_that_names_it(self, agency: Agency) -> None:
        agency.do(create())
        hung, first = hang(agency, 1), self.loose(agency, 1)
        assert (first["position"], first["is_cover"]) == (0, False)
        agency.do(lambda work: work.photos.reorder(1, [first["id"], hung]))
        assert shown(agency) == [first["id"], hung]
        agency.do(lambda work: work.undo.undo())
        assert shown(agency) == [hung]
        assert agency.ask(lambda work: work.photos.file(first["id"])).is_file()

    def test_the_same_picture_is_kept_once(self, agency: Agency) -> None:
        assert self.loose(agency)["id"] == self.loose(agency)["id"]
        agency.do(create())
        order = [hang(agency, 1), self.loose(agency)["id"]]
        with pytest.raises(Conflict, match="twice"):
            agency.do(lambda work: work.photos.reorder(1, order))

    def test_it_is_its_uploaders_alone(self, agency: Agency) -> None:
        for name in ("boris", "vera"):
            agency.add_account(name)
        photo = self.loose(agency, user="boris")["id"]
        agency.do(create(), user="vera")
        with pytest.raises(NotFound):
            agency.ask(lambda work: work.photos.file(photo), user="vera")
        with pytest.raises(Invalid, match="invalid"):
            agency.do(lambda work: work.photos.reorder(1, [photo]), user="vera")

    def test_there_is_a_bound(self, agency: Agency) -> None:
        most = agency.realty.settings.photo_max_count
        one = picture(agency)
        agency.do(lambda work: [work.photos.add(None, replace(one, key=f"{n:064x}")) for n in range(most)])
        with pytest.raises(Conflict, match="too_many_loose"):
            self.loose(agency)

    def test_it_goes_when_no_listing_takes_it(self, agency: Agency) -> None:
        photo = self.loose(agency)["id"]
        agency.clock.advance(days=1)
        since = stamp(agency.clock.now())
        self.loose(agency, 1)
        assert agency.do(lambda work: work.photos.forget_loose(since)) == 1
        with pytest.raises(NotFound):
            agency.ask(lambda work: work.photos.file(photo))


def test_the_bin_empties_itself_after_its_days(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create(), user="boris")
    agency.do(create(), user="boris")
    hang(agency, 1)
    loose = agency.do(lambda work: work.photos.add(None, picture(agency, 1)), user="boris")["id"]
    agency.do(lambda work: work.properties.delete(1), user="boris")
    agency.clock.advance(days=29)
    assert agency.realty.empty_bin() == []
    assert agency.ask(lambda work: work.photos.file(loose), user="boris").is_file()
    agency.clock.advance(days=2)
    assert agency.realty.empty_bin() == [1]
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.properties.get(1, deleted=None), user="boris")
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.photos.file(loose), user="boris")
    assert agency.ask(lambda work: work.properties.get(2), user="boris")["id"] == 2
    assert agency.realty.empty_bin() == []


def test_a_photo_is_asked_for_by_its_listing(agency: Agency) -> None:
    agency.do(create())
    agency.do(create())
    photo = hang(agency, 1)
    assert agency.ask(lambda work: work.photos.file(photo, 320, listing=1)).is_file()
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.photos.file(photo, listing=2))
