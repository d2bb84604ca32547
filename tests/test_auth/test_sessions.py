"""Sessions: rotation, reuse, and that what ends one ends it at once (items 11 to 16, 20, 21)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from realty_cli.auth import sessions
from realty_cli.auth.paging import PageQuery
from realty_cli.auth.policy import Act, require
from realty_cli.auth.schemas.entering import PasswordChange
from realty_cli.auth.schemas.security import SecuritySettingsUpdate
from realty_cli.auth.schemas.users import AdminUserUpdate
from realty_cli.errors import Denied, NotFound, NotSignedIn
from realty_cli.kit.actor import Where
from realty_cli.kit.schema import validate
from tests.command import Command
from tests.conftest import Agency
from tests.test_auth.people import ELSEWHERE, HOME, PASSWORD, Person, administrator, letters, registered, signed_in

ALL = PageQuery(limit=100)


def is_out(person: Person, access: str | None = None, refresh: str | None = None) -> bool:
    """Neither the access nor the refresh token opens anything."""
    with pytest.raises(NotSignedIn):
        person.actor(access)
    with pytest.raises(NotSignedIn) as error:
        person.gate.refresh(refresh or person.refresh, HOME)
    return error.value.code == "refresh.refused"


def history(person: Person, actor: Any = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.ask(lambda work: work.account.login_history(ALL), actor)["items"]
    return found


def test_11_rotation_and_reuse(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    old = anna.refresh
    anna.keep(anna.gate.refresh(old, HOME))
    assert anna.refresh != old
    with pytest.raises(NotSignedIn, match=r"refresh\.refused"):
        anna.gate.refresh(old, ELSEWHERE)
    assert is_out(anna)
    anna.sign_in()
    (event,) = [one for one in history(anna) if one["result"] == "reused"]
    assert event["address"] == ELSEWHERE.address
    assert event["method"] == "refresh"


def test_11_a_chain_of_renewals(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    session = anna.actor().session_id
    for _ in range(5):
        agency.clock.advance(days=20)
        anna.keep(anna.gate.refresh(anna.refresh, HOME))
        assert anna.actor().session_id == session


def test_11_an_unused_session_ends(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    agency.clock.advance(days=30, seconds=1)
    assert is_out(anna)


def test_11_every_session_ends(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    for _ in range(9):
        agency.clock.advance(days=19)
        anna.keep(anna.gate.refresh(anna.refresh, HOME))
    agency.clock.advance(days=10)
    assert is_out(anna)


def test_11_refresh_tokens_are_stored_as_hashes(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    with agency.realty.transaction() as db:
        hashes = [row[0] for row in db.all("SELECT token_hash FROM refresh_tokens")]
    assert all(len(one) == 64 for one in hashes)
    assert anna.refresh not in hashes


def test_12_refresh_race(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")

    def renew(_: int) -> dict[str, Any] | None:
        try:
            tokens: dict[str, Any] = anna.gate.refresh(anna.refresh, HOME)
        except NotSignedIn:
            return None
        return tokens

    agency.realty.keys.current()
    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(renew, range(8)) if one]
    assert len(won) == 1
    assert is_out(anna, won[0]["access_token"], won[0]["refresh_token"])


def test_13_logout(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    anna.do(lambda work: work.account.logout(HOME))
    assert is_out(anna)


def test_14_password_change_ends_other_sessions(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    phone = Person(agency, "agent1").sign_in(where=ELSEWHERE)
    change = PasswordChange(current_password=PASSWORD, new_password="another sentence")
    anna.gate.change_password(anna.actor(), change, HOME)
    assert is_out(phone)
    anna.actor()
    anna.keep(anna.gate.refresh(anna.refresh, HOME))
    with pytest.raises(NotSignedIn):
        phone.sign_in()
    phone.sign_in("another sentence")


def test_15_disabled_user(agency: Agency) -> None:
    boss, anna = administrator(agency), signed_in(agency, "agent1")
    key = anna.do(lambda work: work.api_keys.create(api_key("1C"), HOME))["key"]
    anna.actor(key)
    boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(is_active=False), HOME)
    assert is_out(anna)
    with pytest.raises(NotSignedIn, match=r"key\.invalid"):
        anna.actor(key, "key")
    with pytest.raises(NotSignedIn, match=r"signin\.refused"):
        anna.sign_in()
    boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(is_active=True), HOME)
    assert is_out(anna), "being enabled again opens no old session"
    anna.sign_in()


def test_15_deleted_user(agency: Agency) -> None:
    boss, anna = administrator(agency), signed_in(agency, "agent1")
    key = anna.do(lambda work: work.api_keys.create(api_key("1C"), HOME))["key"]
    number = anna.id
    boss.do(lambda work: work.users.delete(number))
    assert is_out(anna)
    with pytest.raises(NotSignedIn):
        anna.actor(key)
    with pytest.raises(NotSignedIn):
        anna.sign_in()
    again = registered(agency, "agent1")
    assert again.ask(lambda work: work.users.get(again.id), boss.actor())["username"] == "agent1"


def test_16_role_taken_away(agency: Agency) -> None:
    boss, other = administrator(agency), signed_in(agency, "agent1")
    boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(role="admin"), HOME)
    require(other.actor(), Act.USERS_READ)
    boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(role="agent"), HOME)
    with pytest.raises(Denied):
        require(other.actor(), Act.USERS_READ)
    assert not other.actor().sees_all


def test_20_sessions_of_others(agency: Agency) -> None:
    anna, boris = signed_in(agency, "agent1"), signed_in(agency, "agent2")
    phone = Person(agency, "agent2").sign_in(where=ELSEWHERE)
    found = boris.ask(lambda work: work.account.sessions(ALL))
    assert [(one["address"], one["current"]) for one in found["items"]] == [
        (ELSEWHERE.address, False),
        (HOME.address, True),
    ]
    number = anna.actor().session_id
    for wanted in (number, 0, -1, 987654321, 2**70):
        with pytest.raises(NotFound):
            boris.do(lambda work, wanted=wanted: work.account.end_session(wanted))
    anna.actor()
    boris.do(lambda work: work.account.end_session(phone.actor().session_id))
    assert is_out(phone)
    boris.actor()


def test_20_ending_the_others(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    others = [Person(agency, "agent1").sign_in() for _ in range(3)]
    assert anna.do(lambda work: work.account.end_other_sessions()) == 3
    anna.actor()
    assert all(is_out(one) for one in others)


def test_20_an_administrator_rules_its_own_sessions_only(agency: Agency) -> None:
    boss, anna = administrator(agency), signed_in(agency, "agent1")
    with pytest.raises(NotFound):
        boss.do(lambda work: work.account.end_session(anna.actor().session_id))


def test_21_login_history(agency: Agency) -> None:
    boris = registered(agency, "agent2")
    anna = registered(agency, "agent1")
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            anna.sign_in("wrong password", where=Where("198.51.100.7", "evil\r\n\x1b[2Jagent"))
    with pytest.raises(NotSignedIn):
        boris.sign_in("wrong password")
    anna.sign_in()
    events = [one for one in history(anna) if one["method"] == "password"]
    assert [one["result"] for one in events] == ["ok", "refused", "refused", "refused"]
    assert all(one["at"] and one["address"] and one["agent"] for one in events)
    assert events[0]["session_id"] == anna.actor().session_id
    assert events[1]["agent"] == "evil???[2Jagent"
    told = str(history(anna))
    assert not any(word in told for word in ("wrong password", PASSWORD, anna.access, anna.refresh))


def test_21_history_by_cursor(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    for _ in range(6):
        anna.sign_in()
    whole = [one["id"] for one in history(anna)]
    pages, cursor = [], None
    while True:
        query = validate(PageQuery, {"limit": 3, "cursor": cursor, "total": False})
        page = anna.ask(lambda work, query=query: work.account.login_history(query))
        assert page["total"] is None
        pages += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == whole


def test_security_settings_bound_a_session(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    anna.do(lambda work: work.account.update_security(SecuritySettingsUpdate(session_days=2)))
    anna.sign_in()
    agency.clock.advance(days=2, seconds=1)
    assert is_out(anna)


def test_letter_for_a_sign_in_from_a_new_place(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    anna.do(lambda work: work.account.update_security(SecuritySettingsUpdate(login_letters=True)))
    before = len(letters(agency))
    anna.sign_in(where=HOME)
    assert len(letters(agency)) == before
    anna.sign_in(where=ELSEWHERE)
    assert ELSEWHERE.address in letters(agency)[-1]


def test_last_use_is_kept_to_the_minute(agency: Agency) -> None:
    anna, access = signed_in(agency, "agent1"), agency.realty.access
    first = anna.ask(lambda work: work.account.sessions(ALL))["items"][0]["last_used_at"]
    agency.clock.advance(seconds=30)
    anna.actor()
    assert not access.has_touches
    agency.clock.advance(seconds=60)
    anna.actor()
    assert access.has_touches
    with agency.realty.transaction(write=True) as db:
        access.write_touches(db)
    assert not access.has_touches
    assert anna.ask(lambda work: work.account.sessions(ALL))["items"][0]["last_used_at"] > first


def test_200_a_restored_store_has_no_sessions(sqlite_agency: Agency, home: Path, tmp_path: Path) -> None:
    """A session that was ended after the backup does not come back with it, nor does any other."""
    anna, boris = signed_in(sqlite_agency, "agent1"), signed_in(sqlite_agency, "agent2")
    command = Command(home)
    command("db", "backup", tmp_path / "copy.db")
    anna.do(lambda work: work.account.logout(HOME))
    command("db", "restore", tmp_path / "copy.db", "--yes")
    assert is_out(anna)
    assert is_out(boris)
    anna.sign_in()


def test_the_command_line_of_this_machine(agency: Agency) -> None:
    """A kept refresh token says who works, without being used up; what ends the session ends it there too."""
    anna = signed_in(agency, "agent1")

    def local() -> Any:
        with agency.realty.transaction() as db:
            return agency.realty.access.identify_local(db, anna.refresh)

    assert (local().username, local().via) == ("agent1", "local")
    old = anna.refresh
    anna.keep(anna.gate.refresh(old, HOME))
    assert local().session_id == anna.actor().session_id
    anna.do(lambda work: work.account.logout(HOME))
    with pytest.raises(NotSignedIn):
        local()


def test_tidying_deletes_what_is_over(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    letters(agency)
    with agency.realty.transaction(write=True) as db:
        sessions.end_session(db, anna.actor().session_id or 0, "test", agency.clock.now())
    agency.clock.advance(days=31)
    anna.sign_in()
    agency.realty.tidy()
    with agency.realty.transaction() as db:
        for table, left in (("sessions", 1), ("refresh_tokens", 1), ("one_time_tokens", 0), ("outbox", 0)):
            assert db.value(f"SELECT count(*) FROM {table}") == left, table
        assert db.value("SELECT count(*) FROM login_events") > 2
    agency.clock.moment += timedelta(days=366)
    agency.realty.tidy()
    with agency.realty.transaction() as db:
        assert db.value("SELECT count(*) FROM login_events") == 0


def api_key(name: str, **more: Any) -> Any:
    from realty_cli.auth.schemas.security import ApiKeyCreate

    return validate(ApiKeyCreate, {"name": name, **more})
