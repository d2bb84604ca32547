"""The words by which a text is found: on a real FTS5 table, and on PostgreSQL where it is installed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pysqlite3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from realty_cli.store.search import MAX_TERMS, _Memo, document, fold, parse, phone_tokens
from tests.postgres import connect

Finds = Callable[..., bool]

# Two ways for each engine to hold the stems: taken as they are, or read once more by the engine's own parser.
AS_THEY_ARE = ["fts5 ascii", "postgres array"]
READ_AGAIN = ["fts5 unicode61", "postgres simple"]


@contextmanager
def finds_on(name: str, request: pytest.FixtureRequest) -> Iterator[Finds]:
    """finds(document, query, prefix=False) on the named engine."""
    if name.startswith("fts5"):
        tokenise = {"fts5 ascii": "ascii", "fts5 unicode61": "unicode61 remove_diacritics 0"}[name]
        with closing(pysqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.execute(
                f"CREATE VIRTUAL TABLE s USING fts5(text, content='', contentless_delete=1, tokenize='{tokenise}')"
            )
            yield sqlite_finds(connection)
    else:
        with connect(request.getfixturevalue("postgres").url()) as server:
            if name == "postgres array":
                yield postgres_finds(server, "array_to_tsvector(string_to_array(%s, ' '))", "CAST(%s AS tsquery)")
            else:
                yield postgres_finds(server, "to_tsvector('simple', %s)", "to_tsquery('simple', %s)")


@pytest.fixture(scope="module", params=AS_THEY_ARE + READ_AGAIN)
def engine(request: pytest.FixtureRequest) -> Iterator[Finds]:
    with finds_on(request.param, request) as finds:
        yield finds


@pytest.fixture(scope="module", params=AS_THEY_ARE)
def unread(request: pytest.FixtureRequest) -> Iterator[Finds]:
    with finds_on(request.param, request) as finds:
        yield finds


def sqlite_finds(connection: Any) -> Finds:
    def finds(text: str, query: str, prefix: bool = False) -> bool:
        match = parse(query).fts5(prefix)
        connection.execute("DELETE FROM s WHERE rowid = 1")
        connection.execute("INSERT INTO s(rowid, text) VALUES (1, ?)", (text,))
        return match is not None and bool(connection.execute("SELECT 1 FROM s WHERE s MATCH ?", (match,)).fetchall())

    return finds


def postgres_finds(connection: Any, vector: str, tsquery: str) -> Finds:
    def finds(text: str, query: str, prefix: bool = False) -> bool:
        match = parse(query).tsquery(prefix)
        found = connection.execute(f"SELECT {vector} @@ {tsquery}", (text, match or "")).fetchone()
        return match is not None and bool(found[0])

    return finds


FLAT = (
    "Продаётся 2-к. квартира, 54,3 м², 5/9 эт.\u00a0Рядом с метро «Юго-Западная», 80 метров от парка. "
    "Дом П-44Т, ул. Ленина, д. 9к1. Евроремонт, окна во двор, без комиссии. Участок у новостройки."
)
HOUSE = (
    "Bright 3-bedroom apartments near the park, renovated kitchens; owner's price. Wi-Fi, 120 m2. "
    "ЖК «Сокольники Парк», 7-я Парковая ул., д. 29А, студия 25м2, потолки 3 м"
)

FOUND = [
    (FLAT, "квартира"), (FLAT, "КВАРТИРЫ"), (FLAT, "квартиры у метро"), (FLAT, "квартирами, метро!"),
    (FLAT, "продается квартира"), (FLAT, "продаётся"), (FLAT, "54 м2"), (FLAT, "54 м²"), (FLAT, "юго-западная"),
    (FLAT, "Юго Западную"), (FLAT, "югозападная"), (FLAT, "западной"), (FLAT, "п44т"), (FLAT, "П-44т"), (FLAT, "44т"),
    (FLAT, "п-44"), (FLAT, "улица Ленина"), (FLAT, "Ленина 9к1"), (FLAT, "Ленина, д. 9"), (FLAT, "2-к квартира"),
    (FLAT, "2к"), (FLAT, "двушка"), (FLAT, "двухкомнатную квартиру"), (FLAT, "2-комнатная"), (FLAT, "2-комн. кв") ,
    (FLAT, "без комиссии"), (FLAT, "двора"), (FLAT, "окно"), (FLAT, "окон"), (FLAT, "участков"), (FLAT, "участка"),
    (FLAT, "новостроек"), (FLAT, "с метро рядом"), (FLAT, "9k1"), (FLAT, "9K1 (Ленина)"), (FLAT, "5/9"),
    (HOUSE, "bright apartment"), (HOUSE, "park"), (HOUSE, "PARKS"), (HOUSE, "kitchen renovation"), (HOUSE, "owners"),
    (HOUSE, "owner’s"), (HOUSE, "wifi"), (HOUSE, "wi-fi"), (HOUSE, "3 bedrooms"), (HOUSE, "120 м²"), (HOUSE, "25 м2"),
    (HOUSE, "25м2"), (HOUSE, "студии"), (HOUSE, "студию в Сокольниках"), (HOUSE, "парка"), (HOUSE, "7 парковая"),
    (HOUSE, "7-й Парковой"), (HOUSE, "29A"), (HOUSE, "29а"), (HOUSE, "потолок"), (HOUSE, "потолками 3"),
    ("Не первый этаж", "не первом этаже"), ("зáмок у моря", "замки"), ("Йошкар-Ола", "йошкар-оле"),
    ("Йошкар-Ола", unicodedata.normalize("NFD", "йошкар")), ("кoмнатa с латинскими o и a", "комнаты"),
    ("café Zürich", "cafe zurich"), ("пр-кт. Мира", "проспект мира"), ("сов\u00adме\u200bщён", "совмещен"),
    ("не\u202eбо", "небо"), ("д.5,кв.12", "5 кв 12"), ("Кадастровый 77:01:0001001:1234", "77:01:0001001:1234"),
    ("a%n", "a%n"), ("цена 10% ниже", "10%"), ("под ключ", "под ключ"), ("кухня", "кухонь"), ("метро", "метро"),
    ("вл11", "вл11"), ("12 этаж 2024 год", "2024"), ("ＷＩＦＩ ２０２４", "wifi 2024"), ("½ доли", "1/2"),
]  # fmt: skip

NOT_FOUND = [
    (FLAT, "дача"), (FLAT, "метро Сокольники"), (FLAT, "квартал"), (FLAT, "квартира с камином"), (FLAT, "3-к"),
    (FLAT, "3к квартира"), (FLAT, "трешка"), (FLAT, "однокомнатная"), (FLAT, "9к2"), (FLAT, "п-46"), (FLAT, "п44"),
    (FLAT, "северо-западная"), (FLAT, "55 м2"), (FLAT, "4"), (FLAT, "кв*"), (FLAT, "квар"), (FLAT, "%"), (FLAT, "_"),
    (FLAT, "к%ра"), (FLAT, "кв_ртира"), (FLAT, "*"), (FLAT, '"'), (FLAT, ""), (FLAT, "!!!"),
    (FLAT, "дача OR квартира"),
    (FLAT, "квартира AND дача"), (FLAT, "NOT дача"), (FLAT, "text:дача"), (FLAT, "^дача"), (FLAT, "дача | квартира"),
    (FLAT, "!дача"), (FLAT, "NEAR(квартира дача)"), (FLAT, "-дача"), (FLAT, "квартира <-> дача"),
    ("80 метров", "метро"), ("метро", "метров"), ("комиссия", "без комиссии"), ("первый этаж", "не первый этаж"),
    (HOUSE, "apartheid"), (HOUSE, "parquet"), (HOUSE, "no park"), (HOUSE, "studio"),
    (HOUSE, "2 bedrooms"), (HOUSE, "29б"),
    (HOUSE, "25 м3"), ("", "дом"), ("дом", "д"), ("б", "%б%ж"), ("an", "a%n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "query"), FOUND)
def test_found(engine: Finds, text: str, query: str) -> None:
    assert engine(document(text), query), (document(text), parse(query))


@pytest.mark.parametrize(("text", "query"), NOT_FOUND)
def test_not_found(engine: Finds, text: str, query: str) -> None:
    assert not engine(document(text), query), (document(text), parse(query))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("м. Сокольники", "сокольн"), ("м. Сокольники", "Соколь"), ("участок", "участо"),
        ("новостройка у метро", "новостр мет"),
        ("подъезд", "под"), ("П-44Т", "п-4"), ("Юго-Западная", "юго-зап"), ("Properties", "propert"), ("owner", "own"),
        ("студия", "студи"), ("29А", "29"),
    ],
)  # fmt: skip
def test_beginnings_are_found_on_the_second_try(engine: Finds, text: str, query: str) -> None:
    assert engine(document(text), query, prefix=True)


@pytest.mark.parametrize(
    ("text", "query"), [("дом 123", "12"), ("Сокольники", "кольники"), ("стена", "сте%ена"), ("дом", "*")]
)
def test_beginnings_are_not_middles_nor_numbers(engine: Finds, text: str, query: str) -> None:
    assert not engine(document(text), query, prefix=True)


PHONE = "+79161234567"
NOTATIONS = (
    "+7 (916) 123-45-67", "8 916 123 45 67", "8(916)123-4567", "89161234567", "9161234567", PHONE, "916.123.45.67",
)  # fmt: skip


@pytest.mark.parametrize("written", NOTATIONS)
def test_every_fragment_of_a_phone_finds_it(engine: Finds, written: str) -> None:
    held = f"{document('Дом у реки')} {phone_tokens(PHONE, None, '+375291112233')}"
    for start in range(len(written)):
        for end in range(start + 3, len(written) + 1):
            fragment = written[start:end]
            if len(re.sub(r"\D", "", fragment)) >= 3:
                assert engine(held, fragment), fragment


@pytest.mark.parametrize(
    ("phone", "query"),
    [
        ("+375291112233", "+375 29 111"), ("+375291112233", "375(29)"), ("+375291112233", "8 029 111-22-33"),
        ("+375291112233", "8 10 375 29 111 22 33"), ("+375291112233", "00375 29 111"),
        ("+380671234567", "067 123 45 67"),
        ("+77011234567", "8 701 123"), ("+442079460018", "020 7946"), (PHONE, "дом 916 123"),
        (PHONE, "\u202a+7 916 123\u202c"),
        (PHONE, "89161234567 89161234567"), (PHONE, "+7\u00a0916\u00a0123‑45–67"),
    ],
)  # fmt: skip
def test_phones_are_found_in_the_notations_of_their_countries(engine: Finds, phone: str, query: str) -> None:
    assert engine(f"{document('дом')} {phone_tokens(phone)}", query)


@pytest.mark.parametrize("query", ["917", "91", "8 917 123", "ё916", "е916", "p916", "916а", "+1 916 123", "16123а"])
def test_other_numbers_do_not_find_a_phone(engine: Finds, query: str) -> None:
    assert not engine(phone_tokens(PHONE), query)


def test_digits_stand_for_a_word_or_for_a_phone(engine: Finds) -> None:
    assert engine(document("лот 916"), "916")
    assert not engine(document("лот 9161"), "916", prefix=True)
    assert not engine(phone_tokens("+74951234567"), "916")


def test_the_stems_are_plain_words() -> None:
    assert document("Продаётся 2-к. квартира у метро", None, "", "P.S. Wi-Fi") == (
        "прода 2комнатн 2 квартир метро p s wifi wi fi"
    )
    assert document(None) == document("", None) == document("— !!! на") == document() == ""
    assert phone_tokens("+7 916", None, "") == "ё7916 ё916"
    assert phone_tokens() == phone_tokens("12") == ""


def test_nothing_typed_is_no_filter_and_no_word_is_no_result() -> None:
    assert parse(" \u00a0\n").blank
    assert parse("").fts5() is parse("").tsquery() is None
    assert not parse("%").blank
    assert parse("%").fts5() is parse("%").tsquery(prefix=True) is None


def test_function_words_alone_are_words() -> None:
    assert parse("под").fts5() == '"под"'
    assert parse("и / или").fts5(prefix=True) == '"и"* AND "или"*'
    assert parse("под дом").fts5() == '"дом"'


@pytest.mark.parametrize(
    "evil",
    ["1 ", "1-", "а-", "(", "1(", "\u0301", "\ufdfa", "ш", "1", "+", "7 916 ", '"*"', "1-1а", "a1", "' \\", "\x00",
     "\ud800", "AND "],
)  # fmt: skip
def test_fifty_kilobytes_of_anything_are_read_in_bounds(engine: Finds, evil: str) -> None:
    query = evil * (50_000 // len(evil))
    assert len(parse(query).terms) <= MAX_TERMS
    engine(document("дом"), query)
    engine(document("дом"), query, prefix=True)


def test_no_more_than_so_many_terms(engine: Finds) -> None:
    many = " ".join(f"{chr(ord('а') + i % 32)}ж{i}щ-ю{i}" for i in range(300))
    assert len(parse(many).terms) == MAX_TERMS
    assert engine(document(many), many)
    assert engine(document(many), many, prefix=True)


QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Scripts that both engines and Python know; beyond them the parsers differ.
LETTERS = st.text(st.characters(codec="utf-8", max_codepoint=0x24FF), max_size=60)
RUSSIAN = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАЯЁabcxyzTHE0123456789 -./'’,()%\u0301\u200b²½", max_size=80)
SYNTAX = st.lists(
    st.sampled_from(
        ["AND", "OR", "NOT", "NEAR(", "*", '"', "'", ":", "^", "{", "}", "(", ")", "-", "+", "\\", "|", "&", "!",
         "<->", ":*", "text", "дом", "1", "%", "_", " ", "\x00", "\n"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@QUICK
@given(query=st.text() | RUSSIAN | SYNTAX, prefix=st.booleans())
@example(query="\ud800", prefix=True)
def test_no_text_makes_an_engine_raise(engine: Finds, query: str, prefix: bool) -> None:
    engine(document("дом у реки", "the house"), query, prefix)


@QUICK
@given(text=LETTERS | RUSSIAN | SYNTAX)
def test_any_word_of_a_document_finds_it(engine: Finds, text: str) -> None:
    assert_each_word_is_found(engine, text)


@QUICK
@given(text=st.text())
def test_any_word_of_any_script_finds_it_where_no_engine_reads(unread: Finds, text: str) -> None:
    assert_each_word_is_found(unread, text)


def assert_each_word_is_found(engine: Finds, text: str) -> None:
    held = document(text)
    # A piece of an abbreviation or of an ordinal (б-р, 7-я) is not a word.
    pieces = {piece for piece in re.findall(r"[^\W_]+", fold(text)) if len(piece) > 2 or piece.isdecimal()}
    for word in pieces | set(text.split()):
        if document(word):  # a function word is not held
            assert engine(held, word), (word, held)
            assert engine(held, word, prefix=True), (word, held)
    if held:
        assert engine(held, text), held


@given(text=st.text())
def test_stems_are_parted_by_single_spaces(text: str) -> None:
    held = document(text)
    assert held == " ".join(held.split())
    assert all(token.isalnum() and len(token) <= 64 and "ё" not in token for token in held.split())


@given(texts=st.lists(st.none() | RUSSIAN, max_size=4))
def test_several_texts_are_as_one(texts: list[str | None]) -> None:
    assert document(*texts) == document(" ".join(filter(None, texts)))


@QUICK
@given(
    digits=st.from_regex(r"\A[1-9][0-9]{7,14}\Z"),
    gaps=st.lists(st.sampled_from(["", "", " ", "-", "(", ") ", " - "]), min_size=15, max_size=15),
    data=st.data(),
)
def test_any_fragment_of_any_number_finds_it(engine: Finds, digits: str, gaps: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(digits) - 3))
    end = data.draw(st.integers(start + 3, len(digits)))
    fragment = "".join(digit + gap for digit, gap in zip(digits[start:end], gaps, strict=False))
    assert engine(phone_tokens("+" + digits), fragment)


def test_several_threads_stem_alike() -> None:
    words = [
        f"{stem}{end}" for stem in ("бряг", "клемтан", "шурдов") for end in ("ами", "ости", "ующий", "ениями")
    ] * 50
    fresh = [f"{word} {word}{number % 7}ность {word}ing" for number, word in enumerate(words)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(document, fresh))
    assert together == [document(text) for text in fresh]


def test_the_memory_of_words_is_bounded() -> None:
    memo = _Memo(str.upper, limit=10)
    assert [memo[f"w{number}"] for number in range(100)] == [f"W{number}" for number in range(100)]
    assert memo["я" * 1000] == "Я" * 1000
    assert len(memo) + len(memo.older) <= 20
    assert all(len(key) < 1000 for key in memo)
