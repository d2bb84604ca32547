"""Signing in by Telegram: only what Telegram signed, for an account that linked it (items 73 to 79)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.auth import telegram as check
from realty_cli.errors import Conflict, Denied, Invalid, NotSignedIn, Unavailable
from tests.conftest import Agency
from tests.test_auth.people import BOT, HOME, Person, init_data, registered, signed_in, telegram, widget, with_settings

#: The example of docs.telegram-mini-apps.com: user 279058397, 2022-09-08.
KNOWN_DATE = 1662771648
KNOWN = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc"
    "&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22"
    "%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D"
    f"&auth_date={KNOWN_DATE}"
    "&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
OTHER_BOT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def place(agency: Agency) -> Agency:
    return with_settings(agency, telegram_bot_token=BOT)


@pytest.fixture
def anna(place: Agency) -> Person:
    """Linked to Telegram 77."""
    person = signed_in(place, "agent1")
    person.gate.link_telegram(person.actor(), telegram(widget(77, now(place))), HOME)
    place.clock.advance(seconds=10)
    return person


def now(agency: Agency) -> int:
    return int(agency.clock.now().timestamp())


def refused(person: Person, data: Any) -> str:
    with pytest.raises(NotSignedIn) as error:
        person.gate.login_telegram(telegram(data), HOME)
    return error.value.code


def test_the_published_example() -> None:
    found = check.check_init_data(KNOWN, BOT)
    assert found is not None
    assert (found.telegram_id, found.auth_date, found.username) == (279058397, KNOWN_DATE, "vdkfrost")
    assert check.is_fresh(found, datetime.fromtimestamp(KNOWN_DATE + 300, UTC), 300)
    assert not check.is_fresh(found, datetime.fromtimestamp(KNOWN_DATE + 301, UTC), 300)


def test_both_ways_in(anna: Person) -> None:
    anna.keep(anna.gate.login_telegram(telegram(widget(77, now(anna.agency))), HOME))
    assert anna.actor().username == "agent1"
    anna.keep(anna.gate.login_telegram(telegram({"init_data": init_data(77, now(anna.agency))}), HOME))
    assert anna.actor().username == "agent1"


@pytest.mark.parametrize(
    "data",
    [{}, {"telegram_id": 1}, {"id": 77}, {"id": 77, "auth_date": 1}, {"id": 77, "hash": "a" * 64}, {"init_data": None},
     {"id": 0, "auth_date": 1, "hash": "a"}, {"id": "77", "hash": ""}],
    ids=str,
)  # fmt: skip
def test_73_a_bare_id(data: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        telegram(data)


class TestForged:
    @pytest.mark.parametrize("bot", ["", "None", "secret", OTHER_BOT, "WebAppData"])
    def test_74_signed_by_somebody_else(self, anna: Person, bot: str) -> None:
        at = now(anna.agency)
        assert refused(anna, widget(77, at, bot)) == "telegram.refused"
        assert refused(anna, {"init_data": init_data(77, at, bot)}) == "telegram.refused"

    @pytest.mark.parametrize(
        "change",
        [{"id": 78}, {"first_name": "Борис"}, {"auth_date": 1_773_133_199}, {"username": "boss"}, {"last_name": ""},
         {"photo_url": "https://t.me/x.jpg"}],
        ids=str,
    )  # fmt: skip
    def test_74_a_field_changed_or_added(self, anna: Person, change: dict[str, Any]) -> None:
        assert refused(anna, {**widget(77, now(anna.agency)), **change}) == "telegram.refused"

    def test_74_a_field_taken_away(self, anna: Person) -> None:
        fields = widget(77, now(anna.agency), username="anna_t")
        del fields["username"]
        assert refused(anna, fields) == "telegram.refused"

    @pytest.mark.parametrize(
        "shape",
        [str.upper, lambda text: text[:-1], lambda text: text + "0", lambda text: "", lambda text: text[:32],
         lambda text: "х" * 64, lambda text: f" {text}"],
    )  # fmt: skip
    def test_74_another_hash(self, anna: Person, shape: Any) -> None:
        fields = widget(77, now(anna.agency))
        assert refused(anna, {**fields, "hash": shape(fields["hash"])}) == "telegram.refused"

    def test_74_the_known_example_is_too_old(self, anna: Person) -> None:
        assert refused(anna, {"init_data": KNOWN}) == "telegram.refused"

    @pytest.mark.parametrize(
        "text",
        ["", "x", "hash=", "user=1&hash=a", "user=%7B%7D&hash=a", "user=[]&hash=a", "user={&hash=a", "&" * 100,
         "=".join("ab" * 50), "%ff=%ff", "user=%7B%22id%22%3A%2277%22%7D&hash=a", "a=1&" * 50],
        ids=lambda text: text[:20],
    )  # fmt: skip
    def test_74_odd_init_data(self, anna: Person, text: str) -> None:
        assert refused(anna, {"init_data": text}) == "telegram.refused"

    @given(st.text(max_size=200))
    def test_74_any_text(self, text: str) -> None:
        assert check.check_init_data(text, BOT) is None


@pytest.mark.parametrize(
    ("seconds", "good"), [(-25 * 3600, False), (-301, False), (-299, True), (30, True), (600, False)]
)
def test_75_stale_or_future(anna: Person, seconds: int, good: bool) -> None:
    at = now(anna.agency) + seconds
    for data in (widget(77, at), {"init_data": init_data(77, at)}):
        if good:
            anna.gate.login_telegram(telegram(data), HOME)
        else:
            assert refused(anna, data) == "telegram.refused"


class TestTwoSchemes:
    def test_76_they_are_kept_apart(self, anna: Person) -> None:
        at = now(anna.agency)
        as_query = urlencode(widget(77, at))
        assert refused(anna, {"init_data": as_query}) == "telegram.refused"
        signed = dict(parse_qsl(init_data(77, at)))
        assert check.check_widget({**signed, "id": "77"}, BOT) is None
        assert check.check_widget(signed, BOT) is None

    def test_76_a_key_twice(self, anna: Person) -> None:
        good = init_data(77, now(anna.agency))
        for more in ("&auth_date=1", "&user=%7B%22id%22%3A78%7D", "&hash=a"):
            assert refused(anna, {"init_data": good + more}) == "telegram.refused"

    def test_76_both_at_once(self, anna: Person) -> None:
        at = now(anna.agency)
        with pytest.raises(Invalid):
            telegram({**widget(77, at), "init_data": init_data(77, at)})

    def test_76_the_newer_signature_field_is_signed_too(self, anna: Person) -> None:
        data = init_data(77, now(anna.agency), signature="abc")
        anna.gate.login_telegram(telegram({"init_data": data}), HOME)


class TestReplay:
    def test_77_it_works_once(self, anna: Person) -> None:
        for data in (widget(77, now(anna.agency)), {"init_data": init_data(77, now(anna.agency))}):
            anna.gate.login_telegram(telegram(data), HOME)
            assert refused(anna, data) == "telegram.refused"

    def test_77_it_is_remembered_for_as_long_as_it_is_good(self, anna: Person) -> None:
        data = widget(77, now(anna.agency) + 50)
        anna.gate.login_telegram(telegram(data), HOME)
        anna.agency.clock.advance(seconds=349)
        anna.agency.realty.tidy()
        assert refused(anna, data) == "telegram.refused"

    def test_77_what_linked_an_account_opens_none(self, place: Agency) -> None:
        person, data = signed_in(place, "agent1"), widget(77, now(place))
        person.gate.link_telegram(person.actor(), telegram(data), HOME)
        assert refused(person, data) == "telegram.refused"
        with pytest.raises(Denied):
            person.gate.link_telegram(person.actor(), telegram(data), HOME)


class TestLinking:
    def test_78_one_telegram_one_account(self, anna: Person) -> None:
        boris = signed_in(anna.agency, "agent2")
        with pytest.raises(Conflict, match=r"telegram\.taken"):
            boris.gate.link_telegram(boris.actor(), telegram(widget(77, now(anna.agency))), HOME)
        assert boris.row()["telegram_id"] is None

    def test_78_never_by_name_or_phone(self, place: Agency) -> None:
        person = registered(place, "vdkfrost", phone="+79161234567")
        at = now(place)
        for data in (widget(78, at, username="vdkfrost"), widget(78, at, phone="79161234567")):
            data.pop("phone", None)
            assert refused(person, data) == "telegram.refused"

    def test_78_a_wrong_signature_links_nothing(self, place: Agency) -> None:
        person = signed_in(place, "agent1")
        for data in (widget(77, now(place), OTHER_BOT), widget(77, now(place) - 400)):
            with pytest.raises(Denied):
                person.gate.link_telegram(person.actor(), telegram(data), HOME)

    def test_78_unlinking(self, anna: Person) -> None:
        assert anna.do(lambda work: work.account.unlink_telegram()) == {"telegram_linked": False}
        assert refused(anna, widget(77, now(anna.agency))) == "telegram.refused"


class TestNoBot:
    def test_79_nothing_is_accepted(self, agency: Agency) -> None:
        person = registered(agency, "agent1")
        for data in (
            widget(77, now(agency)),
            widget(77, now(agency), ""),
            {"init_data": init_data(77, now(agency), "")},
        ):
            with pytest.raises(Unavailable, match=r"telegram\.off"):
                person.gate.login_telegram(telegram(data), HOME)
        assert check.check_widget(widget(77, now(agency), ""), "") is None
        assert check.check_init_data(init_data(77, now(agency), ""), "") is None

    def test_79_the_token_may_stand_with_the_keys(self, agency: Agency) -> None:
        import json

        agency.realty.keys.current()
        path = agency.realty.settings.keys_path
        path.write_text(json.dumps({**json.loads(path.read_text()), "telegram_bot_token": BOT}))
        person = signed_in(agency, "agent1")
        person.gate.link_telegram(person.actor(), telegram(widget(77, now(agency))), HOME)

    def test_79_the_token_is_told_to_nobody(self, place: Agency) -> None:
        assert BOT not in repr(place.realty.settings)
        assert BOT not in repr(place.realty.gate.__dict__)
