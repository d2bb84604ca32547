"""Phones: every notation to one form, numbers in running text, fragments that find what they should."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from realty_cli.kit.phones import digits, display, find, fragment, mask, normalise, spans, suffixes

LISTINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "listings"

NATIONAL = st.one_of(st.from_regex(r"[3489][0-9]{9}", fullmatch=True), st.from_regex(r"7[0-7][0-9]{8}", fullmatch=True))
NOTATIONS = (
    "+7{0}{1}{2}{3}",
    "+7 {0} {1}-{2}-{3}",
    "+7({0}){1}-{2}-{3}",
    "+7 ({0}) {1} {2} {3}",
    "+7-{0}-{1}-{2}-{3}",
    "+7\u00a0{0}\u00a0{1}\u2011{2}\u2011{3}",
    "8{0}{1}{2}{3}",
    "8 {0} {1}-{2}-{3}",
    "8 ({0}) {1}-{2}-{3}",
    "8({0}){1}{2}{3}",
    "8-{0}-{1}-{2}-{3}",
    "8.{0}.{1}.{2}.{3}",
    "8 {0} {1} {2}{3}",
    "7{0}{1}{2}{3}",
    "({0}) {1}-{2}-{3}",
    "{0}-{1}-{2}-{3}",
    "\u202a+7 {0} {1}-{2}-{3}\u202c",
)


def _write(notation: str, national: str) -> str:
    return notation.format(national[:3], national[3:6], national[6:8], national[8:])


@given(NATIONAL, st.sampled_from(NOTATIONS))
@settings(deadline=None)
def test_every_notation_is_one_number(national, notation):
    written = _write(notation, national)
    assert normalise(written) == normalise(written, "KZ") == f"+7{national}"
    # "8 900 000 12 25" is rather a price with two numbers after it.
    if national[3:6] != "000" or "{0} {1} {2}" not in notation:
        assert find(f"Звоните {written}, Иван") == [f"+7{national}"]
    assert national.endswith(fragment(written) or "?")
    assert len(fragment(written) or "") >= 9
    assert normalise(display(f"+7{national}", "ru")) == normalise(display(f"+7{national}", "en")) == f"+7{national}"


@given(
    st.lists(NATIONAL, min_size=1, max_size=4),
    st.sampled_from(NOTATIONS),
    st.sampled_from([", ", "; ", "\n", "/", " "]),
)
@settings(deadline=None)
def test_several_in_a_cell(nationals, notation, separator):
    assume("{0} {1} {2}" not in notation or all(national[3:6] != "000" for national in nationals))
    text = separator.join(_write(notation, national) for national in nationals)
    found = spans(text)
    assert [span.phone for span in found] == [f"+7{national}" for national in nationals]
    assert [normalise(text[span.start : span.end]) for span in found] == [span.phone for span in found]
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert find(text) == list(dict.fromkeys(f"+7{national}" for national in nationals))


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("8 800 600-35-32", "+78006003532"),
        ("89950000000", "+79950000000"),
        ("9161234567", "+79161234567"),
        ("8 (4852) 12-34-56", "+74852123456"),
        ("8(81234)5-67-89", "+78123456789"),
        ("8 (495) 123-45-67 доб. 12", "+74951234567"),
        ("тел. 8 916 123-45-67", "+79161234567"),
        ("+8 916 123 45 67", "+79161234567"),
        ("89161234567.0", "+79161234567"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("8 10 375 29 123 45 67", "+375291234567"),
        ("+996 555 123 456", "+996555123456"),
        ("+380501234567", "+380501234567"),
        ("+1 650 253 0000", "+16502530000"),
        ("８９１６１２３４５６７", "+79161234567"),
    ],
)
def test_normalise(written, phone):
    assert normalise(written) == phone


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "нет", "-", "112", "123-45-67", "+7 916 123-45", "1234567890", "+7 016 123 45 67", "8 516 123-45-67",
        "77:01:0001001:1234", "12 500 000 ₽", "89161234567, 89261234567", "+", "+++", "9" * 50_000,
        "8(916)123-45-67-89-01",
    ],
)  # fmt: skip
def test_not_a_number(written):
    assert normalise(written) is None


def test_another_country_has_its_own_notation():
    assert normalise("(650) 253-0000", "US") == "+16502530000"
    assert normalise("8 (029) 123-45-67", "BY") == "+375291234567"


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Продаю, 8 916 123 45 67 8 926 123 45 67", ["+79161234567", "+79261234567"]),
        ("тел.89161234567; тел:8-926-123-45-67", ["+79161234567", "+79261234567"]),
        ("+375 29 123-45-67 или +7 916 1234567", ["+375291234567", "+79161234567"]),
        ("https://wa.me/79161234567 https://example.org/flat/89261234567/", ["+79161234567"]),
        ("Цена 8 950 000 руб., звонить 9161234567", ["+79161234567"]),
        ("Дом 12 8 916 123-45-67", ["+79161234567"]),
        ("9161234567, 4951234567", ["+79161234567", "+74951234567"]),
        ("8 9161234567", ["+79161234567"]),
        ("+7 9 1 6 1 2 3 4 5 6 7", ["+79161234567"]),
        ("Код города (495) 123-45-67", ["+74951234567"]),
        ("8 (916) 123-45-67 доб. 123", ["+79161234567"]),
        ("89161234567.0", ["+79161234567"]),
        ("+49 30 901820 Berlin", ["+4930901820"]),
    ],
)
def test_found_in_text(text, phones):
    assert find(text) == phones


@pytest.mark.parametrize(
    "text",
    [
        "16 781 328 ₽", "2 390 000 руб.", "8 916 123 456 руб", "89 161 234 567 ₽", "89161234567 ₽", "Цена 8 950 000",
        "450 000 12 25", "8 900 000 12 25", "77:01:0001001:1234", "77:01:0001001:89161234567", "id59654707128",
        "ID 89161234567", "ИНН 7707083893", "ИНН: 9701234567", "ОГРН 1027700132195", "р/с 40817810099910004312",
        "паспорт 4510 123456", "4510 123456", "4276 3800 1234 5678", "812-345-678 90", "37.618423, 55.751244",
        "31.12.2024 10:00-12:00", "2024-01-15 10", "kvartira_45_m_55_et._9905860168", "договор № 89161234567",
        "https://www.cian.ru/sale/flat/9828447399/", "4123456789 квартира", "+7 916 123", "9161234567.55",
        "56.2/33.0/8.0", "8 500 000 000", "anna89161234567@example.org", "89161234567@example.org", "v8.9161234567",
    ],
)  # fmt: skip
def test_not_taken_for_a_phone(text):
    assert find(text) == []


@pytest.mark.skipif(not LISTINGS.is_dir(), reason="../shared/data/listings is not here")
def test_masked_real_listings_hold_no_phone():
    """Phones are masked in them; the one left is a phone that somebody typed as the deposit."""
    found = []
    for path in sorted(LISTINGS.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [cell for row in csv.reader(file) for cell in row if find(cell)]
    assert found == ["9111196080"]


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("8 (916) 123", "916123"),
        ("916123", "916123"),
        ("+7916123", "916123"),
        ("+7916…", "916"),
        ("8916", "916"),
        ("8495", "495"),
        ("8343123", "343123"),
        ("812345", "812345"),
        ("8123", "8123"),
        ("8 812 345", "812345"),
        ("7916123", "916123"),
        ("701", "701"),
        ("45-67", "4567"),
        ("+375 29 12", "2912"),
        ("80291234567", "291234567"),
        ("+8 916 123 45 67", "9161234567"),
        ("777", "777"),
        ("12", None),
        ("+7", None),
        ("+7 91", None),
        ("", None),
        ("ул. Мира, 183", None),
        ("Иванов 916", None),
        ("9" * 50_000, None),
    ],
)
def test_fragment(typed, looked_for):
    assert fragment(typed) == looked_for


@given(NATIONAL, st.integers(0, 7), st.integers(3, 10))
@settings(deadline=None)
def test_any_fragment_begins_a_suffix(national, start, size):
    piece = national[start : start + size]
    endings = suffixes(f"+7{national}")
    assert len(endings) == 8
    looked_for = fragment(piece)
    if len(piece) < 3:
        assert looked_for is None
    else:
        assert looked_for is not None
        assert any(ending.startswith(looked_for) for ending in endings)


def test_suffixes_are_of_the_national_number():
    assert suffixes("+79161234567") == [
        "9161234567", "161234567", "61234567", "1234567", "234567", "34567", "4567", "567",
    ]  # fmt: skip
    assert suffixes("+375291234567")[0] == "291234567"


def test_display_and_mask():
    assert display("+79161234567", "ru") == display("+79161234567", "en") == "+7 916 123-45-67"
    assert (display("+78006003532", "ru"), display("+78006003532", "en")) == ("8 800 600-35-32", "+7 800 600-35-32")
    assert display("+375291234567", "ru") == "+375 29 123-45-67"
    assert display("+7999", "ru")
    assert (display(None, "ru"), display("junk", "ru")) == ("—", "junk")
    assert (mask("+79161234567"), mask("+375291234567"), mask(None)) == ("+7 916 ***-**-67", "+375 29 1**-**-67", "—")
    assert digits("8 (916) 123-45-67 кв. ٣") == "89161234567"


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-() .,;/8979:№", max_size=60))
@settings(deadline=None)
def test_any_text_is_read_without_failing(text):
    for span in spans(text):
        assert span.phone.startswith("+")
        assert span.phone[1:].isdigit()
        assert 0 <= span.start < span.end <= len(text)
    for found in (normalise(text), fragment(text)):
        assert found is None or digits(found)
    mask(text)


@pytest.mark.parametrize(
    "piece", ["1", "+1", "+12345678 ", "8-", "89161234567 ", "8 916 123 45 6 ", "(", "@", "a@", "http://", "№"]
)
def test_fifty_thousand_characters_are_read_to_the_end(piece):
    text = (piece * 50_000)[:50_000]
    assert len(find(text)) <= 1
    assert normalise(text) is None
