"""CSV as people, portals and Excel save it. Each case is named after its trouble."""

from __future__ import annotations

import csv
import io
import threading
from typing import Any

import pytest

from realty_cli.formats.codec import BLOCK_ROWS, Limits
from realty_cli.formats.registry import codec_for

FLATS = [["Адрес", "Цена"], ["ул. Ленина, 5", "4500000"], ["пр. Мира; 7", "5 100 000"], ["б-р Гая", "3,9 млн"]]


def saved(rows: list[list[str]], delimiter: str, ending: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ending_are_found(read: Any, delimiter: str, ending: str) -> None:
    found = read(saved(FLATS, delimiter, ending), "csv")
    assert found.delimiter == delimiter
    assert found.headers == [("Адрес", "Цена")]
    assert found.rows == FLATS[1:]
    assert found.lines == [2, 3, 4]
    assert not found.problems


DELIMITERS = {
    "comma inside names of a semicolon file": ("Площадь, м2;Цена, руб\n45,5;100,5\n50,0;90,1\n", ";", 2),
    "decimal commas everywhere": ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";", 3),
    "addresses full of commas": ("Адрес;Цена\nМосква, Ленина, 5, кв. 7;1\nКазань, Мира;2\n", ";", 2),
    "descriptions full of semicolons": ('id,text\n1,"да; нет; может"\n2,"а; б; в"\n', ",", 2),
    "bars inside cells of a comma file": ("id,options,price\n1,балкон | лоджия,5\n2,a | b,6\n", ",", 3),
    "avito card with carets": ("Общая площадь^Этаж^Цена\n45^3^5000000\n30^2^4000000\n", "^", 3),
    "one row only": ("Адрес;Площадь, м2;Цена\nЛенина, 5;45;1\n", ";", 3),
    "header only": ("Адрес;Цена;Этаж\n", ";", 3),
    "header only with a comma in a name": ("Площадь, м2;Цена\n", ";", 2),
    "many rows end early": ("a;b;c\n1\n2;2\n3\n4;4;4\n", ";", 3),
    "tabs from a copied table": ("Адрес\tЦена, руб\nЛенина, 5\t1,5\n", "\t", 2),
}


@pytest.mark.parametrize("trouble", DELIMITERS)
def test_delimiter_despite(read: Any, trouble: str) -> None:
    text, delimiter, width = DELIMITERS[trouble]
    found = read(text, "csv")
    assert found.delimiter == delimiter
    assert len(found.headers[0]) == width
    assert not found.problems


@pytest.mark.parametrize(
    "text", ["Цена\n1,5\n2,5\n", "Адрес\nЛенина, 5\nМира, 7\n", "Адрес\nКазань, Мира\nМосква, Тверская\n"]
)
def test_single_column_is_not_divided_at_its_commas(read: Any, text: str) -> None:
    found = read(text, "csv")
    assert found.delimiter is None
    assert found.headers == [(text.split("\n")[0],)]
    assert found.rows == [[line] for line in text.split("\n")[1:3]]


def test_sep_line_of_excel_decides_and_counts_as_a_line(read: Any) -> None:
    found = read("sep=|\r\nАдрес|Цена, руб\r\nЛенина, 5|1,5\r\n", "csv")
    assert (found.delimiter, found.headers, found.rows) == ("|", [("Адрес", "Цена, руб")], [["Ленина, 5", "1,5"]])
    assert found.lines == [3]
    assert read('"sep=;"\na;b\n1;2\n', "csv").rows == [["1", "2"]]


def test_named_delimiter_is_taken_at_its_word(read: Any) -> None:
    found = read("a;b,c;d\n1;2,3;4\n", "csv", delimiter=",")
    assert found.headers == [("a;b", "c;d")]


def test_tsv_is_divided_by_tabs_alone(read: Any) -> None:
    found = read("a;b;c\td\n1;2;3\t4\n", "tsv")
    assert found.headers == [("a;b;c", "d")]


TITLES = {
    "title padded by excel": "Отчёт по объектам;;;\nАдрес;Цена;Этаж;Дом\nЛенина;1;2;3\n",
    "title not padded": "Отчёт по объектам\nАдрес;Цена;Этаж;Дом\nЛенина;1;2;3\nМира;1;2;3\n",
    "two titles and a blank line": "Отчёт;;;\nза май 2024;;;\n\nАдрес;Цена;Этаж;Дом\nЛенина;1;2;3\n",
    "blank lines on top": "\n\n;;;\nАдрес;Цена;Этаж;Дом\nЛенина;1;2;3\n",
}


