"""What portals say of listings: taken in once, replaced where a file corrects it, and seen in the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from realty_cli.analytics.channel_reading import Reading, read_ahead
from realty_cli.analytics.schemas.listings import ListingQuery
from realty_cli.errors import Conflict
from realty_cli.formats.registry import codec_for
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.store.import_run import Terms, run
from tests.command import Command
from tests.conftest import Agency

FILE = """ID объявления;Площадка;Дата;Просмотры;Показы телефона;Избранное
A-1;Циан;01.03.2026;30;1;2
A-1;Авито;01.03.2026;70;3;
A-1;Циан;02.03.2026;20;0;1
A-2;Циан;01.03.2026;40;;
ЧУЖОЙ;Циан;01.03.2026;5;0;0
A-1;Циан;11.03.2026;5;0;0
A-1;Циан;03.03.2026;много;0;0
A-1;Циан;03.03.2026;-1;0;0
"""


@pytest.fixture
def listed(agency: Agency) -> Agency:
    for code in ("A-1", "A-2"):
        agency.do(
            lambda work, code=code: work.properties.create(
                PropertyCreate(title=code, external_id=code, property_type="apartment", deal_type="sale",
                               status="active", price=5_000_000, listed_at="2026-02-01T00:00:00Z")
            )
        )  # fmt: skip
    return agency


def bring(agency: Agency, text: str, tmp_path: Path, user: str | None = None, **terms: bool) -> Any:
    path = tmp_path / "stats.csv"
    path.write_text(text, encoding="utf-8")
    reading = Reading("Europe/Moscow", agency.clock.now(), "stats.csv")
    with codec_for("stats.csv", None).read(path) as table, read_ahead(table, reading) as batches:
        with agency.write("import", user) as work:
            return run(work, work.analytics.channel_importer(), batches, "stats.csv", Terms(**terms))


def test_a_file_of_a_portal(listed: Agency, tmp_path: Path) -> None:
    first = bring(listed, FILE, tmp_path)
    assert first.counts == {"created": 4, "updated": 0, "unchanged": 0, "rejected": 4}
    assert sorted((one.line, one.problems[0].code) for one in first.outcomes) == [
        (6, "channels.listing_unknown"), (7, "channels.ahead"), (8, "channels.count"), (9, "channels.count"),
    ]  # fmt: skip
    assert bring(listed, FILE, tmp_path).counts["unchanged"] == 4
    corrected = bring(listed, FILE.replace(";30;1;2", ";31;1;2"), tmp_path)
    assert (corrected.counts["updated"], corrected.counts["unchanged"]) == (1, 3)
    found = listed.ask(lambda work: work.analytics.listings.measure(work.analytics.scope(ListingQuery())))
    block = found.blocks["sale", "RUB"]
    days = 2 * 9.5  # two listings, from midnight of 1 March to noon of the 10th
    assert block["views_per_day"].value == pytest.approx(161 / days)
    assert block["contacts_per_day"].value == pytest.approx(4 / days)
    assert block["favourites_per_day"].value == pytest.approx(3 / days)
    logged = listed.ask(lambda work: work.history.changes(kind="channel_day"))["items"]
    assert [one["new"]["views"] for one in logged] == [30, 70, 20, 40, 31]
    listed.add_account("boris")
    strange = bring(listed, FILE, tmp_path, user="boris")
    assert strange.counts["created"] == 0
    assert strange.counts["rejected"] == 8


def views(agency: Agency) -> list[int]:
    rows = agency.ask(lambda work: work.db.all("SELECT views FROM channel_stats ORDER BY property_id, day, portal"))
    return [row[0] for row in rows]


def test_an_import_is_taken_back(listed: Agency, tmp_path: Path) -> None:
    first = bring(listed, FILE, tmp_path)
    corrected = bring(listed, FILE.replace(";30;1;2", ";31;1;2"), tmp_path)
    assert sorted(views(listed)) == [20, 31, 40, 70]
    made = listed.ask(lambda work: work.history.operations())[-1]["id"]
    for number, why in ((first.import_id, "undo.depends"), (made, "undo.named")):
        with pytest.raises(Conflict, match=why):
            listed.do(lambda work, number=number: work.undo.undo(number))
    listed.do(lambda work: work.undo.undo(corrected.import_id))
    assert sorted(views(listed)) == [20, 30, 40, 70]
    back = listed.do(lambda work: work.undo.undo(first.import_id))
    assert (back["removed"], views(listed)) == (4, [])
    listed.do(lambda work: work.undo.undo(back["operation_id"]))
    assert sorted(views(listed)) == [20, 30, 40, 70]


def test_a_purge_takes_what_portals_said_of_the_listing(listed: Agency, tmp_path: Path) -> None:
    bring(listed, FILE, tmp_path)
    listed.do(lambda work: work.properties.delete(1))
    assert len(views(listed)) == 4, "the bin gives back whole"
    listed.do(lambda work: work.properties.purge([1]))
    assert views(listed) == [40]


def test_from_the_command_line(realty_command: Command, tmp_path: Path) -> None:
    path = tmp_path / "cian.csv"
    path.write_text("property_id,date,views\n1,2024-05-01,12\n", encoding="utf-8")
    missing = realty_command("analytics", "channels", "import", str(tmp_path / "cian"), code=2)
    assert "there is no such file" in missing.err
    realty_command("properties", "add", "--title", "Дом", "--type", "house", "--deal", "sale", "--price", "5000000")
    told = realty_command("analytics", "channels", "import", str(path), "--set", "portal=cian", "--dry-run", "--json")
    assert told.json()["created"] == 1
    done = realty_command("analytics", "channels", "import", str(path), "--set", "portal=cian", "--json").json()
    assert done == {
        "import_id": done["import_id"], "created": 1, "updated": 0, "unchanged": 0, "rejected": 0, "rows": [],
        "warnings": [],
    }  # fmt: skip
    taken = realty_command("analytics", "channels", "import", "--undo", str(done["import_id"]), "--json").json()
    assert (taken["undone"], taken["removed"]) == (done["import_id"], 1)
