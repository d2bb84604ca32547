"""What a server does beside answering: letters, what grew old, files that nothing names."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from realty_cli.analytics.alert_watch import Watch
from realty_cli.analytics.listing_sums import Keeper
from realty_cli.api import background
from realty_cli.api.stores import Stores
from realty_cli.deals.schemas.deal import DealCreate
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_api.conftest import V1, Serve, Served
from tests.test_api.inside import FLAT, Inside, P
from tests.test_api.test_serving import soon


def ask_for_letter(served: Served) -> None:
    answer = served.client().post(V1 + "/auth/reset-password", json={"email": "anna@example.com"})
    assert answer.status_code == 202


def letters(served: Served) -> list[str]:
    return sorted(path.name for path in (served.home / "letters").glob("*.txt"))


@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_letter_is_written_once_however_many_workers(serve: Serve, workers: str) -> None:
    served = serve("--workers", workers)
    served.account("anna")
    before = len(letters(served))
    ask_for_letter(served)
    soon(lambda: len(letters(served)) > before)
    texts = [(served.home / "letters" / name).read_text() for name in letters(served)]
    assert len(texts) == len(set(texts))


def test_201_a_mail_server_that_says_nothing_holds_nobody_up(serve: Serve) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        silent.settimeout(60)
        port = str(silent.getsockname()[1])
        served = serve(env={"REALTY_SMTP_HOST": "127.0.0.1", "REALTY_SMTP_PORT": port, "REALTY_SMTP_SECURITY": "none"})
        anna = served.account("anna")
        ask_for_letter(served)
        line, _ = silent.accept()
        with line:
            assert anna.post(P, json=FLAT).status_code == 201
            begun = time.monotonic()
            assert served.end() == 0
            assert time.monotonic() - begun < 9  # the mail server would be waited for longer
    assert not (served.home / "realty.db-wal").exists()


def test_127_files_that_a_killed_server_left_are_swept(serve: Serve, tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = home / "photos" / "ab"
    folder.mkdir(parents=True, mode=0o700)
    name = "ab" + "0" * 62
    orphan = folder / f"{name}.jpg"
    orphan.write_bytes(b"x")
    fresh = folder / f"{name[:-1]}1.jpg"  # its row may be on the way
    fresh.write_bytes(b"x")
    os.utime(orphan, (1_600_000_000, 1_600_000_000))
    serve(home=home)
    soon(lambda: not orphan.exists())
    assert fresh.exists()


def test_208_answers_are_kept_for_a_day(sqlite_agency: Agency) -> None:
    inside = Inside(sqlite_agency)
    try:
        anna = inside.client(**{"Idempotency-Key": "k"})
        first = anna.post(P, json=FLAT).json()["id"]
        stores = Stores(sqlite_agency.realty)
        sqlite_agency.clock.advance(hours=23)
        background.sweep(stores)
        again = inside.client(**{"Idempotency-Key": "k"})
        assert again.post(P, json=FLAT).json()["id"] == first
        sqlite_agency.clock.advance(hours=2)
        background.sweep(stores)
        later = inside.client(**{"Idempotency-Key": "k"})
        assert later.post(P, json=FLAT).json()["id"] != first
        stores.close()
    finally:
        inside.end()


def test_the_bin_is_emptied_after_its_days(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the sums of listings follow what was purged."""
    monkeypatch.setattr(background, "ENOUGH", 1)
    keeper = Keeper(agency.realty.transaction)
    inside = Inside(agency)
    try:
        anna = inside.client()
        number = anna.post(P, json=FLAT).json()["id"]
        assert anna.delete(f"{P}/{number}").status_code in (200, 204)
        stores = Stores(agency.realty)
        for days, there in ((29, 1), (2, 0)):
            agency.clock.advance(days=days)
            background.sweep(stores)
            assert keeper.outstanding() > 0
            background._sums(stores)
            assert keeper.outstanding() == 0
            count = agency.ask(lambda work: work.db.value("SELECT count(*) FROM properties"))
            assert count == there
        stores.close()
    finally:
        inside.end()


def test_alerts_are_tried_by_the_server(sqlite_agency: Agency) -> None:
    """Facts here, figures in a process of their own, by its own clock."""
    now = datetime.now(UTC).replace(hour=12)
    sqlite_agency.clock.moment = now
    stores = Stores(sqlite_agency.realty)
    deal = {"title": "x", "kind": "sale", "side": "buyer", "expected_close": "2020-01-01"}
    number = sqlite_agency.do(lambda work: work.deals.create(validate(DealCreate, deal)))["id"]
    try:
        assert sqlite_agency.realty.figures_are_due()
        background._alert(stores)
        found = sqlite_agency.ask(lambda work: work.analytics.alerts.active("en"))["items"]
        assert sorted(one["rule"] for one in found) == ["backup_old", "deal_date_slip"]
        sqlite_agency.do(lambda work: work.db.run("UPDATE alert_checks SET figures_on = '2999-01-01'"))
        sqlite_agency.do(lambda work: work.deals.delete(number))
        assert not sqlite_agency.realty.figures_are_due()
        background._alert(stores)
        assert sqlite_agency.ask(lambda work: work.analytics.alerts.active("en"))["total"] == 1
    finally:
        stores.close()


def test_what_somebody_writes_is_looked_at_soon(agency: Agency) -> None:
    """By the log, once a burst has ended, and only by the rules that it is about."""
    agency.clock.moment = datetime.now(UTC).replace(hour=12)
    stores, now = Stores(agency.realty), [0.0]
    watch = Watch(lambda write: agency.realty.transaction(write=write), lambda: now[0])

    def deal(title: str = "x") -> int:
        given = {"title": title, "kind": "sale", "side": "buyer", "expected_close": "2020-01-01"}
        return int(agency.do(lambda work: work.deals.create(validate(DealCreate, given)))["id"])

    def told() -> list[str]:
        now[0] += 5
        background.watch(stores, watch)
        return sorted(one["rule"] for one in agency.ask(lambda work: work.analytics.alerts.active("en"))["items"])

    try:
        old = deal()
        assert told() == [], "what was there before is the full round's"
        deal()
        assert told() == [], "more may come"
        assert told() == ["deal_date_slip", "deal_date_slip"], "and not backup_old, of which nobody wrote"
        agency.do(lambda work: work.deals.delete(old))
        told()
        assert told() == ["deal_date_slip"]
        for at in range(7):
            deal(f"burst {at}")
            assert (len(told()) > 1) == (at == 6), "a burst puts it off for half a minute"
        watch.took(10)
        deal("after a look that took long")
        assert len(told()) == 8
        now[0] += 200
        assert len(told()) == 9
    finally:
        stores.close()


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration, ValueError])
def test_a_round_outlives_whatever_its_thread_ends_by(
    sqlite_agency: Agency, end: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters come last of a round, so a second one of them means that reminders and sweeps held nothing up."""
    stores, sent = Stores(sqlite_agency.realty), []

    def fails(*_: object) -> None:
        raise end("of a library")

    for name in ("_touches", "_remind", "_reports", "watch", "sweep"):
        monkeypatch.setattr(background, name, fails)
    monkeypatch.setattr(background, "_letters", sent.append)
    monkeypatch.setattr(background, "_PAUSE", 0.0)

    async def two_rounds() -> None:
        going = asyncio.create_task(background.rounds(stores, None))
        until = time.monotonic() + 20
        while len(sent) < 2 and not going.done() and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert not going.done(), going
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)

    try:
        asyncio.run(two_rounds())
        assert len(sent) >= 2
    finally:
        stores.close()