@pytest.mark.parametrize("trouble", TITLES)
def test_header_is_found_below(read: Any, trouble: str) -> None:
    found = read(TITLES[trouble], "csv")
    assert found.headers == [("Адрес", "Цена", "Этаж", "Дом")]
    assert found.rows[0] == ["Ленина", "1", "2", "3"]
    assert found.lines[0] == TITLES[trouble].split("\n").index("Ленина;1;2;3") + 1


def test_short_header_over_wide_rows_is_no_title(read: Any) -> None:
    found = read("Цена;\n100;5\n200;6\n", "csv", delimiter=";")
    assert found.headers == [("Цена",)]
    assert found.codes == [(2, "row.too_many_cells"), (3, "row.too_many_cells")]


def test_names_are_made_whole_and_unique(read: Any) -> None:
    found = read(' Цена ;Цена;"Площадь,\nм2";;Цена;Цена (2);\u00a0\n1;2;3;4;5;6;\n', "csv")
    assert found.headers == [("Цена", "Цена (3)", "Площадь, м2", "#4", "Цена (4)", "Цена (2)")]
    assert found.rows == [["1", "2", "3", "4", "5", "6"]]
    assert found.lines == [3]


def test_ragged_rows(read: Any) -> None:
    found = read("a,b,c\n1\n1,2,3,,\n1,2,3, ,x\n\n,,\n,,,\n1,2\n", "csv")
    assert found.rows == [["1", "", ""], ["1", "2", "3"], ["1", "2", ""]]
    assert found.lines == [2, 3, 8]
    (problem,) = found.problems
    assert (problem.line, problem.code, problem.params) == (4, "row.too_many_cells", {"expected": 3, "found": 5})
    assert problem.cells == ("1", "2", "3", " ", "x")


def test_trailing_empty_columns_are_cut(read: Any) -> None:
    found = read("a;b;;;\n1;2;;;\n3;4\n", "csv")
    assert found.headers == [("a", "b")]
    assert found.rows == [["1", "2"], ["3", "4"]]


def test_quotes(read: Any) -> None:
    text = 'a,b,c\n"x ""y"" z","line\r\nline",end\nООО "Ромашка",5" труба,\'7\'\n'
    found = read(text, "csv")
    assert found.rows == [['x "y" z', "line\r\nline", "end"], ['ООО "Ромашка"', '5" труба', "'7'"]]
    assert found.lines == [2, 4]


def test_space_before_quotes(read: Any) -> None:
    found = read('"Адрес", "Цена"\n"Ленина, 5", "1"\n"Мира, 7", "2"\n', "csv")
    assert found.headers == [("Адрес", "Цена")]
    assert found.rows == [["Ленина, 5", "1"], ["Мира, 7", "2"]]


def test_quote_that_is_never_closed_is_a_problem_of_its_row(read: Any) -> None:
    found = read('a,b\n1,2\n3,"4\n5,6\n7,8\n', "csv")
    assert found.rows == [["1", "2"]]
    (problem,) = found.problems
    assert (problem.line, problem.code, problem.params) == (3, "row.open_quote", {"last": 5})
    assert problem.cells == ("3", "4\n5,6\n7,8\n")


def test_open_quote_in_the_header(refused: Any, read: Any) -> None:
    with refused("file.open_quote_in_header", line=1):
        read('a,"b\n1,2\n3,4\n', "csv")


def test_100_001_quotes(read: Any) -> None:
    found = read("a,b\n" + '"' * 100_001 + ",2\n1,2\n", "csv")
    assert found.rows == []
    assert found.codes == [(2, "row.open_quote")]


def test_200_000_commas(read: Any, refused: Any) -> None:
    found = read("a,b\n1,2\n" + "," * 200_000 + "x\n" + "," * 200_000 + "\n3,4\n", "csv")
    assert found.rows == [["1", "2"], ["3", "4"]]
    assert [(p.line, p.code, p.params["found"]) for p in found.problems] == [(3, "row.too_many_cells", 200_001)]
    with refused("file.too_many_columns", limit=1_000):
        read("x," * 200_000 + "\n1\n", "csv")


def test_nul_bytes_name_row_and_column(read: Any) -> None:
    found = read("Адрес,Цена\nЛен\0ина,1\nМира,2\nГая,3\0\n", "csv")
    assert found.rows == [["Мира", "2"]]
    assert [(p.line, p.code, p.params["column"]) for p in found.problems] == [
        (2, "row.nul", "Адрес"),
        (4, "row.nul", "Цена"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " \n;;\n"])
def test_nothing_in_it(read: Any, refused: Any, text: str) -> None:
    with refused("file.empty"):
        read(text, "csv")


