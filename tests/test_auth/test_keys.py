"""Keys for programs, and what their scopes allow (items 59 to 65)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.analytics.schemas.reports import ReportContent
from realty_cli.auth import policy
from realty_cli.auth.paging import PageQuery
from realty_cli.auth.policy import RULES, Act, allows, require
from realty_cli.auth.schemas.entering import PasswordChange
from realty_cli.auth.schemas.security import ApiKeyCreate, SecuritySettingsUpdate
from realty_cli.auth.schemas.users import AdminUserUpdate, UserUpdate
from realty_cli.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.conftest import Agency
from tests.test_auth.people import HOME, PASSWORD, Person, administrator, signed_in

LISTING = {"title": "Квартира", "property_type": "apartment", "deal_type": "sale", "price": 5_000_000}


def made(person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
    data = validate(ApiKeyCreate, {"name": "1C", "scopes": list(scopes) or ["read"], **more})
    found: dict[str, Any] = person.do(lambda work: work.api_keys.create(data, HOME))
    return found


def by_key(person: Person, *scopes: str) -> Actor:
    return person.actor(made(person, *scopes)["key"], "key")


def test_59_the_key_is_shown_once(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    full = made(anna)
    key = full["key"]
    assert key.startswith("rk_")
    assert (full["prefix"], full["last4"]) == (key[:9], key[-4:])
    (listed,) = anna.ask(lambda work: work.api_keys.page(PageQuery()))["items"]
    assert listed == {name: value for name, value in full.items() if name != "key"}
    assert anna.ask(lambda work: work.api_keys.get(full["id"])) == listed
    assert key not in repr(listed)


def test_60_at_rest(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    key = made(anna)["key"]
    assert len(key) >= 3 + 43
    with agency.realty.transaction() as db:
        told = str(db.all("SELECT * FROM api_keys"))
        assert db.value("SELECT length(key_hash) FROM api_keys") == 64
    assert key not in told


@pytest.mark.parametrize("header", ["bearer", "key"])
def test_61_a_reading_key_changes_nothing(agency: Agency, header: str) -> None:
    anna = signed_in(agency, "agent1")
    actor = anna.actor(made(anna)["key"], header)
    assert (actor.via, actor.scopes, actor.session_id) == ("key", frozenset({"read"}), None)
    assert anna.ask(lambda work: work.properties.page(PropertyFilter()), actor)["total"] == 0
    with pytest.raises(Denied) as error:
        anna.do(lambda work: work.properties.create(validate(PropertyCreate, LISTING)), actor)
    assert error.value.code == "denied.scope"
    assert error.value.params["scopes"] == "write"
    with pytest.raises(Denied):
        anna.do(lambda work: work.undo.undo(), actor)
    with pytest.raises(Denied):
        anna.do(lambda work: work.account.update(UserUpdate(full_name="x")), actor)


def test_61_a_writing_key_reads_too(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    actor = by_key(anna, "write")
    number = anna.do(lambda work: work.properties.create(validate(PropertyCreate, LISTING)), actor)["id"]
    assert anna.ask(lambda work: work.properties.get(number), actor)["title"] == "Квартира"


def test_61_a_key_of_an_administrator_without_its_scope(agency: Agency) -> None:
    """It works as an agent does: it sees its own rows, and rules nobody."""
    boss, anna = administrator(agency), signed_in(agency, "agent1")
    number = anna.do(lambda work: work.properties.create(validate(PropertyCreate, LISTING)))["id"]
    assert boss.ask(lambda work: work.properties.get(number))["id"] == number
    narrow, wide = by_key(boss, "write"), by_key(boss, "admin")
    with pytest.raises(NotFound):
        boss.ask(lambda work: work.properties.get(number), narrow)
    assert boss.ask(lambda work: work.properties.get(number), wide)["id"] == number
    with pytest.raises(Denied):
        boss.ask(lambda work: work.users.get(1), narrow)
    assert boss.ask(lambda work: work.users.get(1), wide)["id"] == 1
    with pytest.raises(Denied) as error:
        boss.do(lambda work: work.users.delete(anna.id), wide)
    assert error.value.params["options"] == "--scope admin --scope write", (
        "what a key with all that it needs is made by"
    )
    told = [
        boss.ask(
            lambda work: work.analytics.listings.metrics(work.analytics.scope(AnalyticsFilter()), "en")["scope"], actor
        )
        for actor in (narrow, wide)
    ]
    assert [one["rows"] for one in told] == ["own", "agency"]
    assert "with the scope admin" in told[0]["text"]
    report = validate(ReportContent, {"report_type": "property_summary"}, typed=True)
    said = [boss.ask(lambda work: work.analytics.reports.compose(report, "en").filters, one) for one in (narrow, wide)]
    assert "only your own" in said[0][0]
    assert "the whole agency" in said[1][0]


def test_61_an_agent_s_key_is_never_an_administrator_s(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    with pytest.raises(Invalid) as error:
        made(anna, "admin")
    assert error.value.fields[0].code == "key.not_admin"


def test_61_who_is_no_administrator_any_more(agency: Agency) -> None:
    boss, other = administrator(agency), signed_in(agency, "agent1")
    boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(role="admin"), HOME)
    key = made(other, "admin", "write")["key"]
    require(other.actor(key), Act.USERS_WRITE)
    boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(role="agent"), HOME)
    with pytest.raises(Denied):
        require(other.actor(key), Act.USERS_WRITE)
    assert not other.actor(key).sees_all


class TestEnds:
    def test_62_expiry(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        key = made(anna, expires_at=stamp(agency.clock.now() + timedelta(hours=1)))["key"]
        agency.clock.advance(minutes=59)
        anna.actor(key)
        agency.clock.advance(minutes=1)
        with pytest.raises(NotSignedIn, match=r"key\.invalid"):
            anna.actor(key)

    def test_62_in_the_past(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        with pytest.raises(Invalid) as error:
            made(anna, expires_at=stamp(agency.clock.now()))
        assert error.value.fields[0].field == "expires_at"

    def test_62_revoked(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        full = made(anna)
        anna.actor(full["key"])
        with agency.realty.transaction(write=True) as db:
            agency.realty.access.write_touches(db)
        anna.do(lambda work: work.api_keys.revoke(full["id"], HOME))
        with pytest.raises(NotSignedIn):
            anna.actor(full["key"])
        with agency.realty.transaction() as db:
            assert db.value("SELECT last_used_at FROM api_keys") == stamp(agency.clock.now())
        with pytest.raises(NotFound):
            anna.do(lambda work: work.api_keys.revoke(full["id"], HOME))

    def test_62_last_use(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        full = made(anna)
        assert full["last_used_at"] is None
        anna.actor(full["key"])
        with agency.realty.transaction(write=True) as db:
            agency.realty.access.write_touches(db)
        assert anna.ask(lambda work: work.api_keys.get(full["id"]))["last_used_at"] == stamp(agency.clock.now())

    def test_63_of_a_disabled_user(self, agency: Agency) -> None:
        boss, anna = administrator(agency), signed_in(agency, "agent1")
        key = made(anna)["key"]
        boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(is_active=False), HOME)
        with pytest.raises(NotSignedIn):
            anna.actor(key)

    def test_of_others(self, agency: Agency) -> None:
        anna, boris = signed_in(agency, "agent1"), signed_in(agency, "agent2")
        number = made(anna)["id"]
        for wanted in (number, 0, -1, 2**70):
            with pytest.raises(NotFound):
                boris.do(lambda work, wanted=wanted: work.api_keys.revoke(wanted, HOME))

    def test_there_is_an_end_to_keys(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        for _ in range(100):
            made(anna)
        with pytest.raises(Conflict, match=r"key\.too_many"):
            made(anna)


RULES_OF_THE_ACCOUNT: dict[str, Any] = {
    "create a key": lambda p, a: p.do(lambda w: w.api_keys.create(ApiKeyCreate(name="x"), HOME), a),
    "list keys": lambda p, a: p.ask(lambda w: w.api_keys.page(PageQuery()), a),
    "revoke a key": lambda p, a: p.do(lambda w: w.api_keys.revoke(1, HOME), a),
    "change the password": lambda p, a: p.gate.change_password(
        a, PasswordChange(current_password=PASSWORD, new_password="another sentence"), HOME
    ),
    "set up a factor": lambda p, a: p.do(lambda w: w.account.setup_two_factor(), a),
    "turn a factor on": lambda p, a: p.gate.verify_two_factor(a, "000000", HOME),
    "turn a factor off": lambda p, a: p.gate.disable_two_factor(a, PASSWORD, "000000", HOME),
    "make recovery codes": lambda p, a: p.gate.renew_recovery_codes(a, PASSWORD, "000000", HOME),
    "list sessions": lambda p, a: p.ask(lambda w: w.account.sessions(PageQuery()), a),
    "end a session": lambda p, a: p.do(lambda w: w.account.end_session(1), a),
    "end the others": lambda p, a: p.do(lambda w: w.account.end_other_sessions(), a),
    "log out": lambda p, a: p.do(lambda w: w.account.logout(HOME), a),
    "read the history": lambda p, a: p.ask(lambda w: w.account.login_history(PageQuery()), a),
    "read the guards": lambda p, a: p.ask(lambda w: w.account.security(), a),
    "change the guards": lambda p, a: p.do(
        lambda w: w.account.update_security(SecuritySettingsUpdate(login_letters=True)), a
    ),
    "change the address": lambda p, a: p.do(lambda w: w.account.update(UserUpdate(email="new@example.com")), a),
    "change the phone": lambda p, a: p.do(lambda w: w.account.update(UserUpdate(phone="+79161234567")), a),
    "verify the address": lambda p, a: p.do(lambda w: w.account.request_email_verification(), a),
    "verify the phone": lambda p, a: p.gate.verify_phone(a, "00000000", HOME),
    "ask for a code": lambda p, a: p.do(lambda w: w.account.request_phone_verification(), a),
    "unlink Telegram": lambda p, a: p.do(lambda w: w.account.unlink_telegram(), a),
    "change itself as an administrator": lambda p, a: p.gate.update_user(
        a, p.id, AdminUserUpdate(password="x" * 9), HOME
    ),
    "delete itself as an administrator": lambda p, a: p.do(lambda w: w.users.delete(p.id), a),
}  # fmt: skip


@pytest.mark.parametrize("deed", RULES_OF_THE_ACCOUNT)
def test_64_a_key_cannot_rule_the_account(sqlite_agency: Agency, deed: str) -> None:
    boss = administrator(sqlite_agency)
    actor = by_key(boss, "read", "write", "admin")
    before = boss.row()
    with pytest.raises(Denied) as error:
        RULES_OF_THE_ACCOUNT[deed](boss, actor)
    assert error.value.code == "denied.key"
    assert boss.row() == before


def test_64_a_key_may_say_who_it_is(agency: Agency) -> None:
    anna = signed_in(agency, "agent1")
    assert anna.ask(lambda work: work.account.me(), by_key(anna))["username"] == "agent1"
    renamed = anna.do(lambda work: work.account.update(UserUpdate(full_name="Анна")), by_key(anna, "write"))
    assert renamed["full_name"] == "Анна"


class TestPolicy:
    """One table, asked by every service whatever the way in (item 65)."""

    def test_65_every_act_has_its_rule(self) -> None:
        assert set(RULES) == set(Act)

    def test_65_every_rule_needs_a_scope(self) -> None:
        assert [
            act for act, rule in RULES.items() if not rule.scopes or not rule.scopes <= {"read", "write", "admin"}
        ] == []

    def test_65_an_act_without_a_rule_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(policy.RULES, Act.PROPERTY_READ)
        with pytest.raises(Denied):
            require(Actor(1, "anna", sees_all=True), Act.PROPERTY_READ)

    def test_65_what_changes_needs_more_than_reading(self) -> None:
        reading = {
            getattr(Act, f"{kind}_READ")
            for kind in ("PROPERTY", "CLIENT", "DEAL", "EVENT", "ANALYTICS", "LOG", "ACCOUNT")
        }
        key = Actor(1, "x", scopes=frozenset({"read"}), via="key")
        assert {act for act in Act if allows(key, act)} == reading
        boss = replace(key, sees_all=True, scopes=frozenset({"read", "admin"}))
        assert {act for act in Act if allows(boss, act)} == {*reading, Act.USERS_READ}

    def test_65_a_person_needs_no_scopes(self) -> None:
        assert all(allows(Actor(1, "anna", sees_all=True, via=via), act) for act in Act for via in ("local", "session"))

    def test_65_nothing_is_allowed_without_scopes(self) -> None:
        assert not any(allows(Actor(1, "x", True, scopes=frozenset()), act) for act in Act)
