"""JSON lists and JSON Lines: streamed, and stricter than most parsers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.formats import json_scan
from realty_cli.formats.codec import BLOCK_ROWS, Limits
from realty_cli.formats.registry import codec_for

FLATS = [{"title": "Студия", "price": 4_500_000}, {"title": "Дом", "price": 9.5, "rooms": None}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("escaped", [True, False])
def test_list_of_objects_keeps_types(read: Any, indent: int | None, escaped: bool) -> None:
    found = read(json.dumps(FLATS, indent=indent, ensure_ascii=escaped), "json")
    assert found.headers == [("title", "price"), ("title", "price", "rooms")]
    assert found.rows == [["Студия", 4_500_000], ["Дом", 9.5, None]]
    assert found.lines == [1, 2]


def test_items_of_an_answer_of_the_api(read: Any) -> None:
    page = {
        "total": 7,
        "links": {"next": "/x?items=[1]", "items": [0]},
        "tags": ['"items":['],
        "items": FLATS,
        "end": {},
    }
    assert read(json.dumps(page), "json").rows == [["Студия", 4_500_000], ["Дом", 9.5, None]]


@pytest.mark.parametrize("text", ["[]", " [ ] \n", '{"items": []}', '{"total":0,"items":[],"next":null}'])
def test_no_rows(read: Any, text: str) -> None:
    found = read(text, "json")
    assert (found.rows, found.problems, found.failure) == ([], [], None)


def test_same_keys_in_another_order_stay_in_one_block(read: Any) -> None:
    found = read('[{"a":1,"b":2},{"b":4,"a":3},{"a":5},{"a":6,"b":7}]', "json")
    assert found.headers == [("a", "b"), ("a",)]
    assert found.rows == [[1, 2], [3, 4], [5], [6, 7]]


def test_equal_headers_share_one_tuple() -> None:
    with codec_for("x.jsonl").read(io.BytesIO(b'{"a":1}\n{"b":1}\n{"a":2}\n')) as table:
        first, second, third = table.blocks()
    assert first.header is third.header != second.header


BROKEN_LISTS = {
    "torn off within an element": '[{"a":1},{"a":2',
    "torn off within a text": '[{"a":1},{"a":"x',
    "torn off after an element": '[{"a":1},{"a":2}',
    "torn off after a comma": '[{"a":1},{"a":2},',
    "no comma": '[{"a":1},{"a":2} {"a":3}]',
    "comma at the end": '[{"a":1},{"a":2},]',
    "two commas": '[{"a":1},{"a":2},,{"a":3}]',
    "text after the list": '[{"a":1},{"a":2}] tail',
    "second list": '[{"a":1},{"a":2}][{"a":3}]',
    "closed twice": '[{"a":1},{"a":2}]]',
    "colon in the list": '[{"a":1},{"a":2},:]',
    "broken after the items": '{"items":[{"a":1},{"a":2}],"x":}',
    "answer torn off after the items": '{"items":[{"a":1},{"a":2}]',
}


@pytest.mark.parametrize("trouble", BROKEN_LISTS)
def test_broken_list_gives_what_came_before(read: Any, trouble: str) -> None:
    found = read(BROKEN_LISTS[trouble], "json")
    assert found.rows[0] == [1]
    assert found.failure is not None
    assert found.failure.fields[0].code == "json.broken_list"
    assert found.failure.fields[0].params["row"] in (2, 3)


NO_LISTS = [
    '{"detail": "not found"}',
    "5",
    '"text"',
    "null",
    "title,price\n1,2\n",
    '{"a":1}\n{"a":2}\n',
    '{"items": 5}',
    "{",
]


@pytest.mark.parametrize("text", NO_LISTS)
def test_no_list_in_it(read: Any, text: str) -> None:
    found = read(text, "json")
    assert found.rows == []
    assert found.failure.fields[0].code in ("json.no_list", "json.broken_list")


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_in_it(read: Any, text: str) -> None:
    assert read(text, "json").failure.fields[0].code == "file.empty"
    assert read(text, "jsonl").rows == []


ROWS = {
    "nan": ('{"a":NaN}', "json.broken"),
    "infinity": ('{"a":-Infinity}', "json.broken"),
    "infinite by its exponent": ('{"a":1e999}', "json.broken"),
    "200,000 digits": ('{"a":' + "9" * 200_000 + "}", "json.broken"),
    "duplicate key": ('{"a":1,"a":2}', "json.duplicate_key"),
    "duplicate key with spaced colons": ('{"a" : 1, "a"\t: 2}', "json.duplicate_key"),
    "duplicate key written as escape": ('{"a":1,"\\u0061":2}', "json.duplicate_key"),
    "duplicate key beside an escaped quote": ('{"a":"\\"","a":"\\\\"}', "json.duplicate_key"),
    "duplicate key in a nested object": ('{"a":[{"b":"x","b":"y"}]}', "json.duplicate_key"),
    "single quotes": ("{'a':1}", "json.broken"),
    "comment": ('{"a":1 /* one */}', "json.broken"),
    "lone surrogate": ('{"a":"\\ud800"}', "json.broken"),
    "list": ("[1,2]", "json.not_object"),
    "number": ("5", "json.not_object"),
    "null": ("null", "json.not_object"),
    "empty object": ("{}", "json.empty_object"),
    "101 brackets": ('{"a":' + "[" * 100 + "]" * 100 + "}", "json.too_deep"),
    "200,000 keys": ("{" + ",".join(f'"k{n}":1' for n in range(200_000)) + "}", "json.too_many_keys"),
    "text over the limit": ('{"a":"' + "я" * 1_050_000 + '"}', "row.field_too_long"),
}


@pytest.mark.parametrize("name", ["json", "jsonl"])
@pytest.mark.parametrize("trouble", ROWS)
def test_row_that_is_refused_alone(read: Any, trouble: str, name: str) -> None:
    bad, code = ROWS[trouble]
    text = f'[{{"a":1}},\n{bad},\n{{"a":3}}]' if name == "json" else f'{{"a":1}}\n{bad}\n{{"a":3}}\n'
    found = read(text, name)
    assert found.failure is None
    assert found.rows == [[1], [3]]
    assert found.lines == [1, 3]
    assert found.codes == [(2, code)]


def test_100_brackets_are_allowed(read: Any) -> None:
    deep = '{"a":' + "[" * 99 + "]" * 99 + "}"
    assert len(read(f"[{deep},{deep}]", "json").rows) == 2
    assert len(read(deep + "\n" + deep, "jsonl").rows) == 2


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_100_000_brackets(read: Any, bracket: str) -> None:
    assert read("[" + bracket * 100_000, "json").failure.fields[0].code == "json.too_deep"
    assert read(bracket * 100_000 + "\n", "jsonl").codes == [(1, "json.too_deep")]
    if bracket != "[":
        assert read(bracket * 100_000, "json").failure.fields[0].code == "json.too_deep"


def test_2_000_brackets_that_are_closed(read: Any) -> None:
    deep = '{"a":' + "[" * 1_999 + "]" * 1_999 + "}"
    assert read(f'[{{"a":1}},{deep}]', "json").failure.fields[0].code == "json.too_deep"
    assert read(f'{{"a":1}}\n{deep}\n', "jsonl").codes == [(2, "json.too_deep")]


def test_many_brackets_that_do_not_nest(read: Any) -> None:
    text = json.dumps([{"photos": [{"url": "[[[{"}] * 300, "note": '{"[\\'}] * 20)
    found = read(text, "json")
    assert len(found.rows) == 20
    assert not found.problems


def test_endless_element(read: Any) -> None:
    limits = Limits(row_bytes=1 << 20, field_bytes=1 << 10)
    assert read('[{"a":"' + "x" * (3 << 20), "json", limits).failure.fields[0].code == "file.row_too_long"
    assert read('{"a":"' + "x" * (3 << 20), "jsonl", limits).failure.fields[0].code == "file.row_too_long"


def test_too_many_rows(read: Any) -> None:
    rows = [{"a": n} for n in range(BLOCK_ROWS + 5)]
    for name, text in (("json", json.dumps(rows)), ("jsonl", "\n".join(map(json.dumps, rows)))):
        assert len(read(text, name, Limits(rows=BLOCK_ROWS + 5)).rows) == BLOCK_ROWS + 5
        found = read(text, name, Limits(rows=BLOCK_ROWS + 4))
        assert found.failure.fields[0].code == "file.too_many_rows"


def test_lines_keep_their_numbers_over_blank_ones(read: Any) -> None:
    found = read('\n{"a":1}\r\n  \n{"a":2}', "jsonl")
    assert found.lines == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_other_encodings(read: Any, encoding: str, name: str) -> None:
    text = '{"title":"Светлая квартира у метро","price":5}'
    found = read((f"[{text}]" if name == "json" else text + "\n").encode(encoding), name)
    assert found.encoding == encoding
    assert found.records == [{"title": "Светлая квартира у метро", "price": 5}]


def test_torn_letter_is_a_problem_of_its_row(read: Any) -> None:
    good = '{"title":"Квартира"}\n'.encode()
    found = read(good * 10 + b'{"title":"\xd0"}\n' + good, "jsonl")
    assert (len(found.rows), found.codes) == (11, [(11, "json.broken")])


def test_nested_lists_do_not_mislead_the_window(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_scan, "WINDOW", 64)
    rows = [{"n": n, "photos": [{"u": "}, {"}, {"u": "]"}], "t": '"},{"'} for n in range(200)]
    found = read(json.dumps(rows), "json")
    assert found.records == rows


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(st.text(), VALUES, min_size=1, max_size=4), max_size=12)


@settings(deadline=None)
@given(
    rows=OBJECTS,
    window=st.integers(1, 200),
    indent=st.sampled_from([None, 0, 2]),
    escaped=st.booleans(),
    tail=st.dictionaries(st.text().filter(lambda key: key != "items"), VALUES, max_size=2),
    wrapped=st.booleans(),
)
def test_any_list_is_read_whatever_the_window(
    read: Any, rows: list[Any], window: int, indent: int | None, escaped: bool, tail: dict[str, Any], wrapped: bool
) -> None:
    value: Any = {**tail, "items": rows, "after": tail} if wrapped else rows
    text = json.dumps(value, indent=indent, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    before = json_scan.WINDOW
    json_scan.WINDOW = window
    try:
        found = []
        with codec_for("x.json").read(io.BytesIO(text)) as table:
            for block in table.blocks():
                assert not block.problems
                found += [dict(zip(block.header, row, strict=True)) for row in block.rows]
    finally:
        json_scan.WINDOW = before
    assert found == rows


@settings(deadline=None)
@given(
    data=st.text(alphabet='[]{}",:\\ a1\n', max_size=60).map(str.encode) | st.binary(max_size=60),
    window=st.integers(1, 20),
)
def test_no_bytes_make_the_reader_fail_otherwise_than_by_invalid(read: Any, data: bytes, window: int) -> None:
    from realty_cli.errors import Invalid

    before = json_scan.WINDOW
    json_scan.WINDOW = window
    try:
        for name in ("json", "jsonl", "csv", "tsv", "xlsx"):
            for text in (data, b"[" + data + b"]", b'{"items":[' + data):
                try:
                    read(text, name)
                except Invalid:
                    pass
    finally:
        json_scan.WINDOW = before


@settings(deadline=None)
@given(text=st.text(alphabet='{}[]":,\\ab1 \n', max_size=40))
def test_what_the_standard_parser_accepts_with_unique_keys_is_what_we_accept(read: Any, text: str) -> None:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("duplicate")
        return dict(pairs)

    try:
        value = json.loads(text, object_pairs_hook=unique)
    except ValueError:
        value = None
    found = read(f"[{text}]", "json")
    if isinstance(value, dict) and value:
        assert found.records == [value]
    elif not found.failure and found.rows:
        assert [dict(zip(h, r, strict=True)) for h, r in zip(found.headers, found.rows, strict=False)]