def test_header_alone_gives_one_block_without_rows() -> None:
    with codec_for("x.csv").read(io.BytesIO("Адрес;Цена".encode())) as table:
        (block,) = table.blocks()
    assert (block.header, block.rows, block.lines, block.problems) == (("Адрес", "Цена"), [], [], [])


def test_field_over_the_limit_is_a_problem_and_the_rest_is_read(read: Any) -> None:
    limits = Limits(field_bytes=100, row_bytes=10_000)
    found = read("a,b\n1,2\n" + "x" * 101 + ",2\n" + "y" * 100 + ',4\n5,"' + "line\n" * 30 + '"\n7,8\n', "csv", limits)
    assert found.codes[:2] == [(3, "row.field_too_long"), (5, "row.field_too_long")]
    assert found.problems[0].params["limit"] == "100 B"
    assert found.rows[:2] == [["1", "2"], ["y" * 100, "4"]]
    assert found.rows[-1] == ["7", "8"]


def test_endless_line_stops_the_reading(read: Any) -> None:
    found = read("a,b\n1,2\n3," + "x" * 200_000, "csv", Limits(field_bytes=1_000, row_bytes=10_000))
    assert found.rows == [["1", "2"]]
    assert found.failure.fields[0].code == "file.row_too_long"
    assert found.failure.fields[0].params["limit"] == "10000 B"
    assert found.failure.fields[0].params["line"] == 3


def test_row_of_endless_lines_stops_the_reading(read: Any) -> None:
    found = read('a,b\n1,"' + 'x\n","' * 10_000, "csv", Limits(field_bytes=1_000, row_bytes=10_000), delimiter=",")
    assert found.failure.fields[0].code == "file.row_too_long"
    assert found.failure.fields[0].params["line"] == 2


def test_too_many_rows(read: Any) -> None:
    text = "a,b\n" + "1,2\n" * (BLOCK_ROWS + 5)
    assert len(read(text, "csv", Limits(rows=BLOCK_ROWS + 5)).rows) == BLOCK_ROWS + 5
    found = read(text, "csv", Limits(rows=BLOCK_ROWS + 4))
    assert len(found.rows) == BLOCK_ROWS
    assert found.failure.fields[0].code == "file.too_many_rows"
    assert found.failure.fields[0].params["limit"] == BLOCK_ROWS + 4


def test_blocks_share_their_header_and_count_on() -> None:
    text = "a,b\n" + "".join(f"{n},{n}\n" for n in range(2 * BLOCK_ROWS + 1))
    with codec_for("x.csv").read(io.BytesIO(text.encode())) as table:
        blocks = list(table.blocks())
    assert [len(block.rows) for block in blocks] == [BLOCK_ROWS, BLOCK_ROWS, 1]
    assert blocks[0].header is blocks[2].header
    assert [line for block in blocks for line in block.lines] == list(range(2, 2 * BLOCK_ROWS + 3))


def test_progress_grows_to_the_total() -> None:
    data = ("a,b\n" + "1,2\n" * 300_000).encode()
    with codec_for("x.csv").read(io.BytesIO(data)) as table:
        seen = [table.progress() for _ in table.blocks()]
    assert {total for _, total in seen} == {len(data)}
    counts = [count for count, _ in seen]
    assert counts == sorted(counts)
    assert counts[0] < len(data)
    assert counts[-1] == len(data)


def test_field_limit_of_the_process_is_left_as_it_was(read: Any, refused: Any) -> None:
    before = csv.field_size_limit()
    with codec_for("x.csv").read(io.BytesIO(b"a,b\n" + b"1,2\n" * 5_000), Limits(field_bytes=77)) as table:
        for _ in table.blocks():
            assert csv.field_size_limit() == before
    with refused("file.bad_header"):
        read("a" * 100 + ",b\n", "csv", Limits(field_bytes=50))
    assert csv.field_size_limit() == before


def test_readers_with_different_limits_do_not_disturb_each_other(read: Any) -> None:
    text = "a,b\n" + ("1," + "x" * 150 + "\n") * 3_000
    results: dict[int, int] = {}

    def run(limit: int) -> None:
        results[limit] = len(read(text, "csv", Limits(field_bytes=limit)).rows)

    threads = [threading.Thread(target=run, args=(limit,)) for limit in (100, 1_000, 120, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {100: 0, 120: 0, 200: 3_000, 1_000: 3_000}


def test_stream_that_was_handed_in_stays_open() -> None:
    stream = io.BytesIO(b"a,b\n1,2\n")
    with codec_for("x.csv").read(stream) as table:
        list(table.blocks())
    assert not stream.closed
