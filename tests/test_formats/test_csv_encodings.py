"""The encodings that Russian offices really send, told apart by their bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from realty_cli.formats.charset import encoding_of
from realty_cli.formats.registry import codec_for

TEXTS = {
    "listing": "Адрес;Цена;Описание\nул. Ленина, 5;4500000;Светлая квартира с ремонтом, рядом метро\n",
    "header alone": "Адрес;Цена\n",
    "capitals": "АДРЕС;ЦЕНА;ЭТАЖ\nУЛИЦА ЛЕНИНА;5;КВАРТИРА\n",
    "mostly digits": "Цена;Площадь\n" + "4500000;45\n" * 50,
    "mixed with english": "address;price;note\nLenina str. 5;4500000;срочно, торг уместен\n",
    "letter yo and number sign": "Объект;Ещё\n№ 7 «Берёзка»;щётка, ёлка\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("trouble", TEXTS)
def test_encoding_is_found(read: Any, encoding: str, trouble: str) -> None:
    text = TEXTS[trouble]
    if encoding == "koi8-r":
        text = text.translate(str.maketrans({"№": "N", "«": '"', "»": '"'}))
    elif encoding == "cp866":
        text = text.translate(str.maketrans({"«": '"', "»": '"'}))
    found = read(text.encode(encoding), "csv")
    assert found.encoding == encoding
    assert [list(found.headers[0]), *found.rows] == [line.split(";") for line in text.replace('"', '"').splitlines()]
    assert not found.problems


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_of_either_byte_order(read: Any, order: str) -> None:
    found = read(("\ufeff" + "Адрес\tЦена\r\nЛенина\t5\r\n").encode(order), "csv")
    assert (found.encoding, found.delimiter, found.rows) == ("utf-16", "\t", [["Ленина", "5"]])


def test_first_cyrillic_letter_far_into_the_file(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "ascii_for_a_megabyte_then_cp1251.csv"
    path.write_bytes(b"id,title\n" + b"1,flat\n" * 200_000 + "2,квартира с ремонтом\n".encode("cp1251"))
    found = read(path)
    assert found.encoding == "cp1251"
    assert found.rows[-1] == ["2", "квартира с ремонтом"]


def test_torn_utf8_sequence_is_a_problem_of_its_row_not_of_the_file(read: Any) -> None:
    good = "Квартира у метро,5\n".encode()
    data = "Название,Цена\n".encode() + good * 20 + b"\xd0 \xff,6\n" + good * 20
    found = read(data, "csv")
    assert found.encoding == "utf-8"
    assert len(found.rows) == 40
    (problem,) = found.problems
    assert (problem.line, problem.code) == (22, "row.undecodable")
    assert problem.params == {"column": "Название", "encoding": "utf-8"}
    "".join(map(str, problem.cells)).encode()


def test_byte_that_cp1251_does_not_know(read: Any) -> None:
    data = "Название,Цена\n".encode("cp1251") + "Квартира с ремонтом,5\nДом у реки\x98,6\n".encode("cp1251", "replace")
    data = data.replace(b"\xf0\xe5\xea\xe8?", b"\xf0\xe5\xea\xe8\x98")
    found = read(data, "csv")
    assert (found.encoding, found.codes, len(found.rows)) == ("cp1251", [(3, "row.undecodable")], 1)


def test_undecodable_row_far_from_the_beginning_of_a_pipe() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    data = b"id,title\n" + b"1,flat\n" * 60_000 + b"2,\xea\xe2\n" + b"3,flat\n" * 60_000
    with codec_for("-", "csv").read(Pipe(data)) as table:
        problems = [problem for block in table.blocks() for problem in block.problems]
        assert table.progress() == (len(data), None)
    assert [(problem.line, problem.code) for problem in problems] == [(60_002, "row.undecodable")]


def test_named_encoding_is_taken_at_its_word(read: Any, refused: Any) -> None:
    assert read("Адрес,Цена\nй,1\n".encode("cp866"), "csv", encoding="CP866").rows == [["й", "1"]]
    with refused("file.encoding_unknown", encoding="klingon"):
        read("a,b\n", "csv", encoding="klingon")
    with refused("file.encoding_unknown", encoding="base64"):
        read("a,b\n", "csv", encoding="base64")


BINARY = {
    "workbook named csv": b"PK\x03\x04" + bytes(500),
    "old excel named csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500,
    "photo named csv": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4,
    "zeros": bytes(1_000),
    "gzip": b"\x1f\x8b\x08" + b"x" * 100,
}


@pytest.mark.parametrize("trouble", BINARY)
@pytest.mark.parametrize("name", ["csv", "json", "jsonl"])
def test_binary_file_is_not_text(read: Any, refused: Any, trouble: str, name: str) -> None:
    with refused("file.not_text"):
        read(BINARY[trouble], name)


def test_a_cut_inside_a_letter_does_not_matter() -> None:
    sample = ("Квартира " * 1000).encode()
    assert {encoding_of(sample[:end]) for end in range(500, 520)} == {"utf-8"}


def test_latin_text_with_accents_is_not_taken_for_utf8() -> None:
    assert encoding_of("Caf\xe9 de Flore, h\xf4tel".encode("cp1252")) != "utf-8"
