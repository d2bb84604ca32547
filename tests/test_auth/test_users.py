"""Registering, the own account, and accounts as administrators keep them (items 32, 35, 36, 38, 39)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from realty_cli.auth.paging import PageQuery
from realty_cli.auth.schemas.users import (
    AdminUserCreate,
    AdminUserUpdate,
    InvitationCreate,
    UserCreate,
    UserQuery,
    UserResponse,
    UserUpdate,
)
from realty_cli.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn, Stale
from realty_cli.kit.actor import Where
from realty_cli.kit.schema import validate
from tests.conftest import Agency
from tests.test_auth.people import (
    HOME,
    PASSWORD,
    Person,
    administrator,
    letters,
    registered,
    signed_in,
    token_of,
    with_settings,
)

SECRET_WORDS = ("password", "hash", "salt", "secret", "totp", "$2b$", "token")


class TestRegistering:
    def test_the_first_account_rules(self, sqlite_agency: Agency, tmp_path: Any) -> None:
        from dataclasses import replace

        from realty_cli.app import Realty

        home = tmp_path / "new"
        realty = Realty(replace(sqlite_agency.realty.settings, home=home), sqlite_agency.clock)
        assert realty.prepare() is True
        assert realty.prepare() is False
        place = Agency(realty, sqlite_agency.clock)
        assert Person(place, "agent1").register()["role"] == "admin"
        assert Person(place, "agent2").register()["role"] == "agent"

    def test_35_mass_assignment(self) -> None:
        good = {"username": "agent1", "email": "agent1@example.com", "password": PASSWORD}
        for name, value in (("role", "admin"), ("is_admin", True), ("is_superuser", True), ("is_verified", True),
                            ("id", 1), ("email_verified", True), ("telegram_id", 1), ("is_active", True)):  # fmt: skip
            with pytest.raises(Invalid) as error:
                validate(UserCreate, {**good, name: value})
            assert [one.field for one in error.value.fields] == [name]

    def test_registration_may_be_closed(self, agency: Agency) -> None:
        with pytest.raises(Denied, match=r"registration\.closed"):
            registered(with_settings(agency, registration="closed"), "agent1")
        registered(with_settings(agency, registration="open"), "agent1")

    def test_closed_registration_makes_no_first_account_either(self, sqlite_agency: Agency, tmp_path: Any) -> None:
        from dataclasses import replace

        from realty_cli.app import Realty

        settings = replace(sqlite_agency.realty.settings, home=tmp_path / "new", registration="invite")
        realty = Realty(settings, sqlite_agency.clock)
        realty.prepare()
        with pytest.raises(Denied):
            Person(Agency(realty, sqlite_agency.clock), "agent1").register()

    def test_by_invitation(self, agency: Agency) -> None:
        agency = with_settings(agency, registration="invite")
        boss = administrator(agency)
        with pytest.raises(Denied, match=r"registration\.by_invitation"):
            registered(agency, "agent1")
        with pytest.raises(Denied):
            registered(agency, "agent1", invitation="x" * 43)
        made = boss.do(lambda work: work.users.invite(InvitationCreate(role="admin")))
        assert registered(agency, "agent1", invitation=made["invitation"]).row()["role"] == "admin"
        with pytest.raises(Denied):
            registered(agency, "agent2", invitation=made["invitation"])
        (listed,) = boss.ask(lambda work: work.users.invitations(PageQuery()))["items"]
        assert listed["used_at"] is not None
        assert "invitation" not in listed

    def test_an_invitation_by_letter(self, agency: Agency) -> None:
        agency = with_settings(agency, registration="invite")
        boss = administrator(agency)
        made = boss.do(lambda work: work.users.invite(InvitationCreate(email="agent1@example.com")))
        assert made["invitation"] is None
        token = token_of(letters(agency)[-1])
        with pytest.raises(Denied):
            registered(agency, "agent2", invitation=token)
        registered(agency, "agent1", invitation=token)

    def test_invitations_end(self, agency: Agency) -> None:
        agency = with_settings(agency, registration="invite")
        boss = administrator(agency)
        made = [boss.do(lambda work: work.users.invite(InvitationCreate())) for _ in range(2)]
        boss.do(lambda work: work.users.revoke_invitation(made[0]["id"]))
        with pytest.raises(NotFound):
            boss.do(lambda work: work.users.revoke_invitation(made[0]["id"]))
        with pytest.raises(Denied):
            registered(agency, "agent1", invitation=made[0]["invitation"])
        agency.clock.advance(days=7, seconds=1)
        with pytest.raises(Denied):
            registered(agency, "agent1", invitation=made[1]["invitation"])


class TestOwnAccount:
    def test_36_mass_assignment(self) -> None:
        for name in ("role", "id", "hashed_password", "password_hash", "totp_secret", "email_verified", "is_active",
                     "username", "telegram_id", "version", "email_verified_at"):  # fmt: skip
            with pytest.raises(Invalid) as error:
                validate(UserUpdate, {name: 1})
            assert [one.code for one in error.value.fields] == ["field.extra_forbidden"]

    def test_36_a_changed_address_is_unverified(self, agency: Agency) -> None:
        anna = registered(agency, "agent1", phone="+79161234567").sign_in()
        anna.gate.verify_email(token_of(letters(agency)[-1]), HOME)
        changed = anna.do(lambda work: work.account.update(UserUpdate(email="new@example.com", phone="+79161234568")))
        assert (changed["email_verified"], changed["phone_verified"]) == (False, False)

    def test_only_what_is_sent_changes(self, agency: Agency) -> None:
        anna = registered(agency, "agent1", full_name="Анна").sign_in()
        changed = anna.do(lambda work: work.account.update(validate(UserUpdate, {"timezone": "Asia/Omsk"})))
        assert (changed["timezone"], changed["full_name"], changed["version"]) == ("Asia/Omsk", "Анна", 2)
        emptied = anna.do(lambda work: work.account.update(validate(UserUpdate, {"full_name": None})))
        assert (emptied["full_name"], emptied["version"]) == (None, 3)
        same = anna.do(lambda work: work.account.update(validate(UserUpdate, {"timezone": "Asia/Omsk"})))
        assert same["version"] == 3

    @pytest.mark.parametrize(
        "data",
        [{"timezone": "Mars/Base"}, {"timezone": "../../etc/passwd"}, {"timezone": None}, {"language": "de"},
         {"phone": "12"}, {"full_name": "a\x1b[2J"}],
        ids=str,
    )  # fmt: skip
    def test_what_cannot_be(self, data: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            validate(UserUpdate, data)

    def test_stale(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        with pytest.raises(Stale):
            anna.do(lambda work: work.account.update(UserUpdate(full_name="x"), expected_version=7))
        anna.do(lambda work: work.account.update(UserUpdate(full_name="x"), expected_version=1))

    def test_a_taken_address(self, agency: Agency) -> None:
        registered(agency, "agent2")
        anna = signed_in(agency, "agent1")
        with pytest.raises(Conflict, match=r"account\.email_taken"):
            anna.do(lambda work: work.account.update(UserUpdate(email="Agent2@Example.com")))

    def test_38_no_secret_is_shown(self, agency: Agency) -> None:
        boss, anna = administrator(agency), signed_in(agency, "agent1")
        anna.turn_on_factor()
        answers = [
            anna.ask(lambda work: work.account.me()),
            anna.ask(lambda work: work.account.profile()),
            anna.ask(lambda work: work.account.stats()),
            boss.ask(lambda work: work.users.page(UserQuery())),
            boss.ask(lambda work: work.users.get(anna.id)),
            boss.ask(lambda work: work.history.changes(limit=500)),
        ]
        told = orjson.dumps(answers).decode().replace("password_changed_at", "").replace("totp_enabled_at", "")
        assert [word for word in SECRET_WORDS if word in told.replace("set-password", "")] == []
        UserResponse.model_validate(answers[0])

    def test_profile_and_stats(self, agency: Agency) -> None:
        from realty_cli.properties.schemas.listing import PropertyCreate
        from tests.test_auth.test_keys import LISTING, made

        anna = signed_in(agency, "agent1")
        anna.do(lambda work: work.properties.create(validate(PropertyCreate, LISTING)))
        made(anna)
        with pytest.raises(NotSignedIn):
            anna.sign_in("wrong password")
        profile = anna.ask(lambda work: work.account.profile())
        assert (profile["properties"], profile["sessions"], profile["api_keys"]) == (1, 1, 1)
        assert profile["scopes"] == ["read", "write"]
        stats = anna.ask(lambda work: work.account.stats())
        assert stats["properties_total"] == stats["properties_active"] == 1
        assert (stats["sign_ins_30_days"], stats["failed_sign_ins_30_days"]) == (1, 1)
        assert stats["operations"] == 2  # registering and the listing


class TestAdministrators:
    def test_32_nobody_else(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        deeds: list[Any] = [
            lambda: anna.ask(lambda work: work.users.page(UserQuery())),
            lambda: anna.ask(lambda work: work.users.get(1)),
            lambda: anna.do(lambda work: work.users.delete(1)),
            lambda: anna.do(lambda work: work.users.invite(InvitationCreate())),
            lambda: anna.ask(lambda work: work.users.invitations(PageQuery())),
            lambda: anna.do(lambda work: work.users.revoke_invitation(1)),
            lambda: anna.gate.create_user(anna.actor(), AdminUserCreate(username="x"), HOME),
            lambda: anna.gate.update_user(anna.actor(), 1, AdminUserUpdate(role="agent"), HOME),
            lambda: anna.gate.update_user(anna.actor(), anna.id, AdminUserUpdate(role="admin"), HOME),
        ]
        for deed in deeds:
            with pytest.raises(Denied):
                deed()

    def test_39_the_last_one_stays(self, agency: Agency) -> None:
        boss = administrator(agency)
        for data in ({"role": "agent"}, {"is_active": False}):
            with pytest.raises(Conflict, match=r"account\.last_admin"):
                boss.gate.update_user(boss.actor(), boss.id, validate(AdminUserUpdate, data), HOME)
        with pytest.raises(Conflict, match=r"account\.last_admin"):
            boss.do(lambda work: work.users.delete(boss.id))
        other = signed_in(agency, "agent1")
        boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(role="admin", is_active=False), HOME)
        with pytest.raises(Conflict):
            boss.gate.update_user(boss.actor(), boss.id, AdminUserUpdate(role="agent"), HOME)
        boss.gate.update_user(boss.actor(), other.id, AdminUserUpdate(is_active=True), HOME)
        boss.gate.update_user(boss.actor(), boss.id, AdminUserUpdate(role="agent"), HOME)

    def test_39_every_act_is_in_the_log(self, agency: Agency) -> None:
        boss = administrator(agency)
        made = boss.gate.create_user(boss.actor(), AdminUserCreate(username="boris", password=PASSWORD), HOME)
        number = made["id"]
        for data in ({"role": "admin"}, {"is_active": False}, {"password": "another sentence"}, {"username": "boris2"}):
            agency.clock.advance(minutes=1)
            boss.gate.update_user(boss.actor(), number, validate(AdminUserUpdate, data), HOME)
        boss.do(lambda work: work.users.delete(number))
        log = boss.ask(lambda work: work.history.changes(kind="account", object_id=number))["items"]
        assert [(one["action"], one["actor"]) for one in log] == [
            ("create", "anna"), ("update", "anna"), ("update", "anna"), ("update", "anna"), ("update", "anna"),
            ("delete", "anna"),
        ]  # fmt: skip
        assert [set(one["diff"]) for one in log[1:5]] == [
            {"role"}, {"is_active"}, {"password_changed_at"}, {"username"}
        ]  # fmt: skip

    def test_39_undo_leaves_accounts_alone(self, agency: Agency) -> None:
        boss = administrator(agency)
        made = boss.gate.create_user(boss.actor(), AdminUserCreate(username="boris"), HOME)
        with pytest.raises(Conflict, match=r"undo\.account"):
            boss.do(lambda work: work.undo.undo())
        assert boss.ask(lambda work: work.users.get(made["id"]))["username"] == "boris"

    def test_making_one_without_a_password(self, agency: Agency) -> None:
        boss = administrator(agency)
        data = AdminUserCreate(username="boris", email="boris@example.com", full_name="Борис")
        boss.gate.create_user(boss.actor(), data, HOME)
        boris = Person(agency, "boris")
        with pytest.raises(NotSignedIn):
            boris.sign_in()
        boris.gate.reset_password(token_of(letters(agency)[-1]), PASSWORD, HOME)
        boris.sign_in()
        assert boris.row()["email_verified_at"] is not None

    def test_a_lost_second_factor(self, agency: Agency) -> None:
        boss, anna = administrator(agency), signed_in(agency, "agent1")
        anna.turn_on_factor()
        with pytest.raises(Invalid):
            validate(AdminUserUpdate, {"two_factor_enabled": True})
        boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(two_factor_enabled=False), HOME)
        anna.sign_in()

    def test_a_password_set_for_somebody_signs_them_out(self, agency: Agency) -> None:
        boss, anna = administrator(agency), signed_in(agency, "agent1")
        boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(password="another sentence"), HOME)
        with pytest.raises(NotSignedIn):
            anna.actor()
        anna.sign_in("another sentence")

    def test_names_stay_unique(self, agency: Agency) -> None:
        boss = administrator(agency)
        registered(agency, "agent1")
        other = registered(agency, "agent2")
        for name in ("agent1", "АGENT1"):
            with pytest.raises((Conflict, Invalid)):
                data = validate(AdminUserUpdate, {"username": name})
                boss.gate.update_user(boss.actor(), other.id, data, HOME)
        for name, value in (("username", None), ("role", None), ("is_active", None)):
            with pytest.raises(Invalid):
                boss.gate.update_user(boss.actor(), other.id, validate(AdminUserUpdate, {name: value}), HOME)

    def test_listing(self, agency: Agency) -> None:
        boss = administrator(agency)
        for n in range(5):
            registered(agency, f"agent{n}", full_name="Мария" if n == 3 else None)

        def names(**query: Any) -> list[str]:
            page = boss.ask(lambda work: work.users.page(UserQuery(**query)))
            return [one["username"] for one in page["items"]]

        assert names() == ["anna", "agent0", "agent1", "agent2", "agent3", "agent4"]
        assert names(sort="-username", limit=2) == ["anna", "agent4"]
        assert names(role="admin") == ["anna"]
        assert names(is_active=False) == []
        assert names(q="AGENT1") == ["agent1"]
        for pattern in ("%", "_", "!", "a%n"):
            assert names(q=pattern) == []
        page = boss.ask(lambda work: work.users.page(UserQuery(limit=4)))
        assert page["total"] == 6
        assert names(limit=4, cursor=page["next_cursor"]) == ["agent3", "agent4"]
        for query in ({"sort": "password_hash"}, {"sort": "(SELECT 1)"}, {"cursor": "x"}, {"cursor": "2", "offset": 1}):
            with pytest.raises(Invalid):
                names(**query)

    def test_unknown_accounts(self, agency: Agency) -> None:
        boss = administrator(agency)
        for number in (0, -1, 987654321, 2**70):
            with pytest.raises(NotFound):
                boss.ask(lambda work, number=number: work.users.get(number))
            with pytest.raises(NotFound):
                boss.gate.update_user(boss.actor(), number, AdminUserUpdate(role="agent"), HOME)

    def test_stale(self, agency: Agency) -> None:
        boss, anna = administrator(agency), registered(agency, "agent1")
        with pytest.raises(Stale):
            boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(role="admin"), HOME, expected_version=9)
        with pytest.raises(Stale):
            boss.do(lambda work: work.users.delete(anna.id, expected_version=9))

    def test_listings_of_a_deleted_account_stay(self, agency: Agency) -> None:
        from realty_cli.properties.schemas.listing import PropertyCreate
        from tests.test_auth.test_keys import LISTING

        boss, anna = administrator(agency), signed_in(agency, "agent1")
        number = anna.do(lambda work: work.properties.create(validate(PropertyCreate, LISTING)))["id"]
        boss.do(lambda work: work.users.delete(anna.id))
        assert boss.ask(lambda work: work.properties.get(number))["id"] == number
        with agency.realty.transaction() as db:
            row = db.all("SELECT * FROM accounts WHERE deleted_at IS NOT NULL")
        assert "example.com" not in str(row)

    def test_a_store_of_the_command_line(self, agency: Agency) -> None:
        """Who sits at the store works without a session, and cannot be somebody who was disabled."""
        agency.add_account("agent1")
        boss = administrator(agency)
        assert agency.realty.gate.open_local("agent1", Where(source="cli"))["user"]["username"] == "agent1"
        person = Person(agency, "agent1")
        boss.gate.update_user(boss.actor(), person.id, AdminUserUpdate(is_active=False), HOME)
        for name in ("agent1", "nobody"):
            with pytest.raises(NotSignedIn):
                agency.realty.gate.open_local(name, Where(source="cli"))
