"""Names and addresses: one form for all that looks or is read the same (item 55), also when many ask at once."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.auth.names import check_name, email_key, name_key, parse_email
from realty_cli.auth.signing import KeyRing
from realty_cli.errors import Conflict, Invalid, RealtyError
from realty_cli.kit.lookalikes import mixes_alphabets, skeleton
from tests.conftest import Agency, HandClock
from tests.test_auth.people import registered

NAMES = st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "M")), min_size=1, max_size=30)


@given(NAMES)
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name) or unicodedata.normalize("NFKC", name) != name
    assert skeleton(skeleton(name)) == skeleton(name) or unicodedata.normalize("NFKC", name) != name


@given(st.text("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщыэюя0123456789", min_size=1, max_size=20))
def test_case_width_and_blanks_make_no_other_name(name: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    for other in (name.upper(), name.title(), f" {name} ", wide):
        assert name_key(other) == name_key(name)
        assert skeleton(other) == skeleton(name)


@given(st.text("aeopcxkmhbty", min_size=1, max_size=20))
def test_the_same_word_in_the_other_alphabet(name: str) -> None:
    cyrillic = name.translate(str.maketrans("aeopcxkmhbty", "аеорсхкмнвту"))
    assert name_key(cyrillic) != name_key(name)
    assert skeleton(cyrillic) == skeleton(name)


@given(NAMES)
def test_a_name_is_kept_as_it_is_written_or_refused(name: str) -> None:
    try:
        kept = check_name(name)
    except Invalid:
        return
    assert kept == unicodedata.normalize("NFC", name).strip()
    assert kept.isprintable()
    assert check_name(kept) == kept


@pytest.mark.parametrize(
    ("text", "mixed"),
    [("Anna", False), ("Анна", False), ("Anna Иванова", False), ("Аnna", True), ("Anna1", False), ("αnna", True),
     ("", False), ("田中anna", False)],
)  # fmt: skip
def test_words_of_two_alphabets(text: str, mixed: bool) -> None:
    assert mixes_alphabets(text) is mixed


@given(st.emails())
def test_addresses_of_the_standard(address: str) -> None:
    """What is taken has one key, whatever the case of its letters; the rest is refused without an error of ours."""
    found = parse_email(address)
    if found is not None:
        assert email_key(address.upper()) == found[1] == email_key(found[1])
        assert found[1].isascii()


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = parse_email(text)
    if found is not None:
        shown, key = found
        assert shown.count("@") == key.count("@") == 1
        assert all(part.isprintable() for part in found)
        assert not set(key) & set(" \r\n\t,;<>")


def test_one_name_for_one_of_many(agency: Agency) -> None:
    def take(number: int) -> str:
        try:
            registered(agency, "agent1", email=f"agent{number}@example.com")
        except Conflict as error:
            return error.code
        return ""

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(6)))
    assert sorted(taken) == ["", *["account.taken"] * 5]


def test_one_key_for_many_first_uses(tmp_path: Path) -> None:
    rings = [KeyRing(tmp_path / "keys.json", HandClock()) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        kids = set(pool.map(lambda ring: ring.current().kid, rings))
    assert len(kids) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_an_account_of_an_old_store_is_found_by_its_looks(agency: Agency) -> None:
    """anna was made by the command line, without a look of its own in stores of the first version."""
    for name in ("anna", "ANNA", "аnnа"):
        with pytest.raises(RealtyError):
            registered(agency, name, email="other@example.com")
