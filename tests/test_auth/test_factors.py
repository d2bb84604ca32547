"""The second factor (items 66 to 72) and codes that verify a phone or an address (item 85)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.auth import qr, totp
from realty_cli.auth.schemas.users import UserUpdate
from realty_cli.errors import Conflict, Denied, Invalid, NotSignedIn, RealtyError, TooMany
from tests.conftest import Agency
from tests.test_auth.people import (
    BOT,
    ELSEWHERE,
    HOME,
    PASSWORD,
    Person,
    letters,
    registered,
    signed_in,
    telegram,
    token_of,
    widget,
    with_settings,
)

#: RFC 6238, appendix B: seconds since 1970 and the eight digits of SHA-1 with this secret.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC = {
    59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037",
    20000000000: "65353130",
}  # fmt: skip


@pytest.mark.parametrize(("seconds", "code"), RFC.items())
def test_codes_of_the_standard(seconds: int, code: str) -> None:
    counter = totp.counter_at(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_at(RFC_SECRET, counter, digits=8) == code
    assert totp.accepted(RFC_SECRET, code[-6:], datetime.fromtimestamp(seconds, UTC), None) == counter


def test_the_address_that_apps_read() -> None:
    assert totp.uri("ABC", "Анна и ко") == (
        "otpauth://totp/realty:%D0%90%D0%BD%D0%BD%D0%B0%20%D0%B8%20%D0%BA%D0%BE"
        "?secret=ABC&issuer=realty&algorithm=SHA1&digits=6&period=30"
    )
    assert len(totp.new_secret()) == 32
    assert totp.new_secret() != totp.new_secret()


def test_the_picture() -> None:
    text = totp.uri(totp.new_secret(), "agent1")
    assert qr.svg(text).startswith("<svg")
    rows = qr.block_text(text).split("\n")
    assert len({len(row) for row in rows}) == 1
    assert set("".join(rows)) <= set("█▀▄ ")


@given(
    at=st.integers(946_684_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    steps=st.integers(-5, 5),
    last=st.none() | st.integers(-3, 3),
)
def test_68_window(at: datetime, steps: int, last: int | None) -> None:
    """Codes of the step before, this and the next one are taken, and none that is not later than the last one taken."""
    present = totp.counter_at(at)
    window = {totp.code_at(RFC_SECRET, present + n): n for n in (-1, 0, 1)}
    code = totp.code_at(RFC_SECRET, present + steps)
    found = totp.accepted(RFC_SECRET, code, at, None if last is None else present + last)
    if code not in window:
        assert found is None
    elif last is None:
        assert found is not None
        assert abs(found - present) <= 1
    else:
        assert found is None or found > present + last


@given(st.text(max_size=12))
def test_68_what_is_no_code(text: str) -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    if totp.accepted(RFC_SECRET, text, now, None) is not None:
        assert "".join(text.split()) in {totp.code_at(RFC_SECRET, totp.counter_at(now) + n) for n in (-1, 0, 1)}


@pytest.fixture
def anna(agency: Agency) -> Person:
    person = signed_in(agency, "agent1")
    person.turn_on_factor()
    return person


def outcome(action: Any) -> str:
    try:
        action()
    except RealtyError as error:
        return error.code
    return ""


def login(person: Person, otp: str | None, where: Any = HOME) -> str:
    return outcome(lambda: person.gate.login(person.username, PASSWORD, where, otp=otp))


class TestSigningIn:
    def test_66_a_code_works_once(self, anna: Person) -> None:
        code = anna.code()
        assert login(anna, code) == ""
        assert login(anna, code) == "signin.bad_code"

    def test_66_an_earlier_code_is_gone_too(self, anna: Person) -> None:
        before, now = anna.code(-1), anna.code()
        assert login(anna, now) == ""
        assert login(anna, before) == "signin.bad_code"

    def test_66_in_parallel(self, anna: Person) -> None:
        code = anna.code()
        with ThreadPoolExecutor(8) as pool:
            tries = list(pool.map(lambda _: login(anna, code), range(8)))
        assert tries.count("") == 1
        assert set(tries) == {"", "signin.bad_code"}

    def test_67_guessing_is_stopped(self, anna: Person) -> None:
        tries = [login(anna, f"{n:06}") for n in range(20)]
        assert "" not in tries
        assert tries[:10] == ["signin.bad_code"] * 10
        assert set(tries[10:]) == {"too_many"}
        assert login(anna, anna.code()) == "too_many"

    def test_67_a_new_sign_in_resets_nothing(self, anna: Person) -> None:
        for n in range(10):
            assert login(anna, f"{n:06}") == "signin.bad_code"
            assert login(anna, None) == "otp_required"
        assert login(anna, anna.code()) == "too_many"
        again = Person(with_settings(anna.agency), "agent1")
        again.secret = anna.secret
        assert login(again, again.code()) == "too_many", "nor does a restart"

    def test_67_the_owner_gets_in_later(self, anna: Person) -> None:
        for n in range(10):
            login(anna, f"{n:06}")
        anna.agency.clock.advance(seconds=31)
        assert login(anna, anna.code()) == ""
        assert login(anna, "000000") == "signin.bad_code"

    @pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_68_window_at_the_door(self, anna: Person, steps: int, good: bool) -> None:
        assert login(anna, anna.code(steps)) == ("" if good else "signin.bad_code")

    def test_69_there_is_no_half_signed_in(self, anna: Person) -> None:
        """What asks for a code gives no token at all, and leaves no session."""
        with anna.agency.realty.transaction() as db:
            before = db.value("SELECT count(*) FROM sessions")
        with pytest.raises(NotSignedIn) as error:
            anna.gate.login("agent1", PASSWORD, HOME)
        assert (error.value.code, error.value.params) == ("otp_required", {})
        with anna.agency.realty.transaction() as db:
            assert db.value("SELECT count(*) FROM sessions") == before

    def test_the_password_comes_first(self, anna: Person) -> None:
        assert outcome(lambda: anna.gate.login("agent1", "wrong", HOME, otp=anna.code())) == "signin.refused"
        assert login(anna, anna.code()) == "", "the code was not used up"


class TestRecoveryCodes:
    def test_70_each_works_once(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        codes = anna.turn_on_factor()
        assert len(set(codes)) == 10
        assert login(anna, codes[0]) == ""
        assert login(anna, codes[0]) == "signin.bad_code"
        assert login(anna, codes[1].upper().replace("-", " ")) == ""
        assert anna.ask(lambda work: work.account.security())["recovery_codes_left"] == 8

    def test_70_they_are_hashed(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        codes = anna.turn_on_factor()
        with agency.realty.transaction() as db:
            stored = [row[0] for row in db.all("SELECT code_hash FROM recovery_codes")]
        assert all(len(one) == 64 for one in stored)
        assert not set(stored) & set(codes)

    def test_70_a_new_set_voids_the_old(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        old = anna.turn_on_factor()
        new = anna.gate.renew_recovery_codes(anna.actor(), PASSWORD, anna.code(), HOME)["recovery_codes"]
        assert login(anna, old[0]) == "signin.bad_code"
        assert login(anna, new[0]) == ""

    def test_70_of_another_account(self, agency: Agency) -> None:
        anna, boris = signed_in(agency, "agent1"), signed_in(agency, "agent2")
        codes = anna.turn_on_factor()
        boris.turn_on_factor()
        assert login(boris, codes[0]) == "signin.bad_code"


class TestTurningOnAndOff:
    def test_71_on_only_after_a_good_code(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.secret = anna.do(lambda work: work.account.setup_two_factor())["secret"]
        assert login(anna, None) == "", "not yet on"
        with pytest.raises(Invalid) as error:
            anna.gate.verify_two_factor(anna.actor(), "000000", HOME)
        assert error.value.fields[0].code == "signin.bad_code"
        assert login(anna, None) == ""
        anna.gate.verify_two_factor(anna.actor(), anna.code(), HOME)
        assert login(anna, None) == "otp_required"
        assert "Второй фактор включён" in letters(agency)[-1]

    def test_71_the_code_that_turned_it_on_is_used_up(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.secret = anna.do(lambda work: work.account.setup_two_factor())["secret"]
        code = anna.code()
        anna.gate.verify_two_factor(anna.actor(), code, HOME)
        assert login(anna, code) == "signin.bad_code"

    def test_71_guesses_at_turning_on_are_limited(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.do(lambda work: work.account.setup_two_factor())
        codes = [outcome(lambda: anna.gate.verify_two_factor(anna.actor(), "000000", HOME)) for _ in range(12)]
        assert codes == ["invalid"] * 10 + ["too_many"] * 2

    def test_71_nothing_to_turn_on(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        with pytest.raises(Conflict, match=r"factor\.not_set_up"):
            anna.gate.verify_two_factor(anna.actor(), "000000", HOME)
        with pytest.raises(Conflict, match=r"factor\.is_off"):
            anna.gate.disable_two_factor(anna.actor(), PASSWORD, "000000", HOME)

    def test_71_once_on_it_is_not_replaced(self, anna: Person) -> None:
        with pytest.raises(Conflict, match=r"factor\.on"):
            anna.do(lambda work: work.account.setup_two_factor())
        with pytest.raises(Conflict, match=r"factor\.on"):
            anna.gate.verify_two_factor(anna.actor(), anna.code(), HOME)

    def test_71_off_takes_both(self, anna: Person) -> None:
        off = anna.gate.disable_two_factor
        for password, code in ((None, None), (PASSWORD, None), (None, anna.code()), ("", ""), (PASSWORD, "")):
            with pytest.raises(Denied, match=r"factor\.both"):
                off(anna.actor(), password, code, HOME)
        assert outcome(lambda: off(anna.actor(), "wrong password", anna.code(), HOME)) == "invalid"
        assert outcome(lambda: off(anna.actor(), PASSWORD, "000000", HOME)) == "invalid"
        assert login(anna, None) == "otp_required"
        assert off(anna.actor(), PASSWORD, anna.code(), HOME)["two_factor_enabled"] is False
        assert login(anna, None) == ""
        assert "Второй фактор выключен" in letters(anna.agency)[-1]
        assert anna.row()["totp_secret"] is None

    def test_71_off_by_a_recovery_code(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        codes = anna.turn_on_factor()
        anna.gate.disable_two_factor(anna.actor(), PASSWORD, codes[3], HOME)
        with agency.realty.transaction() as db:
            assert db.value("SELECT count(*) FROM recovery_codes") == 0


class TestNoSideDoor:
    def test_72_telegram_asks_for_the_code(self, agency: Agency) -> None:
        agency = with_settings(agency, telegram_bot_token=BOT)
        anna = signed_in(agency, "agent1")
        now = int(agency.clock.now().timestamp())
        anna.gate.link_telegram(anna.actor(), telegram(widget(77, now)), HOME)
        anna.turn_on_factor()
        fields = widget(77, int(agency.clock.now().timestamp()))
        assert outcome(lambda: anna.gate.login_telegram(telegram(fields), HOME)) == "otp_required"
        assert (
            outcome(lambda: anna.gate.login_telegram(telegram({**fields, "otp": "000000"}), HOME)) == "signin.bad_code"
        )
        anna.keep(anna.gate.login_telegram(telegram({**fields, "otp": anna.code()}), HOME))

    def test_72_renewing_keeps_what_was_proved(self, anna: Person) -> None:
        """Written exception: a session that gave its code renews without another, as every app does."""
        anna.keep(anna.gate.refresh(anna.refresh, HOME))
        anna.actor()

    def test_72_a_reset_gives_no_session(self, anna: Person) -> None:
        anna.gate.request_reset(anna.email, HOME)
        assert anna.gate.reset_password(token_of(letters(anna.agency)[-1]), "another sentence", HOME) is None


class TestVerifyingPhone:
    @pytest.fixture
    def boris(self, agency: Agency) -> Person:
        person = registered(agency, "agent2", phone="8 916 123-45-67").sign_in()
        assert person.row()["phone"] == "+79161234567"
        return person

    def ask(self, boris: Person) -> str:
        boris.do(lambda work: work.account.request_phone_verification())
        return token_of(letters(boris.agency)[-1])

    def test_85_the_code_of_the_message(self, boris: Person) -> None:
        code = self.ask(boris)
        assert len(code) == 8
        assert boris.gate.verify_phone(boris.actor(), code, HOME)["phone_verified"] is True
        assert outcome(lambda: boris.gate.verify_phone(boris.actor(), code, HOME)) == "invalid", "it works once"
        with pytest.raises(Conflict):
            boris.do(lambda work: work.account.request_phone_verification())

    def test_85_guesses_are_limited(self, boris: Person) -> None:
        code = self.ask(boris)
        tries = [outcome(lambda n=n: boris.gate.verify_phone(boris.actor(), f"{n:08}", HOME)) for n in range(20)]
        assert tries == ["invalid"] * 10 + ["too_many"] * 10
        assert outcome(lambda: boris.gate.verify_phone(boris.actor(), code, HOME)) == "too_many"

    def test_85_it_ends(self, boris: Person) -> None:
        code = self.ask(boris)
        boris.agency.clock.advance(minutes=10, seconds=1)
        assert outcome(lambda: boris.gate.verify_phone(boris.actor(), code, HOME)) == "invalid"

    def test_85_of_another_number_or_account(self, agency: Agency, boris: Person) -> None:
        code = self.ask(boris)
        anna = registered(agency, "agent1", phone="+79161234568").sign_in()
        assert outcome(lambda: anna.gate.verify_phone(anna.actor(), code, HOME)) == "invalid"
        boris.do(lambda work: work.account.update(UserUpdate(phone="+79161234569")))
        assert outcome(lambda: boris.gate.verify_phone(boris.actor(), code, HOME)) == "invalid"
        assert boris.row()["phone_verified_at"] is None

    def test_85_messages_are_limited(self, boris: Person) -> None:
        for _ in range(10):
            boris.do(lambda work: work.account.request_phone_verification())
        with pytest.raises(TooMany):
            boris.do(lambda work: work.account.request_phone_verification())

    def test_85_a_new_message_voids_the_old(self, boris: Person) -> None:
        first, second = self.ask(boris), self.ask(boris)
        assert outcome(lambda: boris.gate.verify_phone(boris.actor(), first, HOME)) == "invalid"
        boris.gate.verify_phone(boris.actor(), second, HOME)


class TestVerifyingAddress:
    def test_85_the_token_of_the_letter(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        token = token_of(letters(agency)[-1])
        assert anna.gate.verify_email(token, ELSEWHERE)["email_verified"] is True
        assert outcome(lambda: anna.gate.verify_email(token, ELSEWHERE)) == "invalid"

    def test_85_it_ends(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        token = token_of(letters(agency)[-1])
        agency.clock.advance(minutes=10, seconds=1)
        assert outcome(lambda: anna.gate.verify_email(token, HOME)) == "invalid"
        anna.do(lambda work: work.account.request_email_verification())
        anna.gate.verify_email(token_of(letters(agency)[-1]), HOME)

    def test_85_of_another_address(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        token = token_of(letters(agency)[-1])
        anna.do(lambda work: work.account.update(UserUpdate(email="new@example.com")))
        assert outcome(lambda: anna.gate.verify_email(token, HOME)) == "invalid"
        assert "To: new@example.com" in letters(agency)[-1]
        assert anna.gate.verify_email(token_of(letters(agency)[-1]), HOME)["email"] == "new@example.com"

    def test_85_a_reset_token_verifies_nothing(self, agency: Agency) -> None:
        anna = signed_in(agency, "agent1")
        anna.gate.request_reset(anna.email, HOME)
        token = token_of(letters(agency)[-1])
        assert outcome(lambda: anna.gate.verify_email(token, HOME)) == "invalid"
        verification = token_of(letters(agency)[0])
        assert outcome(lambda: anna.gate.reset_password(verification, "another sentence", HOME)) == "invalid"
