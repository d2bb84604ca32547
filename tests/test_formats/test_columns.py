"""The quick writers of csv and JSON give, byte for byte, what the plain ones give."""

from __future__ import annotations

import io
import math
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.csv_codec import CsvCodec
from realty_cli.formats.csv_columns import ByColumns, Kind
from realty_cli.formats.json_codec import JsonCodec, JsonLinesCodec
from realty_cli.formats.registry import CODECS

_TEXTS = st.one_of(
    st.text(max_size=6),
    st.text(alphabet="'=+-@＝－ \t\r\n\0\xa0\u2028,;|.\"№«aЯ1\U0001f600", max_size=6),
    st.sampled_from(["", "=1+1", "''-1", "+79161234567", "-5", "null", "e", "a,b", 'say "no"', "x\ry", " ", "—"]),
)
_NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.integers(-(10**6), 10**6).map(lambda whole: whole / 100),
    st.sampled_from([0.1 + 0.2, 1e-5, 0.0001, 10.00001, 1e15, 1e16, 123456789012345680.0, -0.0, 2**63, 2**64, 10**30]),
)
_VALUES = {
    "text": st.one_of(st.none(), _TEXTS),
    "number": st.one_of(st.none(), _NUMBERS),
    "flag": st.sampled_from([None, True, False]),
    "json": st.one_of(
        st.none(),
        st.lists(_TEXTS, max_size=2),
        st.dictionaries(_TEXTS, st.one_of(_TEXTS, st.integers(0, 9)), max_size=2),
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Kind], list[list[Any]]]:
    kinds = draw(st.lists(st.sampled_from(list(_VALUES)), min_size=1, max_size=4))
    count = draw(st.integers(1, 6))
    return kinds, [draw(st.lists(_VALUES[kind], min_size=count, max_size=count)) for kind in kinds]  # type: ignore


def quick(codec: Any, kinds: list[Kind], columns: list[list[Any]], options: WriteOptions) -> bytes:
    def stored_value(kind: Kind, value: Any) -> Any:
        if value is None or kind in ("number", "flag"):
            return value
        return value.encode() if kind == "text" else orjson.dumps(value)

    stored = [[stored_value(kind, one) for one in column] for kind, column in zip(kinds, columns, strict=True)]
    out = io.BytesIO()
    assert codec.write_columns(out, [*"abcd"[: len(kinds)]], kinds, [stored], options=options) == len(columns[0])
    return out.getvalue()


def plain(codec: Any, kinds: list[Kind], columns: list[list[Any]], options: WriteOptions) -> bytes:
    out = io.BytesIO()
    codec.write(out, [*"abcd"[: len(kinds)]], list(zip(*columns, strict=True)), options=options)
    return out.getvalue()


@given(
    tables(),
    st.sampled_from(["csv", "tsv"]),
    st.builds(
        WriteOptions,
        excel=st.booleans(),
        bom=st.booleans(),
        delimiter=st.sampled_from([None, None, ",", ";", "|", "."]),
        line_ending=st.sampled_from(["\n", "\r\n"]),
    ),
)
@example((["number"], [[None, 1, -0.5]]), "csv", WriteOptions(excel=True, delimiter=","))
@example((["text"], [[None, "", "a"]]), "csv", WriteOptions())
@example((["number"], [[math.nan, math.inf, None]]), "csv", WriteOptions())
def test_quick_and_plain_are_equal(table: tuple[list[Kind], list[list[Any]]], name: str, options: WriteOptions) -> None:
    assert quick(CsvCodec(name), *table, options) == plain(CsvCodec(name), *table, options)


@given(tables(), st.sampled_from(["json", "jsonl"]))
@example((["text", "number", "text"], [[None], [None], [None]]), "jsonl")
@example((["text", "number", "text"], [[None, None], ["a,b", 1], [None, None]]), "json")
def test_json_too(table: tuple[list[Kind], list[list[Any]]], name: str) -> None:
    kinds, columns = table
    fitting = [
        [None if isinstance(one, int) and not -(2**63) <= one < 2**64 else one for one in column] for column in columns
    ]
    assert quick(CODECS[name], kinds, fitting, WriteOptions()) == plain(CODECS[name], kinds, fitting, WriteOptions())


def test_flags_of_a_store_without_booleans() -> None:
    assert quick(CsvCodec("csv"), ["flag", "number"], [[1, 0, None], [1, 2, 3]], WriteOptions()) == (
        b"a,b\ntrue,1\nfalse,2\n,3\n"
    )


def test_a_text_among_numbers_is_guarded_and_quoted() -> None:
    """SQLite keeps a text in a column of numbers, if a foreign hand writes one."""
    table: tuple[list[Kind], list[list[Any]]] = (["number"], [[1, '=A1,"', 2]])
    assert quick(CsvCodec("csv"), *table, WriteOptions()) == plain(CsvCodec("csv"), *table, WriteOptions())


def test_which_formats_can() -> None:
    assert [name for name, codec in CODECS.items() if isinstance(codec, ByColumns)] == ["csv", "tsv", "json", "jsonl"]


@pytest.mark.parametrize("texts", [[b"\xff"], [b"\xd0", b"\x90"], [b"=\xd0"]])
def test_bytes_that_are_no_text_are_refused(texts: list[bytes]) -> None:
    for codec in (CsvCodec("csv"), JsonCodec(), JsonLinesCodec()):
        with pytest.raises(UnicodeDecodeError):
            codec.write_columns(io.BytesIO(), ["a"], ["text"], [[texts]])
