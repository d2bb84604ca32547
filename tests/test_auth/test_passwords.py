"""Passwords, guessing and resets (items 43 to 57)."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.auth import passwords, throttle
from realty_cli.auth.schemas.entering import PasswordChange
from realty_cli.auth.schemas.users import AdminUserUpdate, UserCreate, UserUpdate
from realty_cli.errors import Conflict, Invalid, NotSignedIn, RealtyError, TooMany
from realty_cli.kit.actor import Where
from realty_cli.kit.schema import validate
from realty_cli.settings import Settings
from tests.conftest import Agency
from tests.test_auth.people import (
    ELSEWHERE,
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


def attempt(person: Person, password: str = "wrong password", where: Where = HOME, **more: Any) -> str:
    """The code that a sign-in is refused with, "" where it is not."""
    try:
        person.gate.login(person.username, password, where, **more)
    except RealtyError as error:
        return error.code
    return ""


def wait_of(person: Person, where: Where = HOME) -> int:
    with pytest.raises(TooMany) as error:
        person.gate.login(person.username, "wrong password", where)
    return int(error.value.params["retry_after"])


class TestGuessing:
    def test_43_an_account_has_to_wait(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        tries = [attempt(anna) for _ in range(60)]
        assert tries[:10] == ["signin.refused"] * 10
        assert set(tries[10:]) == {"too_many"}
        assert attempt(anna, PASSWORD) == "too_many"
        agency.clock.advance(seconds=wait_of(anna))
        assert attempt(anna, PASSWORD) == ""

    def test_43_the_wait_doubles_up_to_its_end(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        for _ in range(10):
            attempt(anna)
        waits = []
        for _ in range(8):
            waits.append(wait_of(anna))
            agency.clock.advance(seconds=waits[-1])
            assert attempt(anna) == "signin.refused"
        assert waits == [30, 60, 120, 240, 480, 900, 900, 900]

    def test_43_waiting_tries_are_not_counted(self, agency: Agency) -> None:
        """Whoever goes on knocking keeps nobody out for longer."""
        anna = registered(agency, "agent1")
        for _ in range(10):
            attempt(anna)
        first = wait_of(anna)
        for _ in range(50):
            assert attempt(anna) == "too_many"
        assert wait_of(anna) == first

    def test_43_success_clears_the_count(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        for _ in range(5):
            for _ in range(9):
                assert attempt(anna) == "signin.refused"
            agency.clock.advance(minutes=2)
            assert attempt(anna, PASSWORD) == ""

    def test_43_many_at_once_are_no_way_round(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        with ThreadPoolExecutor(16) as pool:
            tries = list(pool.map(lambda _: attempt(anna), range(48)))
        assert tries.count("signin.refused") <= 10
        assert set(tries) == {"signin.refused", "too_many"}

    def test_43_many_right_at_once_are_let_in(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: attempt(anna, PASSWORD), range(24))) == {""}

    def test_43_counts_outlive_a_restart(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        for _ in range(10):
            attempt(anna)
        again = with_settings(agency)
        assert attempt(Person(again, "agent1"), PASSWORD) == "too_many"

    def test_43_an_address_has_to_wait(self, agency: Agency) -> None:
        people = [registered(agency, f"agent{n}") for n in range(8)]
        tries = [attempt(people[n % 8], where=ELSEWHERE) for n in range(40)]
        assert tries.count("signin.refused") == 30
        assert attempt(people[0], PASSWORD, where=ELSEWHERE) == "too_many"
        assert attempt(people[0], PASSWORD, where=HOME) == ""
        agency.clock.advance(seconds=60)
        assert attempt(people[0], PASSWORD, where=ELSEWHERE) == ""

    def test_44_the_owner_is_not_locked_out_by_strangers(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        for n in range(40):
            attempt(anna, where=Where(f"198.51.100.{n}"))
        assert attempt(anna, PASSWORD, where=Where("198.51.100.200")) == "too_many"
        assert attempt(anna, PASSWORD, where=HOME) == ""

    def test_44_known_places_are_counted_apart(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        tries = [attempt(anna) for _ in range(20)]
        assert tries[10:] == ["too_many"] * 10
        assert attempt(anna, PASSWORD, where=ELSEWHERE) == ""

    def test_44_a_reset_lets_the_owner_in(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        for _ in range(10):
            attempt(anna, where=ELSEWHERE)
        anna.gate.request_reset(anna.email, HOME)
        anna.gate.reset_password(token_of(letters(agency)[-1]), "another sentence", HOME)
        assert attempt(anna, "another sentence") == ""

    @pytest.mark.parametrize(
        ("address", "network"),
        [("203.0.113.5", "203.0.113.5"), ("::ffff:203.0.113.5", "203.0.113.5"),
         ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
         ("testclient", "testclient"), ("x" * 500, "x" * 64)],
    )  # fmt: skip
    def test_44_what_one_household_has(self, address: str, network: str) -> None:
        assert throttle.network(address) == network


class TestEnumeration:
    def test_45_the_same_answer(self, agency: Agency) -> None:
        boss, off = administrator(agency), registered(agency, "agent2")
        registered(agency, "agent1")
        boss.gate.update_user(boss.actor(), off.id, AdminUserUpdate(is_active=False), HOME)
        answers = []
        for name, password in (
            ("agent1", "wrong"),
            ("nobody", "wrong"),
            ("agent2", PASSWORD),
            ("agent2", "wrong"),
            ("", ""),
        ):
            with pytest.raises(NotSignedIn) as error:
                boss.gate.login(name, password, ELSEWHERE)
            answers.append((type(error.value), error.value.code, error.value.params))
        assert answers == [(NotSignedIn, "signin.refused", {})] * 5

    def test_45_unknown_names_have_to_wait_too(self, agency: Agency) -> None:
        registered(agency, "agent1")
        for name in ("agent1", "nobody"):
            person = Person(agency, name)
            tries = [attempt(person, where=Where(f"198.51.100.{len(name)}")) for _ in range(12)]
            assert tries == ["signin.refused"] * 10 + ["too_many"] * 2
            agency.clock.advance(minutes=1)

    def test_46_the_same_work(self, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that nobody has costs one check at the same cost as a wrong password."""
        registered(agency, "agent1")
        checked: list[bytes] = []
        check = bcrypt.checkpw

        def counted(password: bytes, digest: bytes) -> bool:
            checked.append(digest[:7])
            return check(password, digest)

        monkeypatch.setattr(bcrypt, "checkpw", counted)
        for name in ("agent1", "nobody", "anna"):  # anna has no password yet
            assert attempt(Person(agency, name)) == "signin.refused"
        assert checked == [b"$2b$04$"] * 3

    def test_48_resets_tell_nothing(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        before = len(letters(agency))
        for address in (anna.email, "nobody@example.com"):
            assert anna.gate.request_reset(address, HOME) is None
        assert len(letters(agency)) == before + 1


class TestReset:
    def test_49_the_token_works_once(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        phone = Person(agency, "agent1").sign_in()
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        anna.gate.reset_password(token, "another sentence", HOME)
        for person in (anna, phone):
            with pytest.raises(NotSignedIn):
                person.actor()
        with pytest.raises(Invalid) as error:
            anna.gate.reset_password(token, "a third sentence", HOME)
        assert error.value.fields[0].code == "token.used"
        anna.sign_in("another sentence")

    def test_49_the_token_ends(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        agency.clock.advance(minutes=60, seconds=1)
        with pytest.raises(Invalid):
            anna.gate.reset_password(token, "another sentence", HOME)

    def test_49_a_password_change_voids_it(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        change = PasswordChange(current_password=PASSWORD, new_password="another sentence")
        anna.gate.change_password(anna.actor(), change, HOME)
        with pytest.raises(Invalid):
            anna.gate.reset_password(token, "a third sentence", HOME)

    def test_49_a_newer_letter_voids_it(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        tokens = []
        for _ in range(2):
            anna.gate.request_reset(anna.email, HOME)
            tokens.append(token_of(letters(agency)[-1]))
        with pytest.raises(Invalid):
            anna.gate.reset_password(tokens[0], "another sentence", HOME)
        anna.gate.reset_password(tokens[1], "another sentence", HOME)

    def test_49_the_token_stands_in_the_letter_alone(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        agency.realty.deliver()
        with agency.realty.transaction() as db:
            for table in ("one_time_tokens", "outbox", "login_events", "changes", "operations", "accounts"):
                assert token not in str(db.all(f"SELECT * FROM {table}")), table

    def test_49_links_lead_where_the_settings_say(self, agency: Agency) -> None:
        elsewhere = with_settings(agency, public_url="https://crm.example.org/")
        anna = registered(elsewhere, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        letter = letters(elsewhere)[-1]
        assert f"https://crm.example.org/reset-password#token={token_of(letter)}" in letter

    def test_49_guesses_of_tokens_are_counted(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        for _ in range(30):
            with pytest.raises(Invalid):
                anna.gate.reset_password("x" * 43, "another sentence", ELSEWHERE)
        with pytest.raises(TooMany):
            anna.gate.reset_password("x" * 43, "another sentence", ELSEWHERE)

    def test_49_a_weak_password_leaves_the_token(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        with pytest.raises(Invalid) as error:
            anna.gate.reset_password(token, "password", HOME)
        assert (error.value.fields[0].field, error.value.fields[0].code) == ("new_password", "password.common")
        anna.gate.reset_password(token, "another sentence", HOME)

    def test_50_the_second_factor_stays(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.turn_on_factor()
        anna.gate.request_reset(anna.email, HOME)
        anna.gate.reset_password(token_of(letters(agency)[-1]), "another sentence", HOME)
        assert attempt(anna, "another sentence") == "otp_required"
        assert attempt(anna, "another sentence", otp=anna.code()) == ""

    def test_letters_go_to_the_address_that_was_proved(self, agency: Agency) -> None:
        """Somebody at an unlocked desk changes the address; the owner still gets the letter."""
        anna = signed_in(agency, "agent1")
        anna.gate.verify_email(token_of(letters(agency)[-1]), HOME)
        anna.do(lambda work: work.account.update(UserUpdate(email="thief@example.com")))
        assert anna.row()["email_verified_at"] is None
        assert "To: agent1@example.com" in letters(agency)[-2], "the old address is told"
        for typed in ("thief@example.com", "agent1@example.com"):
            anna.gate.request_reset(typed, HOME)
            assert "To: agent1@example.com" in letters(agency)[-1]

    def test_whoever_registered_a_stranger_s_address_loses_it(self, agency: Agency) -> None:
        thief = signed_in(agency, "agent1")
        from tests.test_auth.test_sessions import api_key

        key = thief.do(lambda work: work.api_keys.create(api_key("x", scopes=["read"]), HOME))["key"]
        thief.gate.request_reset(thief.email, ELSEWHERE)
        thief.gate.reset_password(token_of(letters(agency)[-1]), "the owner's own words", ELSEWHERE)
        with pytest.raises(NotSignedIn):
            thief.actor()
        with pytest.raises(NotSignedIn):
            thief.actor(key)
        assert thief.row()["email_verified_at"] is not None

    def test_letters_of_one_address_are_limited(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        before = len(letters(agency))
        for n in range(25):
            anna.gate.request_reset(anna.email, Where(f"198.51.100.{n}"))
        assert len(letters(agency)) - before <= 10


WEAK = {
    "": "password.too_short", "1234567": "password.too_short", "        ": "password.too_short",
    "password": "password.common", "PassWord": "password.common", "12345678": "password.common",
    "qwertyuiop": "password.common", "aaaaaaaaaaaa": "password.common", "ＰＡＳＳＷＯＲＤ": "password.common",
    "agent007": "password.own_name", "AGENT007": "password.own_name", "agent007@example.com": "password.own_name",
    "x" * 129: "password.too_long", "x1" * 600: "password.too_long",
}  # fmt: skip


@pytest.mark.parametrize(("password", "code"), WEAK.items(), ids=lambda text: text[:12])
def test_51_weak_passwords(password: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        passwords.check(password, least=8, username="agent007", email="agent007@example.com")
    assert [one.code for one in error.value.fields] == [code]


def test_51_the_customer_s_example_is_taken() -> None:
    passwords.check("password123", least=8, username="agent1", email="agent@example.com")


def test_51_a_long_blocklist(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("correct horse\nПАРОЛЬ2024\n", "utf-8")
    for password in ("Correct Horse", "пароль2024"):
        with pytest.raises(Invalid) as error:
            passwords.check(password, least=8, blocklist=str(path))
        assert error.value.fields[0].code == "password.common"
    passwords.check("correct horse battery", least=8, blocklist=str(path))
    with pytest.raises(Invalid) as error:
        passwords.check("something else", least=8, blocklist=str(tmp_path / "none"))
    assert error.value.fields[0].code == "setting.bad_file"


def test_51_registering_says_why(sqlite_agency: Agency) -> None:
    with pytest.raises(Invalid) as error:
        registered(sqlite_agency, "agent1", password="password")
    assert (error.value.fields[0].field, error.value.fields[0].code) == ("password", "password.common")


class TestWholePassword:
    def test_52_beyond_72_bytes(self, sqlite_agency: Agency) -> None:
        anna = registered(sqlite_agency, "agent1", password="x" * 72 + "the tail")
        assert attempt(anna, "x" * 72 + "the tail") == ""
        for other in ("x" * 72, "x" * 72 + "another", "x" * 71, "x" * 72 + "the tai"):
            assert attempt(anna, other) == "signin.refused"
            sqlite_agency.clock.advance(hours=1)

    def test_52_nul_ends_nothing(self) -> None:
        stored = passwords.hashed("abc\x00defgh", 4)
        assert passwords.matches("abc\x00defgh", stored, 4)
        assert not passwords.matches("abc\x00other", stored, 4)
        assert not passwords.matches("abc", stored, 4)

    def test_53_passphrases(self, sqlite_agency: Agency) -> None:
        phrase = "Ёлка и йод, é à la carte: шестьдесят четыре знака пробелы в счёт!"
        assert len(phrase) >= 64
        composed, decomposed = (unicodedata.normalize(form, phrase) for form in ("NFC", "NFD"))
        assert composed != decomposed
        anna = registered(sqlite_agency, "agent1", password=decomposed)
        assert attempt(anna, composed) == ""
        assert attempt(anna, decomposed) == ""
        assert attempt(anna, phrase.lower()) == "signin.refused"

    def test_54_a_megabyte(self, sqlite_agency: Agency) -> None:
        huge = "x" * 1_000_000
        anna = registered(sqlite_agency, "agent1")
        assert attempt(anna, huge) == "signin.refused"
        with pytest.raises(Invalid):
            validate(UserCreate, {"username": "b", "email": "b@example.com", "password": huge})
        with pytest.raises(Invalid):
            passwords.check(huge, least=8)

    @settings(max_examples=40, deadline=None)
    @given(password=st.text(min_size=1, max_size=128), other=st.text(max_size=128))
    def test_52_any_password(self, password: str, other: str) -> None:
        stored = passwords.hashed(password, 4)
        assert passwords.matches(password, stored, 4)
        assert passwords.matches(other, stored, 4) == (
            unicodedata.normalize("NFKC", other) == unicodedata.normalize("NFKC", password) and other != ""
        )

    def test_nobody_s_password_is_nothing(self) -> None:
        for typed in ("", "x", "x" * 2_000):
            assert not passwords.matches(typed, None, 4)
            assert not passwords.matches(typed, "", 4)


LOOK_ALIKES = ["AGENT1", "agent1 ", "аgent1", "АGENT1", "ａｇｅｎｔ１", "agent１", "AgEnT1"]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_55_look_alike_names(agency: Agency, name: str) -> None:
    registered(agency, "agent1")
    with pytest.raises((Conflict, Invalid)):
        registered(agency, name, email="other@example.com")


def test_55_a_name_in_the_other_alphabet(agency: Agency) -> None:
    """МАХ in Cyrillic looks like MAX in Latin; anna is here already."""
    registered(agency, "MAX", email="max@example.com")
    with pytest.raises(Conflict, match=r"account\.taken"):
        registered(agency, "МАХ", email="other@example.com")
    registered(agency, "Мария", email="maria@example.com")


@pytest.mark.parametrize("address", ["AGENT1@EXAMPLE.COM", "agent1@Example.Com", " agent1@example.com "])
def test_55_the_same_address(agency: Agency, address: str) -> None:
    registered(agency, "agent1")
    with pytest.raises(Conflict, match=r"account\.email_taken"):
        registered(agency, "agent2", email=address)


@pytest.mark.parametrize(
    "address",
    ["mıke@example.com", "agent1@exаmple.com\n", "a@b", "@example.com", "a b@example.com", "a@-example.com", "a@@b.com",
     "a..b@example.com", ".a@example.com", "a@example..com", "a" * 65 + "@example.com", "a@" + "b" * 250 + ".com",
     "a@example.com\r\nBcc: b@example.com", "почта@example.com", "a@[127.0.0.1]", "a@1.2.3.4", "\x00@example.com", ""],
)  # fmt: skip
def test_55_no_addresses(address: str) -> None:
    with pytest.raises(Invalid) as error:
        validate(UserUpdate, {"email": address})
    assert error.value.fields[0].field == "email"


@pytest.mark.parametrize("name", ["", " ", "a@b", "a\nb", "a\u200bb", "a\u202eb", "x" * 61, "\x00", "аnna"])
def test_55_no_names(name: str) -> None:
    with pytest.raises(Invalid) as error:
        validate(UserCreate, {"username": name, "email": "a@example.com", "password": PASSWORD})
    assert [one.field for one in error.value.fields] == ["username"]


def test_55_domains_of_other_alphabets_are_addresses(agency: Agency) -> None:
    made = registered(agency, "agent1", email="info@Пример.рф")
    assert made.row()["email"] == "info@пример.рф"
    assert made.row()["email_key"] == "info@xn--e1afmkfd.xn--p1ai"
    with pytest.raises(Conflict):
        registered(agency, "agent2", email="info@xn--e1afmkfd.xn--p1ai")


def test_55_the_stored_address_gets_the_letter(agency: Agency) -> None:
    anna = registered(agency, "agent1", email="Agent1@example.com")
    anna.gate.request_reset("AGENT1@EXAMPLE.COM", HOME)
    assert "To: Agent1@example.com" in letters(agency)[-1]


def test_sign_in_by_address(agency: Agency) -> None:
    anna = registered(agency, "agent1")
    assert anna.gate.login("AGENT1@example.com", PASSWORD, HOME)["user"]["username"] == "agent1"


class TestChange:
    def test_56_needs_the_current_one(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        for current in ("wrong password", "", None):
            change = PasswordChange(current_password=current, new_password="another sentence")
            with pytest.raises(Invalid) as error:
                anna.gate.change_password(anna.actor(), change, HOME)
            assert error.value.fields[0].field == "current_password"
        anna.sign_in()

    def test_56_guesses_are_limited(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        change = PasswordChange(current_password="wrong password", new_password="another sentence")
        codes = []
        for _ in range(15):
            try:
                anna.gate.change_password(anna.actor(), change, HOME)
            except RealtyError as error:
                codes.append(error.code)
        assert codes == ["invalid"] * 10 + ["too_many"] * 5
        right = PasswordChange(current_password=PASSWORD, new_password="another sentence")
        with pytest.raises(TooMany):
            anna.gate.change_password(anna.actor(), right, HOME)

    def test_56_the_new_one_has_to_be_good(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        for weak in ("password", "agent1", "short"):
            with pytest.raises(Invalid) as error:
                change = PasswordChange(current_password=PASSWORD, new_password=weak)
                anna.gate.change_password(anna.actor(), change, HOME)
            assert error.value.fields[0].field == "new_password"

    def test_56_the_owner_is_told(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        change = PasswordChange(current_password=PASSWORD, new_password="another sentence")
        anna.gate.change_password(anna.actor(), change, HOME)
        assert "Пароль вашей учётной записи изменён" in letters(agency)[-1]

    def test_the_first_password_is_set_on_the_command_line(self, agency: Agency) -> None:
        """`realty init --yes` makes an account without one."""
        with agency.read() as work:
            local = work.actor
        over_http = replace(local, via="session")
        change = PasswordChange(new_password="another sentence")
        with pytest.raises(Invalid):
            agency.realty.gate.change_password(over_http, change, HOME)
        agency.realty.gate.change_password(local, change, Where(source="cli"))
        Person(agency, "anna").sign_in("another sentence")
        with pytest.raises(Invalid):
            agency.realty.gate.change_password(local, change, Where(source="cli"))


class TestAtRest:
    def test_57_the_row(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        assert anna.row()["password_hash"].startswith("hs256:$2b$04$")
        assert Settings(home=Path("x")).password_cost >= 12

    def test_57_hashed_anew_when_the_policy_rises(self, agency: Agency) -> None:
        anna = registered(agency, "agent1")
        dearer = Person(with_settings(agency, password_cost=5), "agent1")
        with pytest.raises(NotSignedIn):
            dearer.sign_in("wrong password")
        assert anna.row()["password_hash"].startswith("hs256:$2b$04$")
        dearer.sign_in()
        assert anna.row()["password_hash"].startswith("hs256:$2b$05$")
        before = anna.row()["password_hash"]
        dearer.sign_in()
        assert anna.row()["password_hash"] == before, "once is enough"
        anna.sign_in()

    def test_57_hashing_happens_outside_of_transactions(self, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
        """While a password is hashed or checked, somebody else can write."""
        written = []

        def write() -> None:
            with agency.realty.transaction(write=True) as db:
                db.run("UPDATE accounts SET version = version WHERE id = 1")
            written.append(1)

        for name in ("hashpw", "checkpw"):
            original = getattr(bcrypt, name)

            def slow(one: bytes, two: bytes, original: Any = original) -> Any:
                write()
                return original(one, two)

            monkeypatch.setattr(bcrypt, name, slow)
        boss = administrator(agency)
        anna = signed_in(agency, "agent1")
        change = PasswordChange(current_password=PASSWORD, new_password="another sentence")
        anna.gate.change_password(anna.actor(), change, HOME)
        anna.gate.request_reset(anna.email, HOME)
        anna.gate.reset_password(token_of(letters(agency)[-1]), "a third sentence", HOME)
        boss.gate.update_user(boss.actor(), anna.id, AdminUserUpdate(password="a fourth one"), HOME)
        assert len(written) >= 8


def test_47_mass_registration(agency: Agency) -> None:
    assert agency.realty.settings.registrations_per_minute == 100
    few = with_settings(agency, registrations_per_minute=20)
    codes = []
    for n in range(30):
        try:
            registered(few, f"agent{n}")
            codes.append("")
        except TooMany as error:
            codes.append(str(error.params["retry_after"]))
    assert codes == [""] * 20 + ["60"] * 10
    agency.clock.advance(seconds=60)
    registered(few, "agent200")


def test_delays() -> None:
    delay = throttle.Delay(10, 30, 900)
    assert [delay.after(n) for n in (0, 9, 10, 11, 15, 16, 500)] == [0, 0, 30, 60, 900, 900, 900]
